#include "formats/fp8_block.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/nvfp4.h"

namespace nibble {
namespace {

// E4M3FromF32 saturates, which is the clamp to +-448.
void EncodeRun(std::span<const float> values, float scale, uint8_t* codes) {
  for (size_t i = 0; i < values.size(); ++i) codes[i] = E4m3FromF32(values[i] / scale);
}

}  // namespace

uint8_t Fp8BlockScale(float amax) { return E8m0CeilFromF32(std::max(amax, 1e-4f) / kE4m3Max); }

void QuantizeFp8Activations(std::span<const float> values, size_t block, uint8_t* codes,
                            uint8_t* scales) {
  for (size_t begin = 0; begin < values.size(); begin += block) {
    const auto run = values.subspan(begin, std::min(block, values.size() - begin));
    const uint8_t scale = Fp8BlockScale(AbsMax(run));
    scales[begin / block] = scale;
    EncodeRun(run, E8m0ToF32(scale), codes + begin);
  }
}

void FakeQuantizeFp8(std::span<float> values, size_t block) {
  for (size_t begin = 0; begin < values.size(); begin += block) {
    const auto run = values.subspan(begin, std::min(block, values.size() - begin));
    const float scale = E8m0ToF32(Fp8BlockScale(AbsMax(run)));
    for (float& v : run) v = E4m3ToF32(E4m3FromF32(v / scale)) * scale;
  }
}

void QuantizeFp8Weight(std::span<const float> values, int64_t rows, int64_t cols, uint8_t* codes,
                       uint8_t* scales) {
  NIBBLE_CHECK(values.size() == static_cast<size_t>(rows * cols), "size");
  const auto run = [&](int64_t row, int64_t begin) {
    return values.subspan(static_cast<size_t>(row * cols + begin),
                          static_cast<size_t>(std::min(kFp8Block, cols - begin)));
  };
  for (int64_t r = 0; r < rows; r += kFp8Block) {
    const int64_t row_end = std::min(rows, r + kFp8Block);
    for (int64_t c = 0; c < cols; c += kFp8Block) {
      float amax = 0;
      for (int64_t row = r; row < row_end; ++row) amax = std::max(amax, AbsMax(run(row, c)));
      const uint8_t scale = Fp8BlockScale(amax);
      *scales++ = scale;
      for (int64_t row = r; row < row_end; ++row)
        EncodeRun(run(row, c), E8m0ToF32(scale), codes + row * cols + c);
    }
  }
}

}  // namespace nibble
