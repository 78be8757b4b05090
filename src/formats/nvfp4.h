// NVFP4: E2M1 codes, one E4M3 scale per 16 values along K, one F32 scale per tensor. A value is
// E2M1 * (F32(block scale) * tensor scale). All arithmetic is F32, rounded step by step, with true
// divisions; a block of a tensor never crosses a row, so whole tensors may be passed as one span
// when K % 16 == 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nibble {

inline constexpr size_t kNvfp4Block = 16;

// max |value|; NaN where there is one.
float AbsMax(std::span<const float> values);

// Index of the first NaN or infinity, or values.size().
size_t FirstNonFinite(std::span<const float> values);

// weight_scale_2 (or input_scale) of the largest magnitude of a tensor: amax / (6 * 448). 1 where
// that is 0, so that an all-zero tensor gets a scale that can be divided by; such a tensor is
// written as block scales 1.0 and codes 0.
float Nvfp4TensorScale(float amax);
// Whether amax / (6 * 448) is 0.
bool Nvfp4Vanishes(float amax);

// The block scale of a weight block as ModelOpt computes it: E4M3(clamp(amax / (6 * tensor_scale),
// 2^-9, 448)), 1.0 for a block of zeros.
uint8_t Nvfp4WeightBlockScale(float block_amax, float tensor_scale);

// The max quantiser with a given tensor scale: `values` (a multiple of 16, finite) to values/2
// bytes of codes and values/16 block scales. -0 becomes code 0; a tiny negative code 8.
void QuantizeNvfp4(std::span<const float> values, float tensor_scale, uint8_t* packed,
                   uint8_t* block_scales);

// Activations (W4A4) under a given input_scale: block scale E4M3(min(amax / (6 * input_scale),
// 448)), which may be 0: the block is then 0.
void QuantizeNvfp4Activations(std::span<const float> values, float input_scale, uint8_t* packed,
                              uint8_t* block_scales);
// The same, decoded in place: E2M1 * (F32(block scale) * input_scale).
void FakeQuantizeNvfp4Activations(std::span<float> values, float input_scale);

// values = E2M1 * (F32(block scale) * tensor_scale); values.size() a multiple of 16.
void DequantizeNvfp4(const uint8_t* packed, const uint8_t* block_scales, float tensor_scale,
                     std::span<float> values);

}  // namespace nibble
