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
#include "formats/mxfp4_to_nvfp4.h"
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

// Casts one block (16 bytes of codes) under a kmax.
struct CastBlock {
  uint8_t packed[16];
  uint8_t scales[2];
  CastCounts counts;
};
CastBlock CastOne(uint8_t code, uint8_t scale, int kmax, bool keep_negative_zero) {
  const std::vector<uint8_t> packed(16, static_cast<uint8_t>(code | (code << 4)));
  CastBlock out;
  out.counts = CastMxfp4ToNvfp4(packed, std::span(&scale, 1), kmax, keep_negative_zero, out.packed,
                                out.scales);
  return out;
}

TEST(Cast, EveryCodeInsideTheWindowKeepsItsValue) {
  for (int distance = 0; distance <= 17; ++distance) {
    for (uint8_t code = 0; code < 16; ++code) {
      const int kmax = -3;
      const auto scale = static_cast<uint8_t>(127 + kmax - distance);
      const CastBlock plain = CastOne(code, scale, kmax, false);
      const CastBlock kept = CastOne(code, scale, kmax, true);
      const int expected = code == 8 ? 0 : code;
      EXPECT_EQ(plain.packed[7], expected | (expected << 4));
      EXPECT_EQ(kept.packed[7], code | (code << 4));
      EXPECT_EQ(E4m3ToF32(plain.scales[0]) * CastTensorScale(kmax),
                std::ldexp(1.0f, kmax - distance));
      EXPECT_EQ(plain.scales[1], plain.scales[0]);
      EXPECT_EQ(plain.counts.blocks_out_of_range, 0u);
    }
  }
}

TEST(Cast, BlocksUnderTheWindowAreRoundedAndCounted) {
  // 18 binades under the top: values are halved, 0.25 ties to 0, 0.75 to 1, 1.5 stays.
  const int kmax = 0;
  const uint8_t expected[16] = {0, 0, 1, 2, 2, 3, 4, 5, 0, 8, 9, 10, 10, 11, 12, 13};
  for (uint8_t code = 0; code < 16; ++code) {
    const CastBlock block = CastOne(code, 127 - 18, kmax, false);
    EXPECT_EQ(block.packed[0] & 15, expected[code]) << int{code};
    EXPECT_EQ(block.scales[0], 0x01);
    EXPECT_EQ(block.counts.blocks_out_of_range, 1u);
    EXPECT_EQ(block.counts.values_changed, (code & 7) == 1 || (code & 7) == 3 ? 32u : 0u);
  }
}

TEST(Cast, ZeroBlocksAreNotOutOfRangeButByteZeroOverCodesIs) {
  EXPECT_EQ(CastOne(8, 0, 0, false).counts.blocks_out_of_range, 0u);
  EXPECT_EQ(CastOne(8, 0, 0, true).packed[0], 0x88);
  const CastBlock bad = CastOne(15, 0, 0, false);
  EXPECT_EQ(bad.counts.blocks_out_of_range, 1u);
  EXPECT_EQ(bad.packed[0], 0x88);  // a tiny negative, as the exporter writes it
}

TEST(Cast, ExponentOfAGroup) {
  const uint8_t scales[3] = {0, 120, 7};
  EXPECT_EQ(LargestE8m0(scales), 120);
  EXPECT_EQ(CastKmax(120), -7);
  EXPECT_EQ(CastKmax(0), 0);
  EXPECT_EQ(CastTensorScale(127), 0x1p119f);
  EXPECT_EQ(CastTensorScale(-126), 0x1p-134f);
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
