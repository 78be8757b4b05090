#include "kernels/kv_row/packed_row.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/kv_row/packed_row.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "formats/e8m0.h"
#include "kernels/numerics_policy.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

using F32 = hn::CappedTag<float, 16>;
using U32 = hn::Rebind<uint32_t, F32>;
using U16 = hn::Rebind<uint16_t, F32>;
using U8 = hn::Rebind<uint8_t, F32>;

// E4M3 in the place of an F32's exponent and mantissa is 2^-120 of its value, subnormals too; the
// code without sign 127 is NaN.
hn::Vec<F32> E4m3(hn::Vec<U32> codes) {
  const F32 df;
  const U32 du;
  const auto magnitude = hn::And(codes, hn::Set(du, 0x7Fu));
  const auto sign = hn::ShiftLeft<24>(hn::And(codes, hn::Set(du, 0x80u)));
  const auto value = hn::Mul(hn::BitCast(df, hn::ShiftLeft<20>(magnitude)), hn::Set(df, 0x1p120f));
  const auto nan = hn::BitCast(df, hn::Set(du, 0x7FC00000u));
  const auto is_nan = hn::RebindMask(df, hn::Eq(magnitude, hn::Set(du, 0x7Fu)));
  return hn::Or(hn::IfThenElse(is_nan, nan, value), hn::BitCast(df, sign));
}

void DecodeAttention(const RowLayout& layout, const uint8_t* row, float* out) {
  constexpr int64_t kBlock = 64;
  const F32 df;
  const U32 du;
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  const int64_t plain = layout.width - layout.rope_dim;
  const uint8_t* scales = row + plain + 2 * layout.rope_dim;
  for (int64_t i = 0; i < plain; i += lanes) {
    const auto codes = hn::PromoteTo(du, hn::LoadU(U8(), row + i));
    const auto scale = hn::Set(df, E8m0ToF32(scales[i / kBlock]));
    hn::StoreU(hn::Mul(E4m3(codes), scale), df, out + i);
  }
  const auto* rope = reinterpret_cast<const uint16_t*>(row + plain);
  for (int64_t i = 0; i < layout.rope_dim; i += lanes) {
    const auto codes = hn::PromoteTo(du, hn::LoadU(U16(), rope + i));
    hn::StoreU(hn::BitCast(df, hn::ShiftLeft<16>(codes)), df, out + plain + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(DecodeAttention);

void DecodePackedRow(const RowLayout& layout, const uint8_t* row, float* out) {
  constexpr int64_t kVector = 16;
  const int64_t plain = layout.width - layout.rope_dim;
  if (layout.kind == RowKind::kAttention && plain % kVector == 0 && layout.rope_dim % kVector == 0)
    return HWY_DYNAMIC_DISPATCH(DecodeAttention)(layout, row, out);
  DecodeRow<ServingNumerics>(layout, row, out);
}

}  // namespace nibble
#endif
