// E8M0: a power of two as its biased exponent; byte b means 2^(b-127). Byte 0 is 2^-127 (writers
// use it for blocks of zeros), 255 is NaN.
#pragma once

#include <bit>
#include <cstdint>

namespace nibble {

inline constexpr int kE8m0Bias = 127;
inline constexpr uint8_t kE8m0Nan = 255;

constexpr float E8m0ToF32(uint8_t code) {
  if (code == 0) return std::bit_cast<float>(0x00400000u);  // 2^-127, a subnormal float
  if (code == kE8m0Nan) return std::bit_cast<float>(0x7FC00000u);
  return std::bit_cast<float>(static_cast<uint32_t>(code) << 23);
}

// The smallest power of two >= |value|, its byte clamped to 1..254 (0 and subnormals give 1, NaN
// and infinity 254).
constexpr uint8_t E8m0CeilFromF32(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value) & 0x7FFFFFFFu;
  const uint32_t exponent = (bits + 0x7FFFFFu) >> 23;
  return static_cast<uint8_t>(exponent < 1 ? 1 : (exponent > 254 ? 254 : exponent));
}

}  // namespace nibble
