#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/numerics_policy.h"
#include "kernels/rope/rope.h"

namespace nibble {
namespace {

// The dimension in which a wave makes `rotations` turns over the original context.
double CorrectionDim(const RopeParameters& p, double rotations) {
  const auto context = static_cast<double>(p.original_max_position_embeddings);
  return static_cast<double>(p.rope_dim) * std::log(context / (rotations * 2 * std::numbers::pi)) /
         (2 * std::log(p.theta));
}

// 1 where the frequency stays as it is, 0 where it is divided by the factor.
float KeptShare(const RopeParameters& p, int64_t i) {
  const auto last = static_cast<double>(p.rope_dim - 1);
  const double low = std::clamp(std::floor(CorrectionDim(p, p.beta_fast)), 0.0, last);
  double high = std::clamp(std::ceil(CorrectionDim(p, p.beta_slow)), 0.0, last);
  if (high == low) high += 0.001;
  const float ramp = (static_cast<float>(i) - static_cast<float>(low)) /
                     (static_cast<float>(high) - static_cast<float>(low));
  return 1.0f - std::clamp(ramp, 0.0f, 1.0f);
}

}  // namespace

std::vector<float> RopeFrequencies(const RopeParameters& p) {
  std::vector<float> out(static_cast<size_t>(p.rope_dim / 2));
  for (size_t i = 0; i < out.size(); ++i) {
    const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(p.rope_dim);
    const float power = static_cast<float>(std::pow(p.theta, exponent));
    float frequency = 1.0f / power;
    if (p.factor != 1) {
      const float keep = KeptShare(p, static_cast<int64_t>(i));
      frequency = frequency / static_cast<float>(p.factor) * (1.0f - keep) + frequency * keep;
    }
    out[i] = frequency;
  }
  return out;
}

void RopeAngles(const std::vector<float>& frequencies, int64_t position, double* cosine,
                double* sine) {
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float angle = static_cast<float>(position) * frequencies[i];
    cosine[i] = std::cos(double{angle});
    sine[i] = std::sin(double{angle});
  }
}

template <class N>
void RopeRef(const RopeProblem<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  const size_t pairs = p.frequencies->size();
  pool.ParallelFor(static_cast<size_t>(p.tokens), [&](size_t token, size_t) {
    std::vector<double> cosine(pairs);
    std::vector<double> sine(pairs);
    RopeAngles(*p.frequencies, p.positions[token], cosine.data(), sine.data());
    for (int64_t h = 0; h < p.heads; ++h) {
      const int64_t head = static_cast<int64_t>(token) * p.heads + h;
      auto* x = p.x + (head + 1) * p.head_dim - static_cast<int64_t>(2 * pairs);
      for (size_t i = 0; i < pairs; ++i) {
        const Acc c = static_cast<Acc>(cosine[i]);
        const Acc s = static_cast<Acc>(p.inverse ? -sine[i] : sine[i]);
        const Acc real = x[2 * i];
        const Acc imaginary = x[2 * i + 1];
        x[2 * i] = N::Bf(real * c - imaginary * s);
        x[2 * i + 1] = N::Bf(real * s + imaginary * c);
      }
    }
  });
}

#define NIBBLE_INSTANTIATE(N) template void RopeRef(const RopeProblem<N>&, ThreadPool& pool);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
