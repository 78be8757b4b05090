#include "kernels/hyper_connection/hyper_connection_serving.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/hyper_connection/hyper_connection_serving.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "formats/bf16.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

constexpr int64_t kM = 4;

// c[j][k] <- c[j][k] / (sum over k + eps), or over j with `columns`.
template <class D>
HWY_INLINE void Normalize(D d, bool columns, hn::Vec<D> eps, hn::Vec<D> (&c)[kM][kM]) {
  NIBBLE_UNROLL for (int a = 0; a < kM; ++a) {
    const auto at = [&](int b) HWY_ATTR -> hn::Vec<D>& { return columns ? c[b][a] : c[a][b]; };
    auto sum = hn::Zero(d);
    NIBBLE_UNROLL for (int b = 0; b < kM; ++b) sum = hn::Add(sum, at(b));
    sum = hn::Add(sum, eps);
    NIBBLE_UNROLL for (int b = 0; b < kM; ++b) at(b) = hn::Div(at(b), sum);
  }
}

// c [16, lanes]: rows of exponentials over their sum, to the doubly normalised matrix.
template <class D>
void Sinkhorn(D d, int64_t iters, float hc_eps, float* values) {
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(D()));
  const auto eps = hn::Set(d, hc_eps);
  hn::Vec<D> c[kM][kM];
  NIBBLE_UNROLL for (int j = 0; j < kM; ++j) {
    NIBBLE_UNROLL for (int k = 0; k < kM; ++k) {
      c[j][k] = hn::LoadU(d, values + (j * kM + k) * kLanes);
    }
  }
  Normalize(d, /*columns=*/true, eps, c);
  for (int64_t i = 1; i < iters; ++i) {
    Normalize(d, /*columns=*/false, eps, c);
    Normalize(d, /*columns=*/true, eps, c);
  }
  NIBBLE_UNROLL for (int j = 0; j < kM; ++j) {
    NIBBLE_UNROLL for (int k = 0; k < kM; ++k) {
      hn::StoreU(c[j][k], d, values + (j * kM + k) * kLanes);
    }
  }
}

using Pre = HyperConnectionPre<ServingNumerics>;
using Post = HyperConnectionPost<ServingNumerics>;

float Sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

// pre, post and the exponentials of one token; `exps` has a stride for each of the 16.
void Weights(const Pre& p, const float* mix, int64_t token, float* exps, int64_t stride) {
  const float* scale = p.weights.scale;
  const float* base = p.weights.base;
  for (int64_t j = 0; j < kM; ++j) {
    p.pre[token * kM + j] = Sigmoid(mix[j] * scale[0] + base[j]) + static_cast<float>(p.hc_eps);
    p.post[token * kM + j] = 2 * Sigmoid(mix[kM + j] * scale[1] + base[kM + j]);
  }
  for (int64_t j = 0; j < kM; ++j) {
    float row[kM];
    for (int64_t k = 0; k < kM; ++k) {
      const int64_t at = 2 * kM + j * kM + k;
      row[k] = mix[at] * scale[2] + base[at];
    }
    const float largest = *std::max_element(row, row + kM);
    float sum = 0;
    for (float& v : row) {
      v = std::exp(v - largest);
      sum += v;
    }
    for (int64_t k = 0; k < kM; ++k) {
      exps[(j * kM + k) * stride] = row[k] / sum + static_cast<float>(p.hc_eps);
    }
  }
}

// As many tokens as `D` has lanes, or fewer.
template <class D>
void MixTokens(D d, const Pre& p, const float* mix, int64_t first, int64_t count) {
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(D()));
  alignas(64) float values[kM * kM * kLanes];
  std::fill_n(values, kM * kM * kLanes, 1.0f);
  for (int64_t t = 0; t < count; ++t) {
    Weights(p, mix + (first + t) * p.weights.fn.rows, first + t, values + t, kLanes);
  }
  Sinkhorn(d, p.sinkhorn_iters, static_cast<float>(p.hc_eps), values);
  for (int64_t t = 0; t < count; ++t) {
    for (int64_t i = 0; i < kM * kM; ++i) {
      p.comb[(first + t) * kM * kM + i] = values[i * kLanes + t];
    }
  }
}

// y = bf(sum of share[j] x[j]) for columns [begin, begin + lanes).
template <class D>
HWY_INLINE void MixColumns(D d, const float* x, int64_t width, const float* share, float* y) {
  auto sum = hn::Zero(d);
  for (int64_t j = 0; j < kM; ++j) {
    sum = hn::Add(sum, hn::Mul(hn::Set(d, share[j]), hn::LoadU(d, x + j * width)));
  }
  hn::StoreU(RoundedToBf16(d, sum), d, y);
}

void PreTokens(const Pre& p, const float* mix, int64_t begin, int64_t end) {
  const hn::CappedTag<float, 16> d;
  const hn::CappedTag<float, 4> narrow;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto few = static_cast<int64_t>(hn::Lanes(narrow));
  for (int64_t t = begin; t < end;) {
    const int64_t left = end - t;
    if (left <= few) {
      MixTokens(narrow, p, mix, t, left);
      t = end;
    } else {
      const int64_t count = std::min(lanes, left);
      MixTokens(d, p, mix, t, count);
      t += count;
    }
  }
  const hn::CappedTag<float, 1> one;
  for (int64_t t = begin; t < end; ++t) {
    const float* x = p.streams + t * kM * p.d;
    const float* share = p.pre + t * kM;
    float* y = p.y + t * p.d;
    int64_t i = 0;
    for (; i + lanes <= p.d; i += lanes) MixColumns(d, x + i, p.d, share, y + i);
    for (; i < p.d; ++i) MixColumns(one, x + i, p.d, share, y + i);
  }
}

// The streams of columns [begin, begin + lanes), in place.
template <class D>
HWY_INLINE void SpreadColumns(D d, float* x, int64_t width, const float* o, const float* post,
                              const float* comb) {
  hn::Vec<D> before[kM];
  NIBBLE_UNROLL for (int64_t j = 0; j < kM; ++j) before[j] = hn::LoadU(d, x + j * width);
  const auto added = hn::LoadU(d, o);
  NIBBLE_UNROLL for (int64_t k = 0; k < kM; ++k) {
    auto sum = hn::Mul(hn::Set(d, post[k]), added);
    NIBBLE_UNROLL for (int64_t j = 0; j < kM; ++j) {
      sum = hn::Add(sum, hn::Mul(hn::Set(d, comb[j * kM + k]), before[j]));
    }
    hn::StoreU(RoundedToBf16(d, sum), d, x + k * width);
  }
}

void PostTokens(const Post& p, int64_t begin, int64_t end) {
  const hn::CappedTag<float, 16> d;
  const hn::CappedTag<float, 1> one;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t t = begin; t < end; ++t) {
    float* x = p.streams + t * kM * p.d;
    const float* o = p.o + t * p.d;
    const float* post = p.post + t * kM;
    const float* comb = p.comb + t * kM * kM;
    int64_t i = 0;
    for (; i + lanes <= p.d; i += lanes) SpreadColumns(d, x + i, p.d, o + i, post, comb);
    for (; i < p.d; ++i) SpreadColumns(one, x + i, p.d, o + i, post, comb);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(PreTokens);
HWY_EXPORT(PostTokens);

namespace {

// Values of the streams that take some ten microseconds.
constexpr int64_t kValues = 1 << 16;

}  // namespace

void ServingHyperConnection::Pre(const HyperConnectionPre<ServingNumerics>& p) {
  mix_.resize(static_cast<size_t>(p.tokens * p.weights.fn.rows));
  HyperConnectionProject(p, pool_, mix_.data());
  pool_.ParallelRanges(p.tokens, kValues / (p.m * p.d) + 4,
                       [&](int64_t begin, int64_t end, size_t) {
                         HWY_DYNAMIC_DISPATCH(PreTokens)(p, mix_.data(), begin, end);
                       });
}

void ServingHyperConnection::Post(const HyperConnectionPost<ServingNumerics>& p) {
  pool_.ParallelRanges(p.tokens, kValues / (p.m * p.d) + 1,
                       [&](int64_t begin, int64_t end, size_t) {
                         HWY_DYNAMIC_DISPATCH(PostTokens)(p, begin, end);
                       });
}

}  // namespace nibble
#endif
