#include "kernels/compressor/pool_rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/compressor/pool_rows.cc"
// The order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

void Pool(const PoolRowsTask& t) {
  const hn::CappedTag<float, 16> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto score = [&](int64_t row, int64_t c) HWY_ATTR {
    const auto v = hn::LoadU(d, t.scores[row] + c);
    return t.apes[row] == nullptr ? v : hn::Add(v, hn::LoadU(d, t.apes[row] + c));
  };
  for (int64_t c = 0; c < t.width; c += lanes) {
    auto largest = score(0, c);
    for (int64_t r = 1; r < t.rows; ++r) largest = hn::Max(largest, score(r, c));
    auto sum = hn::Zero(d);
    auto pooled = hn::Zero(d);
    for (int64_t r = 0; r < t.rows; ++r) {
      const auto weight = hn::Exp(d, hn::Sub(score(r, c), largest));
      sum = hn::Add(sum, weight);
      pooled = hn::MulAdd(weight, hn::LoadU(d, t.values[r] + c), pooled);
    }
    hn::StoreU(RoundedToBf16(d, hn::Div(pooled, sum)), d, t.out + c);
  }
}

void Add(const float* scores, const float* ape, int64_t count, float* out) {
  const hn::CappedTag<float, 16> d;
  for (int64_t i = 0; i < count; i += static_cast<int64_t>(hn::Lanes(d))) {
    hn::StoreU(hn::Add(hn::LoadU(d, scores + i), hn::LoadU(d, ape + i)), d, out + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Pool);
HWY_EXPORT(Add);

void PoolRows(const PoolRowsTask& task) { HWY_DYNAMIC_DISPATCH(Pool)(task); }

void AddApe(const float* scores, const float* ape, int64_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(Add)(scores, ape, count, out);
}

}  // namespace nibble
#endif
