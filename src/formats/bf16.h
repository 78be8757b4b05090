// BF16: the upper half of an IEEE float.
#pragma once

#include <bit>
#include <cstdint>

namespace nibble {

constexpr float Bf16ToF32(uint16_t code) {
  return std::bit_cast<float>(static_cast<uint32_t>(code) << 16);
}

// Nearest, ties to even; beyond the largest BF16 becomes infinity; NaN stays NaN (quiet, sign
// kept).
constexpr uint16_t Bf16FromF32(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

// bf(x) of the specifications: one rounding to BF16, still held as a float.
constexpr float RoundToBf16(float value) { return Bf16ToF32(Bf16FromF32(value)); }

}  // namespace nibble
