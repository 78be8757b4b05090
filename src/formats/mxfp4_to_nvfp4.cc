#include "formats/mxfp4_to_nvfp4.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "formats/e2m1.h"
#include "formats/e8m0.h"
#include "formats/mxfp4.h"

namespace nibble {
namespace {

constexpr int kTopExponent = 8;      // the block at kmax gets the scale 2^8, E4M3's largest power
constexpr int kLowestExponent = -9;  // E4M3's smallest subnormal
constexpr size_t kBlockBytes = kMxfp4Block / 2;

// log2 of the exact NVFP4 block scale of a block with this E8M0 byte.
int ScaleExponent(uint8_t scale, int kmax) { return scale - kE8m0Bias - kmax + kTopExponent; }

uint8_t E4m3PowerOfTwo(int exponent) {
  return static_cast<uint8_t>(exponent >= -6 ? (exponent + 7) << 3 : 1 << (exponent + 9));
}

// -0 to +0 in sixteen nibbles at once: the sign bit stays where one of the three bits below is set.
uint64_t WithoutNegativeZeros(uint64_t nibbles) {
  constexpr uint64_t kMagnitudes = 0x7777777777777777u;
  return nibbles & (((nibbles & kMagnitudes) + kMagnitudes) | kMagnitudes);
}

void CopyCodes(std::span<const uint8_t> packed, bool keep_negative_zero, uint8_t* out) {
  if (keep_negative_zero) {
    if (out != packed.data()) std::memcpy(out, packed.data(), packed.size());
    return;
  }
  for (size_t i = 0; i < packed.size(); i += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, packed.data() + i, sizeof(word));
    word = WithoutNegativeZeros(word);
    std::memcpy(out + i, &word, sizeof(word));
  }
}

// A block below the window, its codes in place: value = code * 2^shift in units of the new step.
void RoundBlock(uint8_t* packed, int shift, bool keep_negative_zero, CastCounts* counts) {
  ++counts->blocks_out_of_range;
  const auto round = [&](uint8_t code) {
    const double value = std::ldexp(static_cast<double>(E2m1ToF32(code & 7u)), shift);
    const uint8_t magnitude = E2m1Magnitude(static_cast<float>(value));
    if (E2m1ToF32(magnitude) != value) ++counts->values_changed;
    const bool negative = code > 8 || (code == 8 && keep_negative_zero);
    return static_cast<unsigned>(magnitude | (negative ? 8u : 0u));
  };
  for (size_t i = 0; i < kBlockBytes; ++i)
    packed[i] = static_cast<uint8_t>(round(packed[i] & 15u) | (round(packed[i] >> 4) << 4));
}

bool AllZeroValues(const uint8_t* packed) {
  return std::all_of(packed, packed + kBlockBytes, [](uint8_t b) { return (b & 0x77u) == 0; });
}

}  // namespace

uint8_t LargestE8m0(std::span<const uint8_t> scales) {
  uint8_t largest = 0;
  for (const uint8_t s : scales) largest = std::max(largest, s);
  return largest;
}

int CastKmax(uint8_t largest_scale) { return largest_scale == 0 ? 0 : largest_scale - kE8m0Bias; }

float CastTensorScale(int kmax) { return std::ldexp(1.0f, kmax - kTopExponent); }

CastCounts CastMxfp4ToNvfp4(std::span<const uint8_t> packed, std::span<const uint8_t> scales,
                            int kmax, bool keep_negative_zero, uint8_t* packed_out,
                            uint8_t* block_scales) {
  NIBBLE_CHECK(packed.size() == scales.size() * kBlockBytes, "16 bytes of codes a block");
  std::array<uint8_t, 256> block_scale{};
  std::array<bool, 256> in_window{};
  for (int scale = 0; scale < 255; ++scale) {
    const auto s = static_cast<uint8_t>(scale);
    const int exponent = ScaleExponent(s, kmax);
    in_window[s] = exponent >= kLowestExponent;
    block_scale[s] = E4m3PowerOfTwo(std::clamp(exponent, kLowestExponent, kTopExponent));
  }
  CopyCodes(packed, keep_negative_zero, packed_out);
  CastCounts counts;
  for (size_t b = 0; b < scales.size(); ++b) {
    const uint8_t scale = scales[b];
    block_scales[2 * b] = block_scales[2 * b + 1] = block_scale[scale];
    uint8_t* codes = packed_out + b * kBlockBytes;
    if (in_window[scale] || (scale == 0 && AllZeroValues(codes))) continue;
    RoundBlock(codes, ScaleExponent(scale, kmax) - kLowestExponent, keep_negative_zero, &counts);
  }
  return counts;
}

}  // namespace nibble
