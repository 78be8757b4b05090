#include "kernels/attention/attend_heads.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention/attend_heads.cc"
// The order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

#include <algorithm>
#include <cmath>

#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

// kVectors vectors of heads (the lanes of `D`) of one query.
template <class D, int kVectors>
struct HeadBlock {
  using V = hn::Vec<D>;
  static constexpr int64_t Lanes() { return static_cast<int64_t>(hn::MaxLanes(D())); }
  static constexpr int64_t Heads() { return Lanes() * kVectors; }

  // [heads, width] to [width, Heads()], zeros beyond the heads.
  static void Transpose(const float* q, int64_t heads, int64_t width, float* out) {
    if (heads < Heads()) std::fill_n(out, width * Heads(), 0.0f);
    for (int64_t h = 0; h < heads; ++h) {
      for (int64_t k = 0; k < width; ++k) out[k * Heads() + h] = q[h * width + k];
    }
  }

  // logits [kKeys, Heads()] of kKeys keys.
  template <int kKeys>
  static void Logits(const float* q, const float* const* keys, int64_t width, float* logits) {
    const D d;
    V sum[kKeys][kVectors];
    NIBBLE_UNROLL for (int j = 0; j < kKeys; ++j) {
      NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) sum[j][v] = hn::Zero(d);
    }
    const float* key[kKeys];
    NIBBLE_UNROLL for (int j = 0; j < kKeys; ++j) key[j] = keys[j];
    for (int64_t k = 0; k < width; ++k, q += Heads()) {
      V query[kVectors];
      NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) query[v] = hn::Load(d, q + v * Lanes());
      NIBBLE_UNROLL for (int j = 0; j < kKeys; ++j) {
        const V value = hn::Set(d, key[j][k]);
        NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
          sum[j][v] = hn::MulAdd(value, query[v], sum[j][v]);
        }
      }
    }
    NIBBLE_UNROLL for (int j = 0; j < kKeys; ++j) {
      NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
        hn::Store(sum[j][v], d, logits + j * Heads() + v * Lanes());
      }
    }
  }

  // logits [count, Heads()] to p; the denominators without the sink and the maxima, [Heads()].
  static void Softmax(float* logits, int64_t count, float scale, float* denominator,
                      float* largest) {
    const D d;
    const V factor = hn::Set(d, scale);
    for (int v = 0; v < kVectors; ++v) {
      float* column = logits + v * Lanes();
      V most = hn::Mul(hn::Load(d, column), factor);
      for (int64_t i = 0; i < count; ++i) {
        const V logit = hn::Mul(hn::Load(d, column + i * Heads()), factor);
        hn::Store(logit, d, column + i * Heads());
        most = hn::Max(most, logit);
      }
      V sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
      const auto exp = [&](int64_t i) HWY_ATTR {
        const V p = hn::Exp(d, hn::Sub(hn::Load(d, column + i * Heads()), most));
        hn::Store(p, d, column + i * Heads());
        return p;
      };
      int64_t i = 0;
      for (; i + 4 <= count; i += 4) {
        NIBBLE_UNROLL for (int j = 0; j < 4; ++j) sums[j] = hn::Add(sums[j], exp(i + j));
      }
      for (int j = 0; i < count; ++i, ++j) sums[j] = hn::Add(sums[j], exp(i));
      hn::Store(hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3])), d,
                denominator + v * Lanes());
      hn::Store(most, d, largest + v * Lanes());
    }
  }
};

// out [kHeads, kDims vectors] = bf(sum over keys of p * value / denominator), in registers.
template <class D, int kHeads, int kDims>
void WeightedSum(const float* p, int64_t p_stride, const float* const* keys, int64_t count,
                 int64_t dim, const float* denominator, float* out, int64_t out_stride) {
  using V = hn::Vec<D>;
  const D d;
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(D()));
  V sum[kHeads][kDims];
  NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
    NIBBLE_UNROLL for (int c = 0; c < kDims; ++c) sum[h][c] = hn::Zero(d);
  }
  for (int64_t j = 0; j < count; ++j, p += p_stride) {
    const float* row = keys[j] + dim;
    V value[kDims];
    NIBBLE_UNROLL for (int c = 0; c < kDims; ++c) value[c] = hn::LoadU(d, row + c * kLanes);
    NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
      const V weight = hn::Set(d, p[h]);
      NIBBLE_UNROLL for (int c = 0; c < kDims; ++c) {
        sum[h][c] = hn::MulAdd(weight, value[c], sum[h][c]);
      }
    }
  }
  NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
    const V share = hn::Set(d, denominator[h]);
    NIBBLE_UNROLL for (int c = 0; c < kDims; ++c) {
      hn::StoreU(RoundedToBf16(d, hn::Div(sum[h][c], share)), d,
                 out + h * out_stride + dim + c * kLanes);
    }
  }
}

// All dims of kHeads heads.
template <class D, int kHeads>
void WeightedSums(const float* p, int64_t p_stride, const AttendHeadsTask& t,
                  const float* denominator, float* out) {
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(D()));
  int64_t dim = 0;
  for (; dim + 2 * kLanes <= t.width; dim += 2 * kLanes) {
    WeightedSum<D, kHeads, 2>(p, p_stride, t.keys, t.key_count, dim, denominator, out, t.width);
  }
  for (; dim < t.width; dim += kLanes) {
    WeightedSum<D, kHeads, 1>(p, p_stride, t.keys, t.key_count, dim, denominator, out, t.width);
  }
}

// `heads` <= Block::Heads() heads from `first` on.
template <class D, int kVectors, int kKeys>
void AttendBlock(const AttendHeadsTask& t, int64_t first, int64_t heads) {
  using Block = HeadBlock<D, kVectors>;
  using Dims = hn::CappedTag<float, 16>;
  // As registers allow.
  constexpr int kHeadsAtOnce =
      static_cast<int>(std::min<int64_t>(hn::MaxLanes(Dims()) == 16 ? 8 : 4, Block::Heads()));
  static_assert(kAttendKeyGroup % kKeys == 0);
  float* q = t.scratch;
  float* logits = q + t.width * Block::Heads();
  alignas(64) float denominator[Block::Heads()];
  alignas(64) float largest[Block::Heads()];
  Block::Transpose(t.q + first * t.width, heads, t.width, q);
  for (int64_t j = 0; j < t.key_count; j += kKeys) {
    Block::template Logits<kKeys>(q, t.keys + j, t.width, logits + j * Block::Heads());
  }
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(t.width)));
  Block::Softmax(logits, t.key_count, scale, denominator, largest);
  alignas(64) float sink[Block::Heads()] = {};
  std::copy_n(t.sink + first, heads, sink);
  const D d;
  for (int64_t h = 0; h < Block::Heads(); h += Block::Lanes()) {
    const auto extra = hn::Exp(d, hn::Sub(hn::Load(d, sink + h), hn::Load(d, largest + h)));
    hn::Store(hn::Add(hn::Load(d, denominator + h), extra), d, denominator + h);
  }
  float* out = t.out + first * t.width;
  int64_t h = 0;
  for (; h + kHeadsAtOnce <= heads; h += kHeadsAtOnce) {
    WeightedSums<Dims, kHeadsAtOnce>(logits + h, Block::Heads(), t, denominator + h,
                                     out + h * t.width);
  }
  for (; h < heads; ++h) {
    WeightedSums<Dims, 1>(logits + h, Block::Heads(), t, denominator + h, out + h * t.width);
  }
}

void Attend(const AttendHeadsTask& t) {
  using Full = hn::CappedTag<float, 16>;
  using Half = hn::CappedTag<float, 8>;
  constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(Full()));
  constexpr int kKeys = kLanes == 16 ? 8 : 4;  // as registers allow
  int64_t h = 0;
  for (; h + kLanes < t.heads; h += 2 * kLanes) {
    AttendBlock<Full, 2, kKeys>(t, h, std::min(2 * kLanes, t.heads - h));
  }
  if (t.heads - h > 8) return AttendBlock<Full, 1, kKeys>(t, h, t.heads - h);
  if (t.heads > h) AttendBlock<Half, 1, kKeys == 8 ? 12 : 8>(t, h, t.heads - h);
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Attend);

void AttendHeads(const AttendHeadsTask& task) { HWY_DYNAMIC_DISPATCH(Attend)(task); }

}  // namespace nibble
#endif
