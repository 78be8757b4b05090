#include "formats/nvfp4.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/form.h"

namespace nibble {
namespace {

constexpr float kTensorRange = kE2m1Max * kE4m3Max;  // 2688

// The hot loops, written so that the compiler vectorises them, and compiled twice: for every x86-64
// and for AVX-512, which is chosen at run time. Both give the same bits: there is no contraction.
#define NIBBLE_HOT [[gnu::always_inline]] inline

// The largest magnitude as bits, which order like the floats: integers may be reduced in any order.
NIBBLE_HOT uint32_t AbsMaxBits(const float* values, size_t count) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; ++i)
    largest = std::max(largest, std::bit_cast<uint32_t>(values[i]) & 0x7FFFFFFFu);
  return largest;
}

// Codes of one block: v = value / step. A step of 0 (activations only) gives zeros.
NIBBLE_HOT void EncodeBlock(const float* values, float step, uint8_t* packed) {
  if (step == 0) {
    std::memset(packed, 0, kNvfp4Block / 2);
    return;
  }
  uint32_t codes[kNvfp4Block];
  for (size_t i = 0; i < kNvfp4Block; ++i) codes[i] = E2m1Word(values[i] / step);
  uint64_t pairs[kNvfp4Block / 2];  // the even code in the low half
  std::memcpy(pairs, codes, sizeof(pairs));
  static_assert(std::endian::native == std::endian::little);
  for (size_t i = 0; i < kNvfp4Block / 2; ++i)
    packed[i] = static_cast<uint8_t>(pairs[i] | (pairs[i] >> 28));
}

uint8_t ActivationBlockScale(float block_amax, float input_scale) {
  return E4m3FromF32(std::min(block_amax / (kE2m1Max * input_scale), kE4m3Max));
}

using BlockScale = uint8_t (*)(float block_amax, float tensor_scale);

NIBBLE_HOT void Encode(std::span<const float> values, float tensor_scale, BlockScale block_scale,
                       uint8_t* packed, uint8_t* block_scales) {
  for (size_t b = 0; b < values.size() / kNvfp4Block; ++b) {
    const float* block = values.data() + b * kNvfp4Block;
    const float amax = std::bit_cast<float>(AbsMaxBits(block, kNvfp4Block));
    block_scales[b] = block_scale(amax, tensor_scale);
    EncodeBlock(block, E4m3ToF32(block_scales[b]) * tensor_scale, packed + b * (kNvfp4Block / 2));
  }
}

void EncodeBaseline(std::span<const float> values, float tensor_scale, BlockScale block_scale,
                    uint8_t* packed, uint8_t* block_scales) {
  Encode(values, tensor_scale, block_scale, packed, block_scales);
}
uint32_t AbsMaxBitsBaseline(const float* values, size_t count) { return AbsMaxBits(values, count); }

#define NIBBLE_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
NIBBLE_AVX512 void EncodeAvx512(std::span<const float> values, float tensor_scale,
                                BlockScale block_scale, uint8_t* packed, uint8_t* block_scales) {
  Encode(values, tensor_scale, block_scale, packed, block_scales);
}
NIBBLE_AVX512 uint32_t AbsMaxBitsAvx512(const float* values, size_t count) {
  return AbsMaxBits(values, count);
}

const bool kAvx512 = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512vl");

}  // namespace

float AbsMax(std::span<const float> values) {
  const auto bits = kAvx512 ? AbsMaxBitsAvx512 : AbsMaxBitsBaseline;
  return std::bit_cast<float>(bits(values.data(), values.size()));
}

size_t FirstNonFinite(std::span<const float> values) {
  if (std::isfinite(AbsMax(values))) return values.size();
  const auto found =
      std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  return static_cast<size_t>(found - values.begin());
}

float Nvfp4TensorScale(float amax) { return Nvfp4Vanishes(amax) ? 1.0f : amax / kTensorRange; }

bool Nvfp4Vanishes(float amax) { return amax / kTensorRange == 0; }

uint8_t Nvfp4WeightBlockScale(float block_amax, float tensor_scale) {
  const float ratio = block_amax / (kE2m1Max * tensor_scale);
  if (ratio == 0) return kE4m3One;
  return E4m3FromF32(std::clamp(ratio, kE4m3SmallestSubnormal, kE4m3Max));
}

void QuantizeNvfp4(std::span<const float> values, float tensor_scale, uint8_t* packed,
                   uint8_t* block_scales) {
  NIBBLE_CHECK(values.size() % kNvfp4Block == 0, "whole blocks only");
  const auto encode = kAvx512 ? EncodeAvx512 : EncodeBaseline;
  encode(values, tensor_scale, Nvfp4WeightBlockScale, packed, block_scales);
}

void QuantizeNvfp4Activations(std::span<const float> values, float input_scale, uint8_t* packed,
                              uint8_t* block_scales) {
  NIBBLE_CHECK(values.size() % kNvfp4Block == 0, "whole blocks only");
  const auto encode = kAvx512 ? EncodeAvx512 : EncodeBaseline;
  encode(values, input_scale, ActivationBlockScale, packed, block_scales);
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
