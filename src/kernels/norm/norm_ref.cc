#include <cmath>

#include "kernels/norm/norm.h"
#include "kernels/numerics_policy.h"

namespace nibble {

template <class N>
void RmsNormRef(const RmsNormProblem<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  pool.ParallelFor(static_cast<size_t>(p.rows), [&](size_t row, size_t) {
    const auto* x = p.x + static_cast<int64_t>(row) * p.cols;
    auto* y = p.y + static_cast<int64_t>(row) * p.cols;
    Acc sum = 0;
    for (int64_t i = 0; i < p.cols; ++i) sum += Acc{x[i]} * Acc{x[i]};
    const Acc factor = 1 / std::sqrt(sum / static_cast<Acc>(p.cols) + static_cast<Acc>(p.eps));
    for (int64_t i = 0; i < p.cols; ++i) {
      y[i] = N::Bf(Acc{p.weight[i]} * (Acc{x[i]} * factor));
    }
  });
}

template <class N>
void HeadNormRef(const RmsNormProblem<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  constexpr int64_t kRowsPerTask = 32;
  const auto tasks = static_cast<size_t>((p.rows + kRowsPerTask - 1) / kRowsPerTask);
  pool.ParallelFor(tasks, [&](size_t task, size_t) {
    const int64_t first = static_cast<int64_t>(task) * kRowsPerTask;
    for (int64_t row = first; row < std::min(first + kRowsPerTask, p.rows); ++row) {
      const auto* x = p.x + row * p.cols;
      auto* y = p.y + row * p.cols;
      Acc sum = 0;
      for (int64_t i = 0; i < p.cols; ++i) sum += Acc{N::Bf(Acc{x[i]} * Acc{x[i]})};
      const Acc mean = N::Bf(sum / static_cast<Acc>(p.cols));
      const Acc shifted = N::Bf(mean + static_cast<Acc>(p.eps));
      const Acc factor = N::Bf(1 / std::sqrt(shifted));
      for (int64_t i = 0; i < p.cols; ++i) y[i] = N::Bf(Acc{x[i]} * factor);
    }
  });
}

#define NIBBLE_INSTANTIATE(N)                                           \
  template void RmsNormRef(const RmsNormProblem<N>&, ThreadPool& pool); \
  template void HeadNormRef(const RmsNormProblem<N>&, ThreadPool& pool);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
