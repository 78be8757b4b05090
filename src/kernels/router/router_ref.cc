#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/numerics_policy.h"
#include "kernels/router/router.h"

namespace nibble {
namespace {

template <class Acc>
Acc Softplus(Acc x) {
  return x > 20 ? x : std::log1p(std::exp(x));
}

template <class Real>
void PickLargest(const std::vector<Real>& keys, int64_t count, int32_t* picks) {
  std::vector<int32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](int32_t a, int32_t b) {
    const Real left = keys[static_cast<size_t>(a)];
    const Real right = keys[static_cast<size_t>(b)];
    return left != right ? left > right : a < b;
  });
  std::copy_n(order.begin(), count, picks);
}

}  // namespace

template <class N>
void RouterRef(const RouterProblem<N>& p, ThreadPool& pool) {
  using Real = typename N::Real;
  using Acc = typename N::Acc;
  constexpr int64_t kScores = 1 << 9;  // some ten microseconds
  const auto route = [&](int64_t token) {
    std::vector<Real> scores(static_cast<size_t>(p.experts));
    for (size_t e = 0; e < scores.size(); ++e) {
      const Acc logit = p.logits[token * p.experts + static_cast<int64_t>(e)];
      scores[e] = N::Wide(std::sqrt(Softplus(logit)));
    }
    int32_t* indices = p.indices + token * p.top_k;
    if (p.table != nullptr) {
      std::copy_n(p.table + int64_t{p.token_ids[token]} * p.top_k, p.top_k, indices);
    } else {
      std::vector<Real> keys(scores.size());
      for (size_t e = 0; e < keys.size(); ++e) {
        const Real key = N::Wide(Acc{scores[e]} + Acc{p.bias[e]});
        keys[e] = std::isnan(key) ? -std::numeric_limits<Real>::infinity() : key;
      }
      PickLargest(keys, p.top_k, indices);
    }
    Acc sum = 0;
    for (int64_t k = 0; k < p.top_k; ++k) sum += Acc{scores[static_cast<size_t>(indices[k])]};
    for (int64_t k = 0; k < p.top_k; ++k) {
      p.weights[token * p.top_k + k] = N::Wide(Acc{scores[static_cast<size_t>(indices[k])]} / sum *
                                               static_cast<Acc>(p.scaling_factor));
    }
  };
  pool.ParallelRanges(p.tokens, kScores / p.experts + 1, [&](int64_t begin, int64_t end, size_t) {
    for (int64_t token = begin; token < end; ++token) route(token);
  });
}

#define NIBBLE_INSTANTIATE(N) template void RouterRef(const RouterProblem<N>&, ThreadPool&);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
