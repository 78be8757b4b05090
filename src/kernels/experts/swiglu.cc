#include "kernels/experts/swiglu.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/experts/swiglu.cc"
// The order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D, class V = hn::Vec<D>>
V RoundedToBf16(D d, V v) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1u));
  const auto up = hn::Add(hn::Add(bits, odd), hn::Set(du, 0x7FFFu));
  return hn::BitCast(d, hn::And(up, hn::Set(du, 0xFFFF0000u)));
}

template <class D>
void SwigluVector(D d, const float* gate, const float* up, float weight, float limit, float* out) {
  const auto most = hn::Set(d, limit);
  const auto g = hn::Min(hn::LoadU(d, gate), most);
  const auto u = hn::Max(hn::Min(hn::LoadU(d, up), most), hn::Neg(most));
  // Beyond e^88 the quotient is nothing in BF16 anyway.
  const auto e = hn::Exp(d, hn::Min(hn::Neg(g), hn::Set(d, 88.0f)));
  const auto silu = hn::Div(g, hn::Add(hn::Set(d, 1.0f), e));
  const auto v = hn::Mul(hn::Set(d, weight), hn::Mul(silu, u));
  hn::StoreU(RoundedToBf16(d, v), d, out);
}

void Swiglu(const float* gate, const float* up, float weight, float limit, int64_t count,
            float* out) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) SwigluVector(d, gate + i, up + i, weight, limit, out + i);
  if (i == count) return;
  // A whole vector for the rest too, so that an element's result does not depend on its place.
  float rest[3][HWY_MAX_BYTES / sizeof(float)] = {};
  for (int64_t k = i; k < count; ++k) {
    rest[0][k - i] = gate[k];
    rest[1][k - i] = up[k];
  }
  SwigluVector(d, rest[0], rest[1], weight, limit, rest[2]);
  for (int64_t k = i; k < count; ++k) out[k] = rest[2][k - i];
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Swiglu);

void SwigluRow(const float* gate, const float* up, float weight, float limit, int64_t count,
               float* out) {
  HWY_DYNAMIC_DISPATCH(Swiglu)(gate, up, weight, limit, count, out);
}

}  // namespace nibble
#endif
