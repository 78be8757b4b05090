// FP8 with power-of-two block scales: weights in 128x128 blocks, activations in 1xB blocks along K.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nibble {

inline constexpr int64_t kFp8Block = 128;

// Blocks of 128 that cover n.
constexpr int64_t Fp8Blocks(int64_t n) { return (n + kFp8Block - 1) / kFp8Block; }

// The scale byte (E8M0) of a block: 2^ceil(log2(max(amax, 1e-4) / 448)), at least 2^-22.
uint8_t Fp8BlockScale(float amax);

// Dynamic quantisation of activations, 1x`block` (128 in linears, 64 for K/V entries): codes
// E4M3(clamp(x / S, -448, 448)). A shorter last block is allowed; `scales` has ceil(size / block)
// bytes.
void QuantizeFp8Activations(std::span<const float> values, size_t block, uint8_t* codes,
                            uint8_t* scales);
// The same, decoded in place; exact in BF16.
void FakeQuantizeFp8(std::span<float> values, size_t block);

// Weights [rows, cols] in 128x128 blocks (the last ones may be partial): `codes` [rows, cols],
// `scales` E8M0 [Fp8Blocks(rows), Fp8Blocks(cols)].
void QuantizeFp8Weight(std::span<const float> values, int64_t rows, int64_t cols, uint8_t* codes,
                       uint8_t* scales);

}  // namespace nibble
