// The norms of `serving` with vector instructions. A sum of squares runs in 16 lanes, column modulo
// 16 (the rest behind the last whole 16 last, one by one), lanes added pairwise, halves first, no
// fused multiply-adds: the same bits on every processor, and a row sees no other row. All else is
// the reference's.
#pragma once

#include "base/thread_pool.h"
#include "kernels/norm/norm.h"
#include "kernels/numerics_policy.h"

namespace nibble {

// As RmsNormRef and HeadNormRef.
void RmsNormServing(const RmsNormProblem<ServingNumerics>& problem, ThreadPool& pool);
void HeadNormServing(const RmsNormProblem<ServingNumerics>& problem, ThreadPool& pool);

// One row, on the calling thread.
void RmsNormRow(const float* x, const float* weight, int64_t cols, double eps, float* y);

}  // namespace nibble
