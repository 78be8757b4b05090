// For processors without VDPBF16PS: the same packed weights, decoded to F32 a group at a time. With
// FMA the results have the bits of the other implementations, subnormals aside; without it (SSE4
// and older) each product is rounded too.
#include "kernels/linear/linear_portable.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/linear/linear_portable.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"

HWY_BEFORE_NAMESPACE();
namespace nibble {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kLanes = PackedMatrix::kTileRows;
constexpr size_t kCols = PackedMatrix::kGroupCols;
using F32 = hn::CappedTag<float, kLanes>;
using U32 = hn::Rebind<uint32_t, F32>;
using I32 = hn::Rebind<int32_t, F32>;

// One group of a tile in F32.
struct Group {
  alignas(64) float elements[kCols][kLanes];
  alignas(64) float scales[kCols / 16][kLanes];  // per block
};

// 32-bit words, one a lane: elements[col] = table[(word >> shift) & mask] for up to two columns.
void LookUp(const uint8_t* words, int shift, uint32_t mask, const float* table, float* out) {
  const F32 df;
  const U32 du;
  for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(df)) {
    const auto v = hn::LoadU(du, reinterpret_cast<const uint32_t*>(words + lane * 4));
    const auto index = hn::And(hn::ShiftRightSame(v, shift), hn::Set(du, mask));
    hn::Store(hn::GatherIndex(df, table, hn::BitCast(I32(), index)), df, out + lane);
  }
}

void DecodeFp4(const uint8_t* group, bool nvfp4, Group* out) {
  const size_t per_scale = nvfp4 ? 16 : 32;
  for (size_t b = 0; b < kCols / 16; ++b) {
    const uint8_t* in = group + b * 16 / per_scale * kLanes;
    for (size_t lane = 0; lane < kLanes; ++lane)
      out->scales[b][lane] = nvfp4 ? E4m3ToF32(in[lane]) : E8m0ToF32(in[lane]);
  }
  const uint8_t* codes = group + kCols / per_scale * kLanes;
  for (size_t c = 0; c < kCols; c += 8, codes += 64) {
    for (size_t i = 0; i < 8; ++i)
      LookUp(codes, static_cast<int>(4 * (i / 2) + 16 * (i % 2)), 15, kE2m1Values.data(),
             out->elements[c + i]);
  }
}

void DecodeFp8(const uint8_t* group, float scale, Group* out) {
  for (size_t b = 0; b < kCols / 32; ++b) {
    for (size_t lane = 0; lane < kLanes; ++lane) out->scales[b][lane] = scale;
  }
  for (size_t c = 0; c < kCols; ++c) {
    const uint8_t* in = group + c / 4 * 64 + c % 4 / 2 * 8 + c % 2;
    for (size_t lane = 0; lane < kLanes; ++lane)
      out->elements[c][lane] = kE4m3Values[in[lane / 4 * 16 + lane % 4 * 2]];
  }
}

void DecodeBf16(const uint8_t* group, Group* out) {
  const F32 df;
  const U32 du;
  for (size_t b = 0; b < kCols / 32; ++b) {
    for (size_t lane = 0; lane < kLanes; ++lane) out->scales[b][lane] = 1.0f;
  }
  for (size_t c = 0; c < kCols; c += 2, group += 64) {
    for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(df)) {
      const auto v = hn::LoadU(du, reinterpret_cast<const uint32_t*>(group + lane * 4));
      hn::Store(hn::BitCast(df, hn::ShiftLeft<16>(v)), df, out->elements[c] + lane);
      hn::Store(hn::BitCast(df, hn::And(v, hn::Set(du, 0xFFFF0000u))), df,
                out->elements[c + 1] + lane);
    }
  }
}

// acc [rows][16] += group times `rows` rows of x (packed, at the group's first pair).
void AddGroup(const Group& group, size_t block, const uint32_t* x, size_t rows, float* acc) {
  const F32 df;
  const U32 du;
  for (size_t r = 0; r < rows; ++r) {
    for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(df)) {
      auto sum = hn::Load(df, acc + r * kLanes + lane);
      for (size_t b = 0; b < kCols / block; ++b) {
        auto partial = hn::Zero(df);
        for (size_t c = b * block; c < (b + 1) * block; c += 2) {
          const uint32_t pair = x[c / 2 * rows + r];
          const auto x0 = hn::BitCast(df, hn::Set(du, pair << 16));
          const auto x1 = hn::BitCast(df, hn::Set(du, pair & 0xFFFF0000u));
          partial = hn::MulAdd(hn::Load(df, group.elements[c + 1] + lane), x1, partial);
          partial = hn::MulAdd(hn::Load(df, group.elements[c] + lane), x0, partial);
        }
        sum = hn::MulAdd(partial, hn::Load(df, group.scales[b] + lane), sum);
      }
      hn::Store(sum, df, acc + r * kLanes + lane);
    }
  }
}

void Portable(const LinearTask& task) {
  const PackedMatrix& w = *task.w;
  const bool fp4 = w.form() == Form::kMxfp4 || w.form() == Form::kNvfp4;
  const int64_t pairs = w.padded_cols() / 2;
  Group group;
  for (int64_t tile = task.tile_begin; tile < task.tile_end; ++tile) {
    const auto valid = static_cast<size_t>(std::min<int64_t>(kLanes, task.n - tile * 16));
    for (int64_t chunk = 0; chunk < task.chunks.count(); ++chunk) {
      const int64_t begin = task.chunks.begin(chunk);
      const auto rows = static_cast<size_t>(task.chunks.begin(chunk + 1) - begin);
      alignas(64) float acc[kLinearMaxChunk * kLanes] = {};
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
        const uint32_t* x = task.x + begin * pairs + g * 64 * static_cast<int64_t>(rows);
        AddGroup(group, fp4 ? 16 : 32, x, rows, acc);
      }
      for (size_t r = 0; r < rows; ++r) {
        float* y = task.y + (begin + static_cast<int64_t>(r)) * task.y_stride + tile * 16;
        for (size_t lane = 0; lane < valid; ++lane) {
          const float value = acc[r * kLanes + lane] * w.tensor_scale();
          y[lane] = task.round_to_bf16 ? RoundToBf16(value) : value;
        }
      }
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
