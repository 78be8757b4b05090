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

// u = (fn x) * rsqrt(mean(x^2) + eps), [tokens, fn.rows].
template <class N>
std::vector<typename N::Acc> ProjectStreams(const HyperConnectionPre<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  constexpr int64_t kTokensPerTask = 4;
  const int64_t width = p.m * p.d;
  const int64_t rows = p.weights.fn.rows;
  std::vector<Acc> store;
  const Acc* fn = DecodeFn(p.weights.fn, &store);
  std::vector<Acc> u(static_cast<size_t>(p.tokens * rows));
  const auto tasks = static_cast<size_t>((p.tokens + kTokensPerTask - 1) / kTokensPerTask);
  pool.ParallelFor(tasks, [&](size_t task, size_t) {
    const int64_t first = static_cast<int64_t>(task) * kTokensPerTask;
    const int64_t count = std::min(kTokensPerTask, p.tokens - first);
    const auto* streams = p.streams + first * width;
    const std::vector<Acc> x(streams, streams + count * width);
    Acc* out = u.data() + first * rows;
    MatMulTransposed(x.data(), width, count, fn, width, rows, width, out, rows);
    for (int64_t t = 0; t < count; ++t) {
      const Acc* row = x.data() + t * width;
      Acc square = 0;
      MatMulTransposed(row, width, 1, row, width, 1, width, &square, 1);
      const Acc mean = square / static_cast<Acc>(width);
      const Acc factor = 1 / std::sqrt(mean + static_cast<Acc>(p.norm_eps));
      for (int64_t r = 0; r < rows; ++r) out[t * rows + r] *= factor;
    }
  });
  return u;
}

// y = bf(sum_j share_j * X_j) for one token.
template <class N>
void CollapseStreams(const HyperConnectionPre<N>& p, int64_t token, const typename N::Real* share) {
  using Acc = typename N::Acc;
  const auto* x = p.streams + token * p.m * p.d;
  auto* y = p.y + token * p.d;
  for (int64_t i = 0; i < p.d; ++i) {
    Acc sum = 0;
    for (int64_t j = 0; j < p.m; ++j) sum += Acc{share[j]} * Acc{x[j * p.d + i]};
    y[i] = N::Bf(sum);
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
  const auto u = ProjectStreams(p, pool);
  const int64_t rows = p.weights.fn.rows;
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    auto* pre = p.pre + token * p.m;
    HyperConnectionMix<N>(u.data() + token * rows, p, pre, p.post + token * p.m,
                          p.comb + token * p.m * p.m);
    CollapseStreams(p, token, pre);
  });
}

template <class N>
void HyperConnectionPostRef(const HyperConnectionPost<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    auto* x = p.streams + token * p.m * p.d;
    const auto* o = p.o + token * p.d;
    const auto* post = p.post + token * p.m;
    const auto* comb = p.comb + token * p.m * p.m;
    std::vector<Acc> in(static_cast<size_t>(p.m));
    for (int64_t i = 0; i < p.d; ++i) {
      for (int64_t j = 0; j < p.m; ++j) in[static_cast<size_t>(j)] = x[j * p.d + i];
      for (int64_t k = 0; k < p.m; ++k) {
        Acc sum = Acc{post[k]} * Acc{o[i]};
        for (int64_t j = 0; j < p.m; ++j) {
          sum += Acc{comb[j * p.m + k]} * in[static_cast<size_t>(j)];
        }
        x[k * p.d + i] = N::Bf(sum);
      }
    }
  });
}

template <class N>
void HyperConnectionHeadRef(const HyperConnectionPre<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  const auto u = ProjectStreams(p, pool);
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    std::vector<typename N::Real> share(static_cast<size_t>(p.m));
    for (int64_t j = 0; j < p.m; ++j) {
      const Acc mix = u[static_cast<size_t>(token * p.m + j)];
      share[static_cast<size_t>(j)] =
          N::Wide(Sigmoid(mix * Acc{p.weights.scale[0]} + Acc{p.weights.base[j]}) +
                  static_cast<Acc>(p.hc_eps));
    }
    CollapseStreams(p, token, share.data());
  });
}

#define NIBBLE_INSTANTIATE(N)                                                                \
  template void HyperConnectionMix<N>(const N::Acc*, const HyperConnectionPre<N>&, N::Real*, \
                                      N::Real*, N::Real*);                                   \
  template void HyperConnectionPreRef(const HyperConnectionPre<N>&, ThreadPool&);            \
  template void HyperConnectionPostRef(const HyperConnectionPost<N>&, ThreadPool&);          \
  template void HyperConnectionHeadRef(const HyperConnectionPre<N>&, ThreadPool&);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
