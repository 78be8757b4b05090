// The indexer of ratio-4 layers: scores every visible index entry for each query and keeps the
// best.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/kv_row/kv_row.h"

namespace nibble {

template <class N>
struct IndexerProblem {
  const typename N::Real* q = nullptr;        // [tokens, heads, width] after FinishRow
  const typename N::Real* weights = nullptr;  // [tokens, heads], all factors included
  int64_t tokens = 0;
  int64_t heads = 0;
  RowLayout layout;
  const uint8_t* entries = nullptr;
  int64_t first_position = 0;
  int64_t ratio = 0;
  int64_t top_k = 0;
  int32_t* picks = nullptr;  // [tokens, top_k], falling score, then -1
  // Optional, for traces: [tokens, scores_cols], -inf where not visible.
  typename N::Real* scores = nullptr;
  int64_t scores_cols = 0;
};

// score_j = bf(sum_h bf(relu(bf(q_h . k_j)) * w_h)); the query at position t sees the entries
// j < floor((t + 1) / ratio). Equal scores go to the lower entry number; NaN counts as -inf.
template <class N>
void IndexerRef(const IndexerProblem<N>& problem, ThreadPool& pool);

}  // namespace nibble
