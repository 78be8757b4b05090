// What several Highway kernels share. Included inside of their per-target passes: a kernel includes
// it after <hwy/highway.h>, once for each target.
#if defined(NIBBLE_KERNELS_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NIBBLE_KERNELS_SIMD_INL_H_
#undef NIBBLE_KERNELS_SIMD_INL_H_
#else
#define NIBBLE_KERNELS_SIMD_INL_H_
#endif

#include <hwy/highway.h>

#ifndef NIBBLE_UNROLL
#define NIBBLE_UNROLL _Pragma("GCC unroll 16")
#endif

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Nearest BF16, ties to even; NaN stays NaN as long as its payload does not end in ones.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V RoundedToBf16(D d, V v) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1u));
  const auto up = hn::Add(hn::Add(bits, odd), hn::Set(du, 0x7FFFu));
  return hn::BitCast(d, hn::And(up, hn::Set(du, 0xFFFF0000u)));
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#endif
