#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "kernels/hyper_connection/hyper_connection.h"
#include "kernels/matmul/matmul.h"
#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

template <class Acc>
Acc Sigmoid(Acc x) {
  return 1 / (1 + std::exp(-x));
}

// The matrix as sums want it; no copy where it lies so already.
template <class Acc>
const Acc* DecodeFn(const EncodedMatrix& fn, std::vector<Acc>* store) {
  if constexpr (std::is_same_v<Acc, float>) {
    if (fn.form == Form::kF32) return reinterpret_cast<const float*>(fn.data);
  }
  store->resize(static_cast<size_t>(fn.rows * fn.cols));
  for (int64_t r = 0; r < fn.rows; ++r) {
    DecodeRow(
        fn, r,
        std::span(*store).subspan(static_cast<size_t>(r * fn.cols), static_cast<size_t>(fn.cols)));
  }
  return store->data();
}

// Columns that a sum over the streams holds at a time, so that it runs in registers.
constexpr int64_t kColumns = 64;

// out[i] = bf(first * o[i] + sum_j share[j * stride] * x[j * d + i]), terms in this order; without
// `o` the sum alone.
template <class N>
void MixStreams(const typename N::Real* x, int64_t m, int64_t d, const typename N::Real* share,
                int64_t stride, typename N::Acc first, const typename N::Real* o,
                typename N::Real* out) {
  using Acc = typename N::Acc;
  Acc sum[kColumns];
  for (int64_t begin = 0; begin < d; begin += kColumns) {
    const int64_t count = std::min(kColumns, d - begin);
    for (int64_t i = 0; i < count; ++i) sum[i] = o == nullptr ? Acc{0} : first * Acc{o[begin + i]};
    for (int64_t j = 0; j < m; ++j) {
      const Acc weight = share[j * stride];
      const auto* row = x + j * d + begin;
      for (int64_t i = 0; i < count; ++i) sum[i] += weight * Acc{row[i]};
    }
    for (int64_t i = 0; i < count; ++i) out[begin + i] = N::Bf(sum[i]);
  }
}

// c[j, k] <- c[j, k] / (sum over the other index + eps).
template <class Acc>
void NormalizeRows(Acc* c, int64_t m, Acc eps) {
  for (int64_t j = 0; j < m; ++j) {
    Acc sum = 0;
    for (int64_t k = 0; k < m; ++k) sum += c[j * m + k];
    for (int64_t k = 0; k < m; ++k) c[j * m + k] /= sum + eps;
  }
}
template <class Acc>
void NormalizeColumns(Acc* c, int64_t m, Acc eps) {
  for (int64_t k = 0; k < m; ++k) {
    Acc sum = 0;
    for (int64_t j = 0; j < m; ++j) sum += c[j * m + k];
    for (int64_t j = 0; j < m; ++j) c[j * m + k] /= sum + eps;
  }
}

template <class Acc>
void Sinkhorn(Acc* c, int64_t m, int64_t iters, Acc eps) {
  for (int64_t j = 0; j < m; ++j) {
    Acc* row = c + j * m;
    Acc largest = row[0];
    for (int64_t k = 1; k < m; ++k) largest = std::max(largest, row[k]);
    Acc sum = 0;
    for (int64_t k = 0; k < m; ++k) {
      row[k] = std::exp(row[k] - largest);
      sum += row[k];
    }
    for (int64_t k = 0; k < m; ++k) row[k] = row[k] / sum + eps;
  }
  NormalizeColumns(c, m, eps);
  for (int64_t i = 1; i < iters; ++i) {
    NormalizeRows(c, m, eps);
    NormalizeColumns(c, m, eps);
  }
}

}  // namespace

template <class N>
void HyperConnectionProject(const HyperConnectionPre<N>& p, ThreadPool& pool,
                            typename N::Acc* mix) {
  using Acc = typename N::Acc;
  static_assert(std::is_same_v<Acc, typename N::Real>);  // streams are what sums want
  constexpr int64_t kTokensPerTask = 4;
  const int64_t width = p.m * p.d;
  const int64_t rows = p.weights.fn.rows;
  std::vector<Acc> store;
  const Acc* fn = DecodeFn(p.weights.fn, &store);
  const auto tasks = static_cast<size_t>((p.tokens + kTokensPerTask - 1) / kTokensPerTask);
  pool.ParallelFor(tasks, [&](size_t task, size_t) {
    const int64_t first = static_cast<int64_t>(task) * kTokensPerTask;
    const int64_t count = std::min(kTokensPerTask, p.tokens - first);
    const Acc* x = p.streams + first * width;
    Acc* out = mix + first * rows;
    MatMulTransposed(x, width, count, fn, width, rows, width, out, rows);
    for (int64_t t = 0; t < count; ++t) {
      const Acc* row = x + t * width;
      Acc square = 0;
      MatMulTransposed(row, width, 1, row, width, 1, width, &square, 1);
      const Acc mean = square / static_cast<Acc>(width);
      const Acc factor = 1 / std::sqrt(mean + static_cast<Acc>(p.norm_eps));
      for (int64_t r = 0; r < rows; ++r) out[t * rows + r] *= factor;
    }
  });
}

template <class N>
void HyperConnectionMix(const typename N::Acc* mix, const HyperConnectionPre<N>& p,
                        typename N::Real* pre, typename N::Real* post, typename N::Real* comb) {
  using Acc = typename N::Acc;
  const int64_t m = p.m;
  const auto eps = static_cast<Acc>(p.hc_eps);
  const float* scale = p.weights.scale;
  const float* base = p.weights.base;
  for (int64_t j = 0; j < m; ++j) {
    pre[j] = N::Wide(Sigmoid(mix[j] * Acc{scale[0]} + Acc{base[j]}) + eps);
    post[j] = N::Wide(2 * Sigmoid(mix[m + j] * Acc{scale[1]} + Acc{base[m + j]}));
  }
  std::vector<Acc> c(static_cast<size_t>(m * m));
  for (int64_t i = 0; i < m * m; ++i) {
    c[static_cast<size_t>(i)] = mix[2 * m + i] * Acc{scale[2]} + Acc{base[2 * m + i]};
  }
  Sinkhorn(c.data(), m, p.sinkhorn_iters, eps);
  for (int64_t i = 0; i < m * m; ++i) comb[i] = N::Wide(c[static_cast<size_t>(i)]);
}

template <class N>
void HyperConnectionPreRef(const HyperConnectionPre<N>& p, ThreadPool& pool) {
  const int64_t rows = p.weights.fn.rows;
  std::vector<typename N::Acc> u(static_cast<size_t>(p.tokens * rows));
  HyperConnectionProject(p, pool, u.data());
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    auto* pre = p.pre + token * p.m;
    HyperConnectionMix<N>(u.data() + token * rows, p, pre, p.post + token * p.m,
                          p.comb + token * p.m * p.m);
    MixStreams<N>(p.streams + token * p.m * p.d, p.m, p.d, pre, 1, 0, nullptr, p.y + token * p.d);
  });
}

template <class N>
void HyperConnectionPostRef(const HyperConnectionPost<N>& p, ThreadPool& pool) {
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    auto* x = p.streams + token * p.m * p.d;
    const std::vector<typename N::Real> before(x, x + p.m * p.d);
    for (int64_t k = 0; k < p.m; ++k) {
      MixStreams<N>(before.data(), p.m, p.d, p.comb + token * p.m * p.m + k, p.m,
                    p.post[token * p.m + k], p.o + token * p.d, x + k * p.d);
    }
  });
}

template <class N>
void HyperConnectionHeadRef(const HyperConnectionPre<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  std::vector<Acc> u(static_cast<size_t>(p.tokens * p.m));
  HyperConnectionProject(p, pool, u.data());
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    std::vector<typename N::Real> share(static_cast<size_t>(p.m));
    for (int64_t j = 0; j < p.m; ++j) {
      const Acc mix = u[static_cast<size_t>(token * p.m + j)];
      share[static_cast<size_t>(j)] =
          N::Wide(Sigmoid(mix * Acc{p.weights.scale[0]} + Acc{p.weights.base[j]}) +
                  static_cast<Acc>(p.hc_eps));
    }
    MixStreams<N>(p.streams + token * p.m * p.d, p.m, p.d, share.data(), 1, 0, nullptr,
                  p.y + token * p.d);
  });
}

#define NIBBLE_INSTANTIATE(N)                                                                \
  template void HyperConnectionProject(const HyperConnectionPre<N>&, ThreadPool&, N::Acc*);  \
  template void HyperConnectionMix<N>(const N::Acc*, const HyperConnectionPre<N>&, N::Real*, \
                                      N::Real*, N::Real*);                                   \
  template void HyperConnectionPreRef(const HyperConnectionPre<N>&, ThreadPool&);            \
  template void HyperConnectionPostRef(const HyperConnectionPost<N>&, ThreadPool&);          \
  template void HyperConnectionHeadRef(const HyperConnectionPre<N>&, ThreadPool&);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
