#include "kernels/kv_row/packed_row.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/kv_row/packed_row.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/fp8_block.h"
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

// A magnitude to the nearest value with kMantissa bits behind the leading one, ties to even, whose
// step does not fall below exponent kLowest: adding 2^23 steps makes the adder round to them.
template <int kMantissa, int kLowest>
HWY_INLINE hn::Vec<F32> RoundedTo(hn::Vec<F32> magnitude) {
  const F32 df;
  const U32 du;
  const auto exponent = hn::Max(hn::And(hn::BitCast(du, magnitude), hn::Set(du, 0x7F800000u)),
                                hn::Set(du, static_cast<uint32_t>(127 + kLowest) << 23));
  const auto steps =
      hn::BitCast(df, hn::Add(exponent, hn::Set(du, static_cast<uint32_t>(23 - kMantissa) << 23)));
  return hn::Sub(hn::Add(magnitude, steps), steps);
}

// The largest magnitude of `count` values as AbsMax has it.
float LargestMagnitude(const float* x, int64_t count) {
  const U32 du;
  const auto lanes = static_cast<int64_t>(hn::Lanes(du));
  auto most = hn::Zero(du);
  for (int64_t i = 0; i < count; i += lanes) {
    const auto bits = hn::LoadU(du, reinterpret_cast<const uint32_t*>(x + i));
    most = hn::Max(most, hn::And(bits, hn::Set(du, 0x7FFFFFFFu)));
  }
  const uint32_t largest = hn::GetLane(hn::MaxOfLanes(du, most));
  return hn::GetLane(hn::BitCast(F32(), hn::Set(du, largest)));
}

void FakeQuantizeFp8Rows(float* x, int64_t count) {
  constexpr int64_t kBlock = 64;
  const F32 df;
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t end = std::min(count, begin + kBlock);
    const float scale = E8m0ToF32(Fp8BlockScale(LargestMagnitude(x + begin, end - begin)));
    for (int64_t i = begin; i < end; i += lanes) {
      const auto v = hn::Div(hn::LoadU(df, x + i), hn::Set(df, scale));
      const auto magnitude = hn::Min(hn::Abs(v), hn::Set(df, kE4m3Max));
      const auto rounded = hn::CopySign(RoundedTo<3, -6>(magnitude), v);
      const auto result = hn::IfThenElse(hn::IsNaN(v), v, rounded);
      hn::StoreU(hn::Mul(result, hn::Set(df, scale)), df, x + i);
    }
  }
}

void FakeQuantizeFp4Rows(float* x, int64_t count) {
  constexpr int64_t kBlock = 32;
  constexpr float kSmallest = 6 * 0x1p-126f;
  const F32 df;
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const float amax = LargestMagnitude(x + begin, kBlock);
    const float scale = E8m0ToF32(E8m0CeilFromF32(std::max(amax, kSmallest) / kE2m1Max));
    for (int64_t i = begin; i < begin + kBlock; i += lanes) {
      const auto v = hn::Div(hn::LoadU(df, x + i), hn::Set(df, scale));
      const auto magnitude = hn::Min(hn::Abs(v), hn::Set(df, kE2m1Max));
      const auto rounded = hn::IfThenZeroElse(hn::IsNaN(v), RoundedTo<1, 0>(magnitude));
      // A negative value keeps its sign when it becomes zero, a negative zero does not.
      const auto result = hn::IfThenElse(hn::Lt(v, hn::Zero(df)), hn::Neg(rounded), rounded);
      hn::StoreU(hn::Mul(result, hn::Set(df, scale)), df, x + i);
    }
  }
}

// x <- H x, natural order: the additions of HadamardRef. Steps of at least a vector.
HWY_INLINE void HadamardSteps(float* x, int64_t n, int64_t smallest) {
  const F32 df;
  const auto lanes = static_cast<int64_t>(hn::Lanes(df));
  for (int64_t half = smallest; half < n; half *= 2) {
    for (int64_t block = 0; block < n; block += 2 * half) {
      for (int64_t i = block; i < block + half; i += lanes) {
        const auto a = hn::LoadU(df, x + i);
        const auto b = hn::LoadU(df, x + i + half);
        hn::StoreU(hn::Add(a, b), df, x + i);
        hn::StoreU(hn::Sub(a, b), df, x + i + half);
      }
    }
  }
}

// Steps of 1, 2, ... below a vector, inside of `lanes` values.
HWY_INLINE void SmallHadamardSteps(float* x, int64_t n) {
#if HWY_TARGET != HWY_SCALAR
  const F32 df;
  const U32 du;
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(F32()));
  // The sign bit in the lanes that take a difference: those with the bit of the step.
  const auto lane = hn::Iota(du, 0);
  const auto sign = [&](uint32_t step) HWY_ATTR {
    const auto upper = hn::Ne(hn::And(lane, hn::Set(du, step)), hn::Zero(du));
    return hn::BitCast(df, hn::IfThenElseZero(upper, hn::Set(du, 0x80000000u)));
  };
  const auto sign1 = sign(1), sign2 = sign(2), sign4 = sign(4), sign8 = sign(8);
  for (int64_t i = 0; i < n; i += kLanes) {
    auto v = hn::LoadU(df, x + i);
    v = hn::Add(hn::Reverse2(df, v), hn::Xor(v, sign1));
    v = hn::Add(hn::Shuffle1032(v), hn::Xor(v, sign2));
    if constexpr (kLanes >= 8) v = hn::Add(hn::SwapAdjacentBlocks(v), hn::Xor(v, sign4));
    if constexpr (kLanes >= 16) v = hn::Add(hn::ConcatLowerUpper(df, v, v), hn::Xor(v, sign8));
    hn::StoreU(v, df, x + i);
  }
  (void)sign4;
  (void)sign8;
#else
  (void)x;
  (void)n;
#endif
}

void FinishAttention(const RowLayout& layout, float* x) {
  FakeQuantizeFp8Rows(x, layout.width - layout.rope_dim);
}

void FinishIndex(const RowLayout& layout, float* x) {
  const F32 df;
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(F32()));
  SmallHadamardSteps(x, layout.width);
  HadamardSteps(x, layout.width, kLanes);
  const auto factor = hn::Set(df, 1 / std::sqrt(static_cast<float>(layout.width)));
  for (int64_t i = 0; i < layout.width; i += kLanes) {
    hn::StoreU(RoundedToBf16(df, hn::Mul(hn::LoadU(df, x + i), factor)), df, x + i);
  }
  FakeQuantizeFp4Rows(x, layout.width);
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(DecodeAttention);
HWY_EXPORT(FinishAttention);
HWY_EXPORT(FinishIndex);

namespace {

// Whole vectors of every instruction set.
bool IsWhole(const RowLayout& layout) {
  constexpr int64_t kVector = 16;
  if (layout.kind == RowKind::kIndex) {
    return layout.width % 32 == 0 && std::has_single_bit(static_cast<uint64_t>(layout.width));
  }
  return (layout.width - layout.rope_dim) % kVector == 0 && layout.rope_dim % kVector == 0;
}

}  // namespace

void FinishPackedRow(const RowLayout& layout, float* x) {
  if (!IsWhole(layout)) return FinishRow<ServingNumerics>(layout, x);
  if (layout.kind == RowKind::kIndex) return HWY_DYNAMIC_DISPATCH(FinishIndex)(layout, x);
  HWY_DYNAMIC_DISPATCH(FinishAttention)(layout, x);
}

void DecodePackedRow(const RowLayout& layout, const uint8_t* row, float* out) {
  if (layout.kind == RowKind::kAttention && IsWhole(layout)) {
    return HWY_DYNAMIC_DISPATCH(DecodeAttention)(layout, row, out);
  }
  DecodeRow<ServingNumerics>(layout, row, out);
}

}  // namespace nibble
#endif
