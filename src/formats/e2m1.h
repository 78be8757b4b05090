// E2M1 (FP4): sign, two exponent bits with bias 1, one mantissa bit. Two codes fill a byte, the
// even element in the low nibble.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace nibble {

inline constexpr std::array<float, 16> kE2m1Values = {0.0f,  0.5f,  1.0f,  1.5f,  2.0f,  3.0f,
                                                      4.0f,  6.0f,  -0.0f, -0.5f, -1.0f, -1.5f,
                                                      -2.0f, -3.0f, -4.0f, -6.0f};
inline constexpr float kE2m1Max = 6.0f;

// `code` in 0..15.
constexpr float E2m1ToF32(uint8_t code) { return kE2m1Values[code & 15u]; }

// Nearest, ties to the even code, saturating at 6; sign bit = (value < 0): -0 gives code 0, a tiny
// negative gives code 8. The rule of NVFP4. NaN gives 0: callers refuse NaN. A sum of comparisons
// in words as wide as the floats, without branches, so that loops over it vectorise.
constexpr uint32_t E2m1Word(float value) {
  const float magnitude = std::bit_cast<float>(std::bit_cast<uint32_t>(value) & 0x7FFFFFFFu);
  const int code = (magnitude > 0.25f) + (magnitude >= 0.75f) + (magnitude > 1.25f) +
                   (magnitude >= 1.75f) + (magnitude > 2.5f) + (magnitude >= 3.5f) +
                   (magnitude > 5.0f) + (value < 0 ? 8 : 0);
  return static_cast<uint32_t>(code);
}
constexpr uint8_t E2m1FromF32(float value) { return static_cast<uint8_t>(E2m1Word(value)); }

// The code (0..7) of a magnitude by the same rule.
constexpr uint8_t E2m1Magnitude(float magnitude) { return E2m1FromF32(magnitude); }

// Keeps the sign of -0 (code 8), as a cast in IEEE manner does.
constexpr uint8_t E2m1FromF32IeeeSign(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  return static_cast<uint8_t>(E2m1Magnitude(std::bit_cast<float>(bits & 0x7FFFFFFFu)) |
                              ((bits >> 28) & 8u));
}

}  // namespace nibble
