#include <array>
#include <cmath>
#include <cstring>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/fp8_block.h"
#include "kernels/linear/linear.h"

namespace nibble {
namespace {

// VDPBF16PS takes subnormal inputs and results as zero.
float Flush(float v) { return std::fpclassify(v) == FP_SUBNORMAL ? std::copysign(0.0f, v) : v; }

float DotPair(float sum, float w0, float x0, float w1, float x1) {
  return Flush(std::fma(w0, x0, Flush(std::fma(w1, x1, sum))));
}

bool IsFp4(Form form) { return form == Form::kNvfp4 || form == Form::kMxfp4; }

// The element without its scales.
float Element(const EncodedMatrix& w, int64_t index) {
  if (IsFp4(w.form)) {
    const uint32_t byte = w.data[index / 2];
    return E2m1ToF32(static_cast<uint8_t>(index % 2 == 0 ? byte & 15u : byte >> 4));
  }
  if (w.form == Form::kFp8) return E4m3ToF32(w.data[index]);
  uint16_t code = 0;
  std::memcpy(&code, w.data + index * 2, 2);
  return Flush(Bf16ToF32(code));
}

float BlockScale(const EncodedMatrix& w, int64_t row, int64_t col) {
  switch (w.form) {
    case Form::kNvfp4:
      return E4m3ToF32(w.scales[(row * w.cols + col) / 16]);
    case Form::kMxfp4:
      return E8m0ToF32(w.scales[(row * w.cols + col) / 32]);
    case Form::kFp8: {
      const int64_t index = row / kFp8Block * Fp8Blocks(w.cols) + col / kFp8Block;
      if (!w.f32_scales) return E8m0ToF32(w.scales[index]);
      float scale = 0;
      std::memcpy(&scale, w.scales + index * 4, 4);
      return scale;
    }
    default:
      return 1.0f;
  }
}

}  // namespace

void LinearRef(const EncodedMatrix& w, const float* x, float* y) {
  const int64_t block = IsFp4(w.form) ? 16 : 32;
  const auto input = [&](int64_t col) { return col < w.cols ? Flush(RoundToBf16(x[col])) : 0.0f; };
  const auto weight = [&](int64_t row, int64_t col) {
    return col < w.cols ? Element(w, row * w.cols + col) : 0.0f;
  };
  for (int64_t row = 0; row < w.rows; ++row) {
    float acc = 0;
    for (int64_t begin = 0; begin < w.cols; begin += block) {
      float partial = 0;
      for (int64_t col = begin; col < begin + block; col += 2)
        partial =
            DotPair(partial, weight(row, col), input(col), weight(row, col + 1), input(col + 1));
      acc = std::fma(partial, BlockScale(w, row, begin), acc);
    }
    y[row] = w.form == Form::kNvfp4 ? acc * w.tensor_scale : acc;
  }
}

}  // namespace nibble
