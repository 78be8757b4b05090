// The rows that a sequence remembers: attention entries (key = value) and index entries, how they
// are fake-quantised and how they lie in memory.
//
// Packed (serving), both exact re-encodings of the fake-quantised values:
//   attention: E4M3 [width - rope_dim], BF16 [rope_dim], E8M0 per 64, padded to 8 bytes
//              (584 bytes for 512 / 64)
//   index:     E2M1 [width / 2], E8M0 [width / 32] (68 bytes for 128)
// ideal and official keep Real [width].
#pragma once

#include <cstdint>

namespace nibble {

enum class RowKind : uint8_t { kAttention, kIndex };

struct RowLayout {
  RowKind kind = RowKind::kAttention;
  int64_t width = 0;
  int64_t rope_dim = 0;  // the last dims
};

template <class N>
int64_t RowBytes(const RowLayout& layout);

// From the value after norm and RoPE to what is stored, in place. Attention: FP8 fake quantisation
// of the dims before the rope dims, blocks of 64. Index (also for the index queries): Hadamard,
// then FP4 fake quantisation of all dims, blocks of 32. ideal does the Hadamard transform only.
template <class N>
void FinishRow(const RowLayout& layout, typename N::Real* x);

// `x` [width] as FinishRow left it.
template <class N>
void EncodeRow(const RowLayout& layout, const typename N::Real* x, uint8_t* row);
template <class N>
void DecodeRow(const RowLayout& layout, const uint8_t* row, typename N::Acc* out);

}  // namespace nibble
