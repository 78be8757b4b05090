#include "formats/nvfp4.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/form.h"

namespace nibble {
namespace {

constexpr float kTensorRange = kE2m1Max * kE4m3Max;  // 2688

// Codes of one block: v = value / step. A step of 0 (activations only) gives zeros.
void EncodeBlock(const float* values, float step, uint8_t* packed) {
  if (step == 0) {
    std::fill_n(packed, kNvfp4Block / 2, uint8_t{0});
    return;
  }
  uint8_t codes[kNvfp4Block];
  for (size_t i = 0; i < kNvfp4Block; ++i) codes[i] = E2m1FromF32(values[i] / step);
  for (size_t i = 0; i < kNvfp4Block / 2; ++i)
    packed[i] = static_cast<uint8_t>(codes[2 * i] | (codes[2 * i + 1] << 4));
}

uint8_t ActivationBlockScale(float block_amax, float input_scale) {
  return E4m3FromF32(std::min(block_amax / (kE2m1Max * input_scale), kE4m3Max));
}

}  // namespace

float AbsMax(std::span<const float> values) {
  float result = 0;
  for (const float v : values) result = std::max(result, std::fabs(v));
  return result;
}

size_t FirstNonFinite(std::span<const float> values) {
  // Two steps: a sweep that vectorises, and a search only where it found something.
  uint32_t largest = 0;
  for (const float v : values)
    largest = std::max(largest, std::bit_cast<uint32_t>(v) & 0x7FFFFFFFu);
  if (largest < 0x7F800000u) return values.size();
  const auto found =
      std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  return static_cast<size_t>(found - values.begin());
}

float Nvfp4TensorScale(float amax) {
  return Nvfp4Vanishes(amax) ? 1.0f : amax / kTensorRange;
}

bool Nvfp4Vanishes(float amax) { return amax / kTensorRange == 0; }

uint8_t Nvfp4WeightBlockScale(float block_amax, float tensor_scale) {
  const float ratio = block_amax / (kE2m1Max * tensor_scale);
  if (ratio == 0) return kE4m3One;
  return E4m3FromF32(std::clamp(ratio, kE4m3SmallestSubnormal, kE4m3Max));
}

void QuantizeNvfp4(std::span<const float> values, float tensor_scale, uint8_t* packed,
                   uint8_t* block_scales) {
  NIBBLE_CHECK(values.size() % kNvfp4Block == 0, "whole blocks only");
  for (size_t b = 0; b < values.size() / kNvfp4Block; ++b) {
    const auto block = values.subspan(b * kNvfp4Block, kNvfp4Block);
    block_scales[b] = Nvfp4WeightBlockScale(AbsMax(block), tensor_scale);
    EncodeBlock(block.data(), E4m3ToF32(block_scales[b]) * tensor_scale,
                packed + b * (kNvfp4Block / 2));
  }
}

void QuantizeNvfp4Activations(std::span<const float> values, float input_scale, uint8_t* packed,
                              uint8_t* block_scales) {
  NIBBLE_CHECK(values.size() % kNvfp4Block == 0, "whole blocks only");
  for (size_t b = 0; b < values.size() / kNvfp4Block; ++b) {
    const auto block = values.subspan(b * kNvfp4Block, kNvfp4Block);
    block_scales[b] = ActivationBlockScale(AbsMax(block), input_scale);
    EncodeBlock(block.data(), E4m3ToF32(block_scales[b]) * input_scale,
                packed + b * (kNvfp4Block / 2));
  }
}

void FakeQuantizeNvfp4Activations(std::span<float> values, float input_scale) {
  for (size_t b = 0; b < values.size() / kNvfp4Block; ++b) {
    const auto block = values.subspan(b * kNvfp4Block, kNvfp4Block);
    uint8_t scale = 0;
    uint8_t packed[kNvfp4Block / 2];
    QuantizeNvfp4Activations(block, input_scale, packed, &scale);
    DequantizeNvfp4(packed, &scale, input_scale, block);
  }
}

void DequantizeNvfp4(const uint8_t* packed, const uint8_t* block_scales, float tensor_scale,
                     std::span<float> values) {
  NIBBLE_CHECK(values.size() % kNvfp4Block == 0, "whole blocks only");
  DecodeRow({.form = Form::kNvfp4,
             .rows = 1,
             .cols = static_cast<int64_t>(values.size()),
             .data = packed,
             .scales = block_scales,
             .tensor_scale = tensor_scale},
            0, values);
}

}  // namespace nibble
