// For processors without VDPBF16PS: the same packed weights, decoded to F32 a group at a time for
// all rows. With FMA the results have the bits of the other implementations, subnormals aside;
// without it (SSE4 and older) each product is rounded too.
#include "kernels/linear/linear_portable.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/linear/linear_portable.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kLanes = PackedMatrix::kTileRows;
constexpr size_t kCols = PackedMatrix::kGroupCols;
using F32 = hn::CappedTag<float, kLanes>;
using U32 = hn::Rebind<uint32_t, F32>;
using I32 = hn::Rebind<int32_t, F32>;
constexpr size_t kWidth = hn::MaxLanes(F32());

// One group of a tile in F32.
struct Group {
  alignas(64) float elements[kCols][kLanes];
  alignas(64) float scales[kCols / 16][kLanes];  // per block
};

// The values of the codes in the lowest four bits of the lanes.
HWY_INLINE hn::Vec<F32> E2m1Values(hn::Vec<U32> code) {
  const F32 df;
  const U32 du;
  if constexpr (kWidth >= 8) {  // eight magnitudes are a vector
    const auto magnitude = hn::BitCast(I32(), hn::And(code, hn::Set(du, 7u)));
    const auto table = hn::LoadU(df, kE2m1Values.data());
    const auto sign = hn::ShiftLeft<28>(hn::And(code, hn::Set(du, 8u)));
    return hn::Or(hn::TableLookupLanes(table, hn::IndicesFromVec(df, magnitude)),
                  hn::BitCast(df, sign));
  } else {
    const auto index = hn::BitCast(I32(), hn::And(code, hn::Set(du, 15u)));
    return hn::GatherIndex(df, kE2m1Values.data(), index);
  }
}

void DecodeFp4(const uint8_t* group, bool nvfp4, Group* out) {
  const F32 df;
  const U32 du;
  const size_t per_scale = nvfp4 ? 16 : 32;
  for (size_t b = 0; b < kCols / 16; ++b) {
    const uint8_t* in = group + b * 16 / per_scale * kLanes;
    for (size_t lane = 0; lane < kLanes; ++lane)
      out->scales[b][lane] = nvfp4 ? E4m3ToF32(in[lane]) : E8m0ToF32(in[lane]);
  }
  const uint8_t* codes = group + kCols / per_scale * kLanes;
  for (size_t c = 0; c < kCols; c += 8, codes += 64) {
    for (size_t lane = 0; lane < kLanes; lane += kWidth) {
      const auto words = hn::LoadU(du, reinterpret_cast<const uint32_t*>(codes + lane * 4));
      NIBBLE_UNROLL for (int i = 0; i < 8; ++i) {
        const auto code = hn::ShiftRightSame(words, 4 * (i / 2) + 16 * (i % 2));
        hn::Store(E2m1Values(code), df, out->elements[c + static_cast<size_t>(i)] + lane);
      }
    }
  }
}

#if HWY_TARGET == HWY_SCALAR

void DecodeE4m3(const uint8_t* group, Group* out) {
  for (size_t c = 0; c < kCols; ++c) {
    const uint8_t* in = group + c / 4 * 64 + c % 4 / 2 * 8 + c % 2;
    for (size_t lane = 0; lane < kLanes; ++lane)
      out->elements[c][lane] = kE4m3Values[in[lane / 4 * 16 + lane % 4 * 2]];
  }
}

#else

// The values of the bytes in the lanes of `code`.
template <class DU, class DF = hn::RebindToFloat<DU> >
HWY_INLINE hn::Vec<DF> E4m3Values(DU du, hn::Vec<DU> code) {
  const DF df;
  const auto magnitude = hn::And(code, hn::Set(du, 0x7Fu));
  const auto normal = hn::Add(hn::ShiftLeft<20>(magnitude), hn::Set(du, (127u - 7u) << 23));
  const auto integer = hn::ConvertTo(df, hn::BitCast(hn::RebindToSigned<DU>(), magnitude));
  const auto subnormal = hn::Mul(integer, hn::Set(df, kE4m3SmallestSubnormal));
  const auto value = hn::IfThenElse(hn::RebindMask(df, hn::Lt(magnitude, hn::Set(du, 8u))),
                                    subnormal, hn::BitCast(df, normal));
  const auto nan =
      hn::IfThenElseZero(hn::Eq(magnitude, hn::Set(du, 0x7Fu)), hn::Set(du, 0x7FC00000u));
  const auto sign = hn::ShiftLeft<24>(hn::And(code, hn::Set(du, 0x80u)));
  return hn::Or(value, hn::BitCast(df, hn::Or(nan, sign)));
}

void DecodeE4m3(const uint8_t* group, Group* out) {
  // A word of 64 bits holds two columns of four lanes, the next one the two columns after them.
  const hn::CappedTag<uint64_t, kLanes / 4> du64;
  const hn::Repartition<uint16_t, decltype(du64)> du16;
  const hn::Half<decltype(du16)> half;
  const hn::Rebind<uint32_t, decltype(half)> du32;
  const hn::RebindToFloat<decltype(du32)> df;
  constexpr size_t kWords = hn::MaxLanes(du64);
  for (size_t c = 0; c < kCols; c += 4) {
    for (size_t lane = 0; lane < kLanes; lane += kWords * 4) {
      const auto* words = reinterpret_cast<const uint64_t*>(group + c * kLanes) + lane / 2;
      const auto low = hn::LoadU(du64, words), high = hn::LoadU(du64, words + kWords);
      const auto store = [&](auto pairs, size_t col, size_t at) HWY_ATTR {
        const auto first = hn::And(pairs, hn::Set(du32, 0xFFu));
        hn::Store(E4m3Values(du32, first), df, out->elements[col] + at);
        hn::Store(E4m3Values(du32, hn::ShiftRight<8>(pairs)), df, out->elements[col + 1] + at);
      };
      const auto both = [&](auto pairs, size_t col) HWY_ATTR {
        store(hn::PromoteTo(du32, hn::LowerHalf(half, pairs)), col, lane);
        store(hn::PromoteTo(du32, hn::UpperHalf(half, pairs)), col, lane + kWords * 2);
      };
      both(hn::BitCast(du16, hn::ConcatEven(du64, high, low)), c);
      both(hn::BitCast(du16, hn::ConcatOdd(du64, high, low)), c + 2);
    }
  }
}

#endif

void DecodeFp8(const uint8_t* group, float scale, Group* out) {
  for (size_t b = 0; b < kCols / 32; ++b) {
    for (size_t lane = 0; lane < kLanes; ++lane) out->scales[b][lane] = scale;
  }
  DecodeE4m3(group, out);
}

void DecodeBf16(const uint8_t* group, Group* out) {
  const F32 df;
  const U32 du;
  for (size_t b = 0; b < kCols / 32; ++b) {
    for (size_t lane = 0; lane < kLanes; ++lane) out->scales[b][lane] = 1.0f;
  }
  for (size_t c = 0; c < kCols; c += 2, group += 64) {
    for (size_t lane = 0; lane < kLanes; lane += kWidth) {
      const auto v = hn::LoadU(du, reinterpret_cast<const uint32_t*>(group + lane * 4));
      hn::Store(hn::BitCast(df, hn::ShiftLeft<16>(v)), df, out->elements[c] + lane);
      hn::Store(hn::BitCast(df, hn::And(v, hn::Set(du, 0xFFFF0000u))), df,
                out->elements[c + 1] + lane);
    }
  }
}

// acc [kRows][16] += group times kRows rows of x (packed, `stride` rows a pair), the sums of
// kBlocks blocks at a time: a sum waits for its last addition, so several are under way.
template <size_t kRows, size_t kBlocks>
HWY_INLINE void AddRows(const Group& group, size_t block, const uint32_t* x, size_t stride,
                        float* acc) {
  const F32 df;
  const U32 du;
  constexpr size_t kVectors = kWidth * 2 <= kLanes ? 2 : 1;
  using V = hn::Vec<F32>;
  for (size_t lane = 0; lane < kLanes; lane += kVectors * kWidth) {
    for (size_t b = 0; b < kCols / block; b += kBlocks) {
      V partial[kBlocks][kRows][kVectors];
      NIBBLE_UNROLL for (size_t k = 0; k < kBlocks; ++k) {
        NIBBLE_UNROLL for (size_t r = 0; r < kRows; ++r) {
          NIBBLE_UNROLL for (size_t v = 0; v < kVectors; ++v) partial[k][r][v] = hn::Zero(df);
        }
      }
      for (size_t in_block = 0; in_block < block; in_block += 2) {
        NIBBLE_UNROLL for (size_t k = 0; k < kBlocks; ++k) {
          const size_t c = (b + k) * block + in_block;
          const uint32_t* pairs = x + c / 2 * stride;
          NIBBLE_UNROLL for (size_t r = 0; r < kRows; ++r) {
            const auto pair = hn::Set(du, pairs[r]);
            const auto x0 = hn::BitCast(df, hn::ShiftLeft<16>(pair));
            const auto x1 = hn::BitCast(df, hn::And(pair, hn::Set(du, 0xFFFF0000u)));
            NIBBLE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
              const size_t at = lane + v * kWidth;
              V& sum = partial[k][r][v];
              sum = hn::MulAdd(hn::Load(df, group.elements[c + 1] + at), x1, sum);
              sum = hn::MulAdd(hn::Load(df, group.elements[c] + at), x0, sum);
            }
          }
        }
      }
      NIBBLE_UNROLL for (size_t r = 0; r < kRows; ++r) {
        NIBBLE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
          float* out = acc + r * kLanes + lane + v * kWidth;
          V sum = hn::Load(df, out);
          NIBBLE_UNROLL for (size_t k = 0; k < kBlocks; ++k) {
            sum = hn::MulAdd(partial[k][r][v],
                             hn::Load(df, group.scales[b + k] + lane + v * kWidth), sum);
          }
          hn::Store(sum, df, out);
        }
      }
    }
  }
}

// acc [rows][16] += group times the rows of a chunk.
void AddGroup(const Group& group, size_t block, const uint32_t* x, size_t rows, float* acc) {
  size_t r = 0;
  for (; r + 4 <= rows; r += 4) AddRows<4, 1>(group, block, x + r, rows, acc + r * kLanes);
  for (; r + 2 <= rows; r += 2) AddRows<2, 2>(group, block, x + r, rows, acc + r * kLanes);
  if (r < rows) AddRows<1, 4>(group, block, x + r, rows, acc + r * kLanes);
}

// Rows of a tile's output from its sums [count][16].
void WriteRows(const LinearTask& task, int64_t tile, int64_t first, int64_t count,
               const float* acc) {
  const auto valid = static_cast<size_t>(std::min<int64_t>(kLanes, task.n - tile * 16));
  for (int64_t r = 0; r < count; ++r, acc += kLanes) {
    float* y = task.y + (first + r) * task.y_stride + tile * 16;
    for (size_t lane = 0; lane < valid; ++lane) {
      const float value = acc[lane] * task.w->tensor_scale();
      y[lane] = task.round_to_bf16 ? RoundToBf16(value) : value;
    }
  }
}

void Portable(const LinearTask& task) {
  const PackedMatrix& w = *task.w;
  const bool fp4 = w.form() == Form::kMxfp4 || w.form() == Form::kNvfp4;
  const int64_t pairs = w.padded_cols() / 2;
  // The sums of as many chunks as there is room for, so that they share what is decoded.
  auto* const acc = reinterpret_cast<float*>(task.scratch.data());
  const auto room = static_cast<int64_t>(task.scratch.size() / (kLinearMaxChunk * kLanes * 4));
  Group group;
  for (int64_t tile = task.tile_begin; tile < task.tile_end; ++tile) {
    for (int64_t first = 0; first < task.chunks.count(); first += room) {
      const int64_t last = std::min(first + room, task.chunks.count());
      const int64_t begin = task.chunks.begin(first), count = task.chunks.begin(last) - begin;
      std::fill_n(acc, static_cast<size_t>(count) * kLanes, 0.0f);
      for (int64_t g = 0; g < w.groups(); ++g) {
        const auto* bytes =
            reinterpret_cast<const uint8_t*>(w.tile(tile)) + g * PackedMatrix::GroupBytes(w.form());
        if (fp4) {
          DecodeFp4(bytes, w.form() == Form::kNvfp4, &group);
        } else if (w.form() == Form::kFp8) {
          DecodeFp8(bytes, w.fp8_scales(tile)[g], &group);
        } else {
          DecodeBf16(bytes, &group);
        }
        for (int64_t chunk = first; chunk < last; ++chunk) {
          const int64_t row = task.chunks.begin(chunk);
          const int64_t rows = task.chunks.begin(chunk + 1) - row;
          AddGroup(group, fp4 ? 16 : 32, task.x + row * pairs + g * 64 * rows,
                   static_cast<size_t>(rows), acc + (row - begin) * static_cast<int64_t>(kLanes));
        }
      }
      WriteRows(task, tile, begin, count, acc);
    }
  }
}

const char* Target() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace nibble
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nibble {
HWY_EXPORT(Portable);
HWY_EXPORT(Target);

void LinearPortable(const LinearTask& task) { HWY_DYNAMIC_DISPATCH(Portable)(task); }
std::string_view LinearPortableTarget() { return HWY_DYNAMIC_DISPATCH(Target)(); }

}  // namespace nibble
#endif
