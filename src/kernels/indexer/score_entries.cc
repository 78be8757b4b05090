#include "kernels/indexer/score_entries.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/indexer/score_entries.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cstring>

#include "formats/e8m0.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

using F32 = hn::CappedTag<float, 16>;
using U32 = hn::Rebind<uint32_t, F32>;
constexpr auto kLanes = static_cast<int64_t>(hn::MaxLanes(F32()));
constexpr int64_t kGroup = kScoreGroup;

// E2M1 codes in the highest nibble of each lane. Without its sign a code in the place of an F32's
// exponent and mantissa is 2^-126 of its value.
hn::Vec<F32> E2m1(hn::Vec<U32> codes) {
  const F32 df;
  const U32 du;
  const auto magnitude = hn::ShiftRight<6>(hn::And(codes, hn::Set(du, 0x70000000u)));
  const auto sign = hn::And(codes, hn::Set(du, 0x80000000u));
  return hn::Or(hn::Mul(hn::BitCast(df, magnitude), hn::Set(df, 0x1p126f)), hn::BitCast(df, sign));
}

void Decode(const uint8_t* rows, int64_t row_bytes, int64_t count, int64_t width, float* group) {
  const F32 df;
  const U32 du;
  float* scales = group + width * kGroup;
  for (int64_t b = 0; b < width / 32; ++b) {
    for (int64_t j = 0; j < kGroup; ++j) {
      scales[b * kGroup + j] = j < count ? E8m0ToF32(rows[j * row_bytes + width / 2 + b]) : 0.0f;
    }
  }
  alignas(64) uint32_t words[kGroup] = {};  // 8 codes of each entry
  for (int64_t c = 0; c < width; c += 8) {
    for (int64_t j = 0; j < count; ++j) std::memcpy(words + j, rows + j * row_bytes + c / 2, 4);
    for (int64_t lane = 0; lane < kGroup; lane += kLanes) {
      const auto v = hn::Load(du, words + lane);
      for (int64_t i = 0; i < 8; ++i) {
        const auto codes = hn::ShiftLeftSame(v, static_cast<int>(28 - 4 * i));
        hn::Store(E2m1(codes), df, group + (c + i) * kGroup + lane);
      }
    }
  }
}

// sum[h] += products of kHeads heads with kVectors vectors of entries.
template <int kHeads, int kVectors>
HWY_INLINE void AddHeads(const float* group, const float* q, const float* weights, int64_t width,
                         hn::Vec<F32> (&score)[kVectors]) {
  using V = hn::Vec<F32>;
  const F32 d;
  const float* scales = group + width * kGroup;
  V sum[kHeads][kVectors];
  NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
    NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) sum[h][v] = hn::Zero(d);
  }
  for (int64_t block = 0; block < width / 32; ++block, scales += kGroup) {
    V partial[kHeads][kVectors];
    NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
      NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) partial[h][v] = hn::Zero(d);
    }
    for (int64_t k = block * 32; k < (block + 1) * 32; ++k) {
      V key[kVectors];
      NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
        key[v] = hn::Load(d, group + k * kGroup + v * kLanes);
      }
      NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
        const V query = hn::Set(d, q[h * width + k]);
        NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
          partial[h][v] = hn::MulAdd(query, key[v], partial[h][v]);
        }
      }
    }
    NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
      const V scale = hn::Load(d, scales + v * kLanes);
      NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
        sum[h][v] = hn::MulAdd(partial[h][v], scale, sum[h][v]);
      }
    }
  }
  NIBBLE_UNROLL for (int h = 0; h < kHeads; ++h) {
    const V weight = hn::Set(d, weights[h]);
    NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
      const V product = RoundedToBf16(d, sum[h][v]);
      // Not Max: what is not a number stays one.
      const V positive = hn::IfThenElse(hn::Lt(product, hn::Zero(d)), hn::Zero(d), product);
      score[v] = hn::Add(score[v], RoundedToBf16(d, hn::Mul(positive, weight)));
    }
  }
}

void Score(const float* group, const float* q, const float* weights, int64_t heads, int64_t width,
           float* scores) {
  using V = hn::Vec<F32>;
  const F32 d;
  constexpr int kVectors = kLanes == 16 ? 2 : 1;  // as registers allow
  for (int64_t lane = 0; lane < kGroup; lane += kVectors * kLanes) {
    V score[kVectors];
    NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) score[v] = hn::Zero(d);
    int64_t h = 0;
    for (; h + 4 <= heads; h += 4) {
      AddHeads<4, kVectors>(group + lane, q + h * width, weights + h, width, score);
    }
    for (; h < heads; ++h) {
      AddHeads<1, kVectors>(group + lane, q + h * width, weights + h, width, score);
    }
    NIBBLE_UNROLL for (int v = 0; v < kVectors; ++v) {
      const V rounded = RoundedToBf16(d, score[v]);
      const V lowest = hn::Inf(d);
      hn::Store(hn::IfThenElse(hn::IsNaN(rounded), hn::Neg(lowest), rounded), d,
                scores + lane + v * kLanes);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Decode);
HWY_EXPORT(Score);

void DecodeScoreGroup(const uint8_t* rows, int64_t row_bytes, int64_t count, int64_t width,
                      float* group) {
  HWY_DYNAMIC_DISPATCH(Decode)(rows, row_bytes, count, width, group);
}

void ScoreGroup(const float* group, const float* q, const float* weights, int64_t heads,
                int64_t width, float* scores) {
  HWY_DYNAMIC_DISPATCH(Score)(group, q, weights, heads, width, scores);
}

}  // namespace nibble
#endif
