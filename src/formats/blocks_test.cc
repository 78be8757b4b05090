// Block layouts: which nibble is which element, which scale belongs to which block, corner cases.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "formats/e4m3.h"
#include "formats/form.h"
#include "formats/fp8_block.h"
#include "formats/mxfp4.h"
#include "formats/nvfp4.h"

namespace nibble {
namespace {

template <class T>
std::vector<T> Row(const EncodedMatrix& m, int64_t row) {
  std::vector<T> out(static_cast<size_t>(m.cols));
  DecodeRow(m, row, std::span<T>(out));
  return out;
}

TEST(DecodeRow, Nvfp4PutsTheEvenElementInTheLowNibble) {
  std::vector<uint8_t> data(2 * 16, 0);  // [2, 32]
  data[16] = 0x21;                       // row 1: 0.5, 1
  data[16 + 8] = 0xF7;                   // its second block: 6, -6
  const uint8_t scales[4] = {0, 0, 0x38, 0x40};
  const EncodedMatrix m{.form = Form::kNvfp4,
                        .rows = 2,
                        .cols = 32,
                        .data = data.data(),
                        .scales = scales,
                        .tensor_scale = 0.25f,
                        .input_scale = 7.0f};
  const auto row = Row<float>(m, 1);
  EXPECT_EQ(row[0], 0.125f);
  EXPECT_EQ(row[1], 0.25f);
  EXPECT_EQ(row[16], 3.0f);
  EXPECT_EQ(row[17], -3.0f);
  EXPECT_EQ(Row<double>(m, 1)[17], -3.0);
  EXPECT_EQ(Row<float>(m, 0)[0], 0.0f);
}

TEST(DecodeRow, Nvfp4InDoubleIsTheExactProduct) {
  const uint8_t data[8] = {0x05};  // 3
  const uint8_t scale = 0x39;      // 1.125
  const float tensor_scale = std::nextafter(0.1f, 1.0f);
  const EncodedMatrix m{.form = Form::kNvfp4,
                        .rows = 1,
                        .cols = 16,
                        .data = data,
                        .scales = &scale,
                        .tensor_scale = tensor_scale};
  EXPECT_EQ(Row<double>(m, 0)[0], 3.375 * static_cast<double>(tensor_scale));
  const float step = 1.125f * tensor_scale;
  EXPECT_EQ(Row<float>(m, 0)[0], 3.0f * step);
}

TEST(DecodeRow, Mxfp4) {
  std::vector<uint8_t> data(2 * 32, 0);  // [2, 64]
  data[32 + 16] = 0xE3;
  const uint8_t scales[4] = {127, 127, 127, 130};
  const EncodedMatrix m{
      .form = Form::kMxfp4, .rows = 2, .cols = 64, .data = data.data(), .scales = scales};
  EXPECT_EQ(Row<float>(m, 1)[32], 12.0f);
  EXPECT_EQ(Row<float>(m, 1)[33], -32.0f);
}

TEST(DecodeRow, Fp8WithPartialBlocksAndF32Scales) {
  const int64_t rows = 130, cols = 200;
  const std::vector<uint8_t> data(static_cast<size_t>(rows * cols), kE4m3One);
  const uint8_t scales[4] = {127, 128, 129, 130};
  EncodedMatrix m{
      .form = Form::kFp8, .rows = rows, .cols = cols, .data = data.data(), .scales = scales};
  EXPECT_EQ(Row<float>(m, 0)[127], 1.0f);
  EXPECT_EQ(Row<float>(m, 127)[128], 2.0f);
  EXPECT_EQ(Row<float>(m, 128)[127], 4.0f);
  EXPECT_EQ(Row<double>(m, 129)[199], 8.0);
  const float f32[4] = {0.1f, 0.2f, 0.3f, 0.4f};
  uint8_t raw[17];  // misaligned on purpose
  std::memcpy(raw + 1, f32, 16);
  m.scales = raw + 1;
  m.f32_scales = true;
  EXPECT_EQ(Row<float>(m, 129)[199], 0.4f);
}

TEST(DecodeRow, Bf16AndF32AtAnyAlignment) {
  const uint16_t bf16[2] = {0x3F80, 0xC000};
  const float f32[2] = {1.5f, -0.1f};
  uint8_t raw[9];
  std::memcpy(raw + 1, bf16, 4);
  EXPECT_EQ(Row<float>({.form = Form::kBF16, .rows = 2, .cols = 1, .data = raw + 1}, 1)[0], -2.0f);
  std::memcpy(raw + 1, f32, 8);
  EXPECT_EQ(Row<float>({.form = Form::kF32, .rows = 1, .cols = 2, .data = raw + 1}, 0)[1], -0.1f);
}

TEST(Nvfp4, AllZeroTensorGetsScalesThatDecodeToZero) {
  EXPECT_EQ(Nvfp4TensorScale(0), 1.0f);
  EXPECT_EQ(Nvfp4TensorScale(1e-43f), 1.0f);  // amax / 2688 vanishes
  const std::vector<float> zeros(32, -0.0f);
  uint8_t packed[16];
  uint8_t scales[2];
  QuantizeNvfp4(zeros, 1.0f, packed, scales);
  EXPECT_EQ(scales[1], kE4m3One);
  for (const uint8_t byte : packed) EXPECT_EQ(byte, 0);
}

TEST(Nvfp4, ActivationBlocksMayVanish) {
  std::vector<float> values(16, 1e-3f);
  FakeQuantizeNvfp4Activations(values, 1.0f);
  for (const float v : values) EXPECT_EQ(v, 0.0f);
}

TEST(NonFinite, TheFirstOneIsFound) {
  std::vector<float> values(100, 1.0f);
  EXPECT_EQ(FirstNonFinite(values), 100u);
  values[70] = std::numeric_limits<float>::infinity();
  values[80] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(FirstNonFinite(values), 70u);
  values[3] = -std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(FirstNonFinite(values), 3u);
}

TEST(Fp8, EveryBf16AmaxHasTheScaleOfTheReciprocalRule) {
  // The reference multiplies by fl(1/448); for every BF16 amax that is the exact ceiling as well.
  for (uint32_t code = 0; code < 0x7F80; ++code) {
    const float amax = std::bit_cast<float>(code << 16);
    const float scaled = std::max(amax, 1e-4f) * (1.0f / 448.0f);
    int exponent = 0;
    const double mantissa = std::frexp(static_cast<double>(scaled), &exponent);
    ASSERT_EQ(Fp8BlockScale(amax), 127 + exponent - (mantissa == 0.5 ? 1 : 0)) << amax;
  }
}

}  // namespace
}  // namespace nibble
