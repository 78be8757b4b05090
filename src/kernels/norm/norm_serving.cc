#include "kernels/norm/norm_serving.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/norm/norm_serving.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "formats/bf16.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

using F32 = hn::CappedTag<float, 16>;
constexpr int64_t kSums = 16;
constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(F32()));

// Sum of the squares, each rounded to BF16 with `rounded`.
template <bool rounded>
float SumOfSquares(const float* x, int64_t cols) {
  const F32 d;
  constexpr int64_t kVectors = kSums / kLanes;
  alignas(64) float lane[kSums] = {};
  int64_t i = 0;
  hn::Vec<F32> sum[kVectors];
  NIBBLE_UNROLL for (int64_t v = 0; v < kVectors; ++v) sum[v] = hn::Zero(d);
  for (; i + kSums <= cols; i += kSums) {
    NIBBLE_UNROLL for (int64_t v = 0; v < kVectors; ++v) {
      const auto value = hn::LoadU(d, x + i + v * kLanes);
      const auto square = hn::Mul(value, value);
      sum[v] = hn::Add(sum[v], rounded ? RoundedToBf16(d, square) : square);
    }
  }
  NIBBLE_UNROLL for (int64_t v = 0; v < kVectors; ++v) hn::Store(sum[v], d, lane + v * kLanes);
  for (int64_t half = kSums / 2; half > 0; half /= 2) {
    for (int64_t k = 0; k < half; ++k) lane[k] += lane[k + half];
  }
  float total = lane[0];
  for (; i < cols; ++i) total += rounded ? RoundToBf16(x[i] * x[i]) : x[i] * x[i];
  return total;
}

void RmsRow(const float* x, const float* weight, int64_t cols, float eps, float* y) {
  const F32 d;
  const float mean = SumOfSquares<false>(x, cols) / static_cast<float>(cols);
  const float factor = 1 / std::sqrt(mean + eps);
  int64_t i = 0;
  for (; i + kLanes <= cols; i += kLanes) {
    const auto scaled = hn::Mul(hn::LoadU(d, x + i), hn::Set(d, factor));
    hn::StoreU(RoundedToBf16(d, hn::Mul(hn::LoadU(d, weight + i), scaled)), d, y + i);
  }
  for (; i < cols; ++i) y[i] = RoundToBf16(weight[i] * (x[i] * factor));
}

void HeadRow(const float* x, int64_t cols, float eps, float* y) {
  const F32 d;
  const float mean = RoundToBf16(SumOfSquares<true>(x, cols) / static_cast<float>(cols));
  const float factor = RoundToBf16(1 / std::sqrt(RoundToBf16(mean + eps)));
  int64_t i = 0;
  for (; i + kLanes <= cols; i += kLanes) {
    hn::StoreU(RoundedToBf16(d, hn::Mul(hn::LoadU(d, x + i), hn::Set(d, factor))), d, y + i);
  }
  for (; i < cols; ++i) y[i] = RoundToBf16(x[i] * factor);
}

void RmsRows(const RmsNormProblem<ServingNumerics>& p, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; ++row) {
    RmsRow(p.x + row * p.cols, p.weight, p.cols, static_cast<float>(p.eps), p.y + row * p.cols);
  }
}

void HeadRows(const RmsNormProblem<ServingNumerics>& p, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; ++row) {
    HeadRow(p.x + row * p.cols, p.cols, static_cast<float>(p.eps), p.y + row * p.cols);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(RmsRow);
HWY_EXPORT(RmsRows);
HWY_EXPORT(HeadRows);

namespace {

// Values that take some ten microseconds.
constexpr int64_t kValues = 1 << 16;

}  // namespace

void RmsNormRow(const float* x, const float* weight, int64_t cols, double eps, float* y) {
  HWY_DYNAMIC_DISPATCH(RmsRow)(x, weight, cols, static_cast<float>(eps), y);
}

void RmsNormServing(const RmsNormProblem<ServingNumerics>& p, ThreadPool& pool) {
  pool.ParallelRanges(p.rows, kValues / p.cols + 1, [&](int64_t begin, int64_t end, size_t) {
    HWY_DYNAMIC_DISPATCH(RmsRows)(p, begin, end);
  });
}

void HeadNormServing(const RmsNormProblem<ServingNumerics>& p, ThreadPool& pool) {
  pool.ParallelRanges(p.rows, kValues / p.cols + 1, [&](int64_t begin, int64_t end, size_t) {
    HWY_DYNAMIC_DISPATCH(HeadRows)(p, begin, end);
  });
}

}  // namespace nibble
#endif
