// From the gate's logits to the experts of each token and their weights.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"

namespace nibble {

template <class N>
struct RouterProblem {
  const typename N::Real* logits = nullptr;  // [tokens, experts]
  int64_t tokens = 0;
  int64_t experts = 0;
  int64_t top_k = 0;
  double scaling_factor = 1;
  // Either a bias (learned routing: the top_k of score + bias, equal ones to the lower number) ...
  const float* bias = nullptr;  // [experts]
  // ... or a table (hash routing: by token id).
  const int32_t* table = nullptr;       // [vocabulary, top_k]
  const int32_t* token_ids = nullptr;   // [tokens]
  int32_t* indices = nullptr;           // [tokens, top_k]
  typename N::Real* weights = nullptr;  // [tokens, top_k]
};

// score = sqrt(softplus(logit)); weights = score (without bias) / sum of the chosen * factor.
template <class N>
void RouterRef(const RouterProblem<N>& problem, ThreadPool& pool);

}  // namespace nibble
