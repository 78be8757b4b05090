// Attention of one sequence's new tokens over its sliding window and its compressed entries. One
// key head that is also the value; a sink per head in the denominator.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/kv_row/kv_row.h"

namespace nibble {

template <class N>
struct AttentionProblem {
  const typename N::Real* q = nullptr;  // [tokens, heads, width] after RoPE
  int64_t tokens = 0;
  int64_t heads = 0;
  int64_t first_position = 0;  // of the first token
  RowLayout layout;
  int64_t window = 0;
  // Position t < first_position lies in slot t % window; the new tokens are not in it yet.
  const uint8_t* ring = nullptr;            // [window] rows
  const typename N::Real* fresh = nullptr;  // [tokens, width] the new tokens' rows (FinishRow done)
  int64_t ratio = 0;                        // 0: no compressed entries
  const uint8_t* entries = nullptr;         // rows j < floor((t + 1) / ratio) are visible to t
  // [tokens, picks_per_token] the entries to use, -1 = none; null: all visible ones.
  const int32_t* picks = nullptr;
  int64_t picks_per_token = 0;
  const float* sink = nullptr;      // [heads]
  typename N::Real* out = nullptr;  // [tokens, heads, width] before the inverse RoPE
};

// Key order: window in time order, then entries (picks in the given order). Tiles of 64 keys with a
// running maximum; the denominator sums unrounded p, p is rounded to BF16 for p V; one rounding at
// the end.
template <class N>
void AttentionRef(const AttentionProblem<N>& problem, ThreadPool& pool);

// Stores the new tokens' rows in their ring slots: after attention, which still needs the old ones.
template <class N>
void CommitWindow(const AttentionProblem<N>& problem, uint8_t* ring);

}  // namespace nibble
