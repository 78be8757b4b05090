// MXFP4: E2M1 codes with one E8M0 scale per 32 values along K.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nibble {

inline constexpr size_t kMxfp4Block = 32;

// Dynamic quantisation of the reference (indexer q and k): per block S = 2^ceil(log2(amax / 6)),
// amax at least 6 * 2^-126; codes E2M1(clamp(x / S, -6, 6)), nearest even; -0 gives code 0.
// values.size() is a multiple of 32.
void QuantizeMxfp4(std::span<const float> values, uint8_t* packed, uint8_t* scales);
// The same, decoded in place; exact in BF16.
void FakeQuantizeMxfp4(std::span<float> values);

// values = E2M1 * 2^(scale - 127).
void DequantizeMxfp4(const uint8_t* packed, const uint8_t* scales, std::span<float> values);

}  // namespace nibble
