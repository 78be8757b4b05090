// Every code of every scalar format, and every tie between neighbours with the floats beside it.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"

namespace nibble {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// `values` are the decoded codes 0, 1, 2, ... of the non-negative half, rising. Checks that each
// value, each midpoint (to the even code) and the floats on both sides of it go where they must.
template <class Encode>
void CheckRounding(const std::vector<float>& values, const Encode& encode) {
  for (size_t code = 0; code < values.size(); ++code) {
    ASSERT_EQ(encode(values[code]), code) << values[code];
    if (code + 1 == values.size()) continue;
    const double exact = (static_cast<double>(values[code]) + values[code + 1]) / 2;
    const float middle = static_cast<float>(exact);
    ASSERT_EQ(encode(std::nextafter(middle, 0.0f)), code) << middle;
    if (middle == exact) {
      ASSERT_EQ(encode(middle), code % 2 == 0 ? code : code + 1) << middle;
    }
    ASSERT_EQ(encode(std::nextafter(middle, kInfinity)), code + 1) << middle;
  }
}

TEST(Bf16, EveryCodeAndTie) {
  std::vector<float> values;
  for (uint32_t code = 0; code <= 0x7F80; ++code) {
    values.push_back(Bf16ToF32(static_cast<uint16_t>(code)));
    EXPECT_EQ(Bf16FromF32(-values.back()), code | 0x8000u);
  }
  values.pop_back();  // infinity has no midpoint
  CheckRounding(values, Bf16FromF32);
  EXPECT_EQ(Bf16FromF32(kInfinity), 0x7F80);
  EXPECT_EQ(Bf16FromF32(std::numeric_limits<float>::max()), 0x7F80);
  for (uint32_t code = 0x7F81; code <= 0x7FFF; ++code) {
    EXPECT_TRUE(std::isnan(Bf16ToF32(static_cast<uint16_t>(code))));
    EXPECT_TRUE(
        std::isnan(Bf16ToF32(Bf16FromF32(Bf16ToF32(static_cast<uint16_t>(code | 0x8000u))))));
  }
  EXPECT_EQ(RoundToBf16(1.00390625f), 1.0f);  // 1 + 2^-8, a tie
}

TEST(E2m1, EveryCodeAndTie) {
  const std::vector<float> values(kE2m1Values.begin(), kE2m1Values.begin() + 8);
  EXPECT_EQ(values, (std::vector<float>{0, 0.5, 1, 1.5, 2, 3, 4, 6}));
  CheckRounding(values, E2m1FromF32);
  CheckRounding(values, E2m1FromF32IeeeSign);
  for (uint8_t code = 1; code < 8; ++code) {
    EXPECT_EQ(E2m1ToF32(code | 8), -E2m1ToF32(code));
    EXPECT_EQ(E2m1FromF32(-E2m1ToF32(code)), code | 8);
  }
  for (const float big : {6.5f, 1e30f, kInfinity}) {
    EXPECT_EQ(E2m1FromF32(big), 7);
    EXPECT_EQ(E2m1FromF32(-big), 15);
  }
  EXPECT_EQ(E2m1FromF32(-0.0f), 0);
  EXPECT_EQ(E2m1FromF32IeeeSign(-0.0f), 8);
  EXPECT_EQ(E2m1FromF32(-1e-40f), 8);
}

TEST(E4m3, EveryCodeAndTie) {
  std::vector<float> values;
  for (int code = 0; code < 0x7F; ++code) {
    const int exponent = code >> 3;
    const float expected = exponent == 0
                               ? std::ldexp(static_cast<float>(code & 7), -9)
                               : std::ldexp(static_cast<float>(8 + (code & 7)), exponent - 10);
    values.push_back(E4m3ToF32(static_cast<uint8_t>(code)));
    EXPECT_EQ(values.back(), expected);
    EXPECT_EQ(E4m3ToF32(static_cast<uint8_t>(code | 0x80)), -expected);
    EXPECT_EQ(E4m3FromF32(-expected), code | 0x80);
  }
  EXPECT_EQ(values.back(), kE4m3Max);
  CheckRounding(values, E4m3FromF32);
  for (const float big : {463.0f, 464.0f, 480.0f, 1e30f, kInfinity}) {
    EXPECT_EQ(E4m3FromF32(big), 0x7E);
    EXPECT_EQ(E4m3FromF32(-big), 0xFE);
  }
  EXPECT_EQ(E4m3FromF32(kNan), 0x7F);
  EXPECT_EQ(E4m3FromF32(-kNan), 0xFF);
  EXPECT_TRUE(std::isnan(E4m3ToF32(0x7F)));
  EXPECT_TRUE(std::isnan(E4m3ToF32(0xFF)));
  EXPECT_TRUE(IsE4m3Nan(0xFF));
  EXPECT_FALSE(IsE4m3Nan(0x7E));
}

TEST(E8m0, EveryCodeAndItsCeiling) {
  for (int code = 0; code < 255; ++code) {
    const float value = E8m0ToF32(static_cast<uint8_t>(code));
    EXPECT_EQ(value, std::ldexp(1.0f, code - 127));
    EXPECT_EQ(E8m0CeilFromF32(value), std::max(code, 1));
    EXPECT_EQ(E8m0CeilFromF32(-value), std::max(code, 1));
    if (code > 0) {
      EXPECT_EQ(E8m0CeilFromF32(std::nextafter(value, kInfinity)), std::min(code + 1, 254));
    }
  }
  EXPECT_TRUE(std::isnan(E8m0ToF32(255)));
  EXPECT_EQ(E8m0CeilFromF32(0), 1);
  EXPECT_EQ(E8m0CeilFromF32(0.75f), 127);
  EXPECT_EQ(E8m0CeilFromF32(1e-4f / 448), 105);
  EXPECT_EQ(E8m0CeilFromF32(kInfinity), 254);
}

}  // namespace
}  // namespace nibble
