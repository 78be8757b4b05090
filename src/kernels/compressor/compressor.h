// The compressor: pools each block of `ratio` tokens into one entry. With ratio 4 an entry also
// sees the block before it (overlap): the previous block by the first half of its channels, the own
// block by the second half.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kv_row/kv_row.h"

namespace nibble {

struct CompressorShape {
  int64_t ratio = 0;  // rho
  int64_t width = 0;  // D' of an entry
  bool overlap = false;

  int64_t channels() const { return (overlap ? 2 : 1) * width; }
  // Rows of the streaming state: with overlap the previous block before the current one.
  int64_t state_rows() const { return (overlap ? 2 : 1) * ratio; }
};

template <class N>
struct CompressorProblem {
  CompressorShape shape;
  RowLayout layout;                          // of the entries
  const typename N::Real* values = nullptr;  // [tokens, channels] = wkv x
  const typename N::Real* scores = nullptr;  // [tokens, channels] = wgate x
  int64_t first_position = 0;
  int64_t tokens = 0;
  const float* ape = nullptr;          // [ratio, channels], added to the scores
  const float* norm_weight = nullptr;  // [width]
  double norm_eps = 0;
  const std::vector<float>* rope_frequencies = nullptr;
  typename N::Real* state_values = nullptr;  // [state_rows, channels]; reset: 0
  typename N::Real* state_scores = nullptr;  // [state_rows, channels]; reset: -inf
  uint8_t* entries = nullptr;                // rows of `layout`; row j is written when its last
                                             // token, (j + 1) * ratio - 1, comes
};

// Streaming: any split of a text into calls gives the same entries. Entry j = RMSNorm(bf(pooled)),
// RoPE at position j * ratio, then FinishRow.
template <class N>
void CompressorRef(const CompressorProblem<N>& problem);

// Back to the state before the first token.
template <class N>
void ResetCompressorState(const CompressorShape& shape, typename N::Real* state_values,
                          typename N::Real* state_scores);

}  // namespace nibble
