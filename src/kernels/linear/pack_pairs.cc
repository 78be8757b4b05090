#include "kernels/linear/pack_pairs.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/linear/pack_pairs.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "formats/bf16.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

void Pack(const float* x, int64_t pairs, uint32_t* words) {
  int64_t p = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<float> df;
  const hn::RebindToUnsigned<decltype(df)> du;
  const hn::Repartition<uint64_t, decltype(df)> d64;
  const hn::Rebind<uint32_t, decltype(d64)> d32;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d64));
  for (; p + lanes <= pairs; p += lanes) {
    const auto v = hn::LoadU(df, x + 2 * p);
    const auto quiet = hn::Or(hn::BitCast(du, v), hn::Set(du, 0x00400000u));
    const auto code = hn::IfThenElse(hn::RebindMask(du, hn::IsNaN(v)), quiet,
                                     hn::BitCast(du, RoundedToBf16(df, v)));
    // The pair of 32-bit lanes as one of 64: the low value is the first.
    const auto both = hn::BitCast(d64, code);
    const auto first = hn::And(hn::ShiftRight<16>(both), hn::Set(d64, 0xFFFFu));
    const auto second = hn::And(hn::ShiftRight<32>(both), hn::Set(d64, 0xFFFF0000u));
    hn::StoreU(hn::TruncateTo(d32, hn::Or(first, second)), d32, words + p);
  }
#endif
  for (; p < pairs; ++p) {
    words[p] = Bf16FromF32(x[2 * p]) | static_cast<uint32_t>(Bf16FromF32(x[2 * p + 1])) << 16;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Pack);

void PackPairs(const float* x, int64_t pairs, uint32_t* words) {
  HWY_DYNAMIC_DISPATCH(Pack)(x, pairs, words);
}

}  // namespace nibble
#endif
