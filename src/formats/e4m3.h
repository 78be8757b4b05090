// E4M3FN (FP8): sign, four exponent bits with bias 7, three mantissa bits. No infinities; 0x7F and
// 0xFF are NaN; largest 448 (0x7E), smallest normal 2^-6, smallest subnormal 2^-9.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace nibble {

inline constexpr float kE4m3Max = 448.0f;
inline constexpr float kE4m3SmallestSubnormal = 0.001953125f;  // 2^-9
inline constexpr uint8_t kE4m3One = 0x38;

namespace internal {
constexpr float DecodeE4m3(uint8_t code) {
  const uint32_t sign = (code & 0x80u) << 24;
  const uint32_t magnitude = code & 0x7Fu;
  if (magnitude == 0x7F) return std::bit_cast<float>(sign | 0x7FC00000u);
  if (magnitude < 8) {
    const float value = static_cast<float>(magnitude) * kE4m3SmallestSubnormal;
    return sign != 0 ? -value : value;
  }
  return std::bit_cast<float>(sign | ((magnitude << 20) + ((127u - 7u) << 23)));
}
constexpr std::array<float, 256> MakeE4m3Values() {
  std::array<float, 256> values{};
  for (size_t code = 0; code < 256; ++code) values[code] = DecodeE4m3(static_cast<uint8_t>(code));
  return values;
}
}  // namespace internal

inline constexpr std::array<float, 256> kE4m3Values = internal::MakeE4m3Values();

constexpr float E4m3ToF32(uint8_t code) { return kE4m3Values[code]; }
constexpr bool IsE4m3Nan(uint8_t code) { return (code & 0x7Fu) == 0x7Fu; }

// Nearest, ties to even, saturating at 448 (infinities too); NaN keeps its sign.
constexpr uint8_t E4m3FromF32(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 24) & 0x80u;
  uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<uint8_t>(sign | 0x7Fu);
  if (magnitude >= std::bit_cast<uint32_t>(kE4m3Max)) return static_cast<uint8_t>(sign | 0x7Eu);
  if (magnitude < std::bit_cast<uint32_t>(0.015625f)) {
    // Below 2^-6 the codes count multiples of 2^-9: adding 2^14 makes the adder round to them.
    const float shifted = std::bit_cast<float>(magnitude) + 16384.0f;
    return static_cast<uint8_t>(sign | (std::bit_cast<uint32_t>(shifted) & 0xFu));
  }
  magnitude += 0x7FFFFu + ((magnitude >> 20) & 1u);
  return static_cast<uint8_t>(sign | ((magnitude >> 20) - ((127u - 7u) << 3)));
}

}  // namespace nibble
