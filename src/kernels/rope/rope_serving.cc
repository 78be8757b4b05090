#include "kernels/rope/rope_serving.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rope/rope_serving.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "formats/bf16.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

// (re, im) -> (re * c + im * -s, im * c + re * s): the reference's products, and its sums with the
// summands in the other order at most.
void Rotate(const float* angles, int64_t pairs, bool inverse, int64_t heads, int64_t head_dim,
            float* x) {
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto flip = hn::Set(d, inverse ? -1.0f : 1.0f);
#endif
  const int64_t dims = 2 * pairs;
  for (int64_t h = 0; h < heads; ++h, x += head_dim) {
    int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
    for (; i + lanes <= dims; i += lanes) {
      const auto v = hn::LoadU(d, x + i);
      const auto sine = hn::Mul(hn::LoadU(d, angles + dims + i), flip);
      const auto sum =
          hn::Add(hn::Mul(v, hn::LoadU(d, angles + i)), hn::Mul(hn::Reverse2(d, v), sine));
      hn::StoreU(RoundedToBf16(d, sum), d, x + i);
    }
#endif
    for (; i < dims; i += 2) {
      const float c = angles[i];
      const float s = inverse ? -angles[dims + i + 1] : angles[dims + i + 1];
      const float re = x[i], im = x[i + 1];
      x[i] = RoundToBf16(re * c - im * s);
      x[i + 1] = RoundToBf16(re * s + im * c);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Rotate);

void RopeAngleTable::Prepare(const std::vector<float>& frequencies,
                             std::span<const int64_t> positions) {
  if (frequencies == frequencies_ && std::ranges::equal(positions, positions_)) return;
  frequencies_ = frequencies;
  positions_.assign(positions.begin(), positions.end());
  const size_t pairs = frequencies.size();
  row_floats_ = static_cast<int64_t>(4 * pairs);
  values_.resize(positions.size() * 4 * pairs);
  std::vector<double> cosine(pairs), sine(pairs);
  float* out = values_.data();
  for (const int64_t position : positions) {
    RopeAngles(frequencies, position, cosine.data(), sine.data());
    for (size_t i = 0; i < pairs; ++i) {
      out[2 * i] = out[2 * i + 1] = static_cast<float>(cosine[i]);
      out[2 * pairs + 2 * i] = static_cast<float>(-sine[i]);
      out[2 * pairs + 2 * i + 1] = static_cast<float>(sine[i]);
    }
    out += row_floats_;
  }
}

void RotateHead(const float* angles, int64_t pairs, bool inverse, float* last_dims) {
  HWY_DYNAMIC_DISPATCH(Rotate)(angles, pairs, inverse, 1, 0, last_dims);
}

void ServingRope::Run(const RopeProblem<ServingNumerics>& p) {
  constexpr int64_t kValues = 1 << 15;  // some ten microseconds
  auto table = std::ranges::find_if(
      tables_, [&](const RopeAngleTable& t) { return t.IsFor(*p.frequencies); });
  if (table == tables_.end()) table = tables_.emplace(tables_.end());
  table->Prepare(*p.frequencies, {p.positions, static_cast<size_t>(p.tokens)});
  const auto pairs = static_cast<int64_t>(p.frequencies->size());
  pool_.ParallelRanges(p.tokens, kValues / (2 * pairs * p.heads) + 1,
                       [&](int64_t begin, int64_t end, size_t) {
                         for (int64_t t = begin; t < end; ++t) {
                           HWY_DYNAMIC_DISPATCH(Rotate)
                           (table->row(t), pairs, p.inverse, p.heads, p.head_dim,
                            p.x + t * p.heads * p.head_dim + p.head_dim - 2 * pairs);
                         }
                       });
}

}  // namespace nibble
#endif
