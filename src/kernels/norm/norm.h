// RMS norms of rows.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"

namespace nibble {

template <class N>
struct RmsNormProblem {
  const typename N::Real* x = nullptr;  // [rows, cols]
  const float* weight = nullptr;        // [cols]
  typename N::Real* y = nullptr;        // [rows, cols], may be x
  int64_t rows = 0;
  int64_t cols = 0;
  double eps = 0;
};

// y = bf(w * (x * rsqrt(mean(x^2) + eps))): F32 throughout, one rounding at the end.
template <class N>
void RmsNormRef(const RmsNormProblem<N>& problem, ThreadPool& pool);

// The unweighted norm of each head of the queries, in place: x[rows, cols], a row being one head of
// one token. In BF16 tensors: the square, the mean, + eps, rsqrt and the product are each rounded;
// the mean is accumulated wide. `weight` is not used.
template <class N>
void HeadNormRef(const RmsNormProblem<N>& problem, ThreadPool& pool);

}  // namespace nibble
