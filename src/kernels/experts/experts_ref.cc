#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/experts/experts.h"
#include "kernels/numerics_policy.h"

namespace nibble {

template <class Acc>
Acc ClampedSwiglu(Acc gate, Acc up, double limit) {
  const Acc most = static_cast<Acc>(limit);
  const Acc g = std::min(gate, most);
  const Acc u = std::clamp(up, -most, most);
  return g / (1 + std::exp(-g)) * u;
}

namespace {

// One expert over the given rows: x [tokens, d], weights [tokens] or null, y [tokens, d]; w2_amax
// one value or null.
template <class N>
void RunExpert(const ExpertWeights& w, double limit, int64_t tokens, const typename N::Real* x,
               const typename N::Real* weights, typename N::Real* y, typename N::Real* w2_amax,
               ThreadPool& pool) {
  using Real = typename N::Real;
  using Acc = typename N::Acc;
  const int64_t inner = w.w1.rows;
  const auto linear = [&](const EncodedMatrix& weight, InputQuant quant, const Real* in,
                          Real* out) {
    ProjectRef<N>({.weight = weight,
                   .rows = weight.rows,
                   .x = in,
                   .ldx = weight.cols,
                   .tokens = tokens,
                   .y = out,
                   .ldy = weight.rows,
                   .quant = quant,
                   .rounding = OutputRounding::kBf16},
                  pool);
  };
  std::vector<Real> gate(static_cast<size_t>(tokens * inner));
  std::vector<Real> up(static_cast<size_t>(tokens * inner));
  linear(w.w1, w.quant_w1, x, gate.data());
  linear(w.w3, w.quant_w3, x, up.data());
  pool.ParallelFor(static_cast<size_t>(tokens), [&](size_t t, size_t) {
    const Acc weight = weights == nullptr ? Acc{1} : Acc{weights[t]};
    for (size_t i = t * static_cast<size_t>(inner); i < (t + 1) * static_cast<size_t>(inner); ++i) {
      gate[i] = N::Bf(weight * ClampedSwiglu<Acc>(gate[i], up[i], limit));
    }
  });
  if (w2_amax != nullptr) {
    for (const Real v : gate) *w2_amax = std::max(*w2_amax, std::abs(v));
  }
  linear(w.w2, w.quant_w2, gate.data(), y);
}

// The tokens that chose `expert` and the weights they gave it.
template <class N>
struct Group {
  std::vector<int64_t> tokens;
  std::vector<typename N::Real> weights;
  std::vector<typename N::Real> x;
};

template <class N>
Group<N> GroupOf(const ExpertsProblem<N>& p, int32_t expert, int64_t d) {
  Group<N> group;
  for (int64_t i = 0; i < p.tokens * p.top_k; ++i) {
    if (p.indices[i] != expert) continue;
    const int64_t token = i / p.top_k;
    group.tokens.push_back(token);
    group.weights.push_back(p.weights[i]);
    group.x.insert(group.x.end(), p.x + token * d, p.x + (token + 1) * d);
  }
  return group;
}

}  // namespace

template <class N>
void ExpertsRef(const ExpertsProblem<N>& p, ThreadPool& pool) {
  using Real = typename N::Real;
  using Acc = typename N::Acc;
  const int64_t d = p.shared.w1.cols;
  std::vector<Acc> sum(static_cast<size_t>(p.tokens * d), Acc{0});
  const auto w2_amax = [&](size_t e) { return p.w2_amax == nullptr ? nullptr : p.w2_amax + e; };
  if (p.w2_amax != nullptr) std::fill_n(p.w2_amax, p.routed.size() + 1, Real{0});
  for (size_t e = 0; e < p.routed.size(); ++e) {
    const Group<N> group = GroupOf(p, static_cast<int32_t>(e), d);
    if (group.tokens.empty()) continue;
    std::vector<Real> y(group.x.size());
    RunExpert<N>(p.routed[e], p.swiglu_limit, static_cast<int64_t>(group.tokens.size()),
                 group.x.data(), group.weights.data(), y.data(), w2_amax(e), pool);
    for (size_t g = 0; g < group.tokens.size(); ++g) {
      Acc* out = sum.data() + group.tokens[g] * d;
      for (int64_t i = 0; i < d; ++i)
        out[i] += Acc{y[g * static_cast<size_t>(d) + static_cast<size_t>(i)]};
    }
  }
  std::vector<Real> shared(static_cast<size_t>(p.tokens * d));
  RunExpert<N>(p.shared, p.swiglu_limit, p.tokens, p.x, nullptr, shared.data(),
               w2_amax(p.routed.size()), pool);
  for (size_t i = 0; i < sum.size(); ++i) {
    p.y[i] = N::Bf(sum[i] + Acc{shared[i]});
    if (p.routed_y != nullptr) p.routed_y[i] = N::Wide(sum[i]);
    if (p.shared_y != nullptr) p.shared_y[i] = shared[i];
  }
}

template double ClampedSwiglu(double, double, double);
template float ClampedSwiglu(float, float, double);
#define NIBBLE_INSTANTIATE(N) template void ExpertsRef(const ExpertsProblem<N>&, ThreadPool&);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
