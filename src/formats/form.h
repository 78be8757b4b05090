// The forms in which a checkpoint stores a weight, and a view of one stored matrix. Codecs for each
// form lie beside this file; everything that reads weights (quantiser, verifier, model, kernels)
// starts from EncodedMatrix.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nibble {

enum class Form : uint8_t { kBF16, kF32, kI64, kFp8, kMxfp4, kNvfp4 };
std::string_view NameOf(Form form);  // "bf16", "f32", "i64", "fp8", "mxfp4", "nvfp4"

// A matrix [rows, cols] as it is stored, row-major; a view, valid while the bytes are.
struct EncodedMatrix {
  Form form = Form::kBF16;
  int64_t rows = 0;  // N, output features
  int64_t cols = 0;  // K, input features
  // BF16: 2*K bytes a row; F32: 4*K; FP8 (E4M3): K; MXFP4 and NVFP4: K/2, element 2i in the low
  // nibble.
  const uint8_t* data = nullptr;
  // FP8: E8M0 (or F32) [ceil(N/128), ceil(K/128)]; MXFP4: E8M0 [N, K/32]; NVFP4: E4M3 [N, K/16].
  const uint8_t* scales = nullptr;
  bool f32_scales = false;    // FP8 of Base checkpoints: `scales` points to F32 values
  float tensor_scale = 1.0f;  // NVFP4 weight_scale_2
  float input_scale = 1.0f;   // NVFP4 activations only; never part of the weight's value
};

// The exact values of one row (weight * block scale * tensor scale); `out` has m.cols elements.
// Every product of the native and NVFP4 forms is exact in double.
void DecodeRow(const EncodedMatrix& m, int64_t row, std::span<double> out);
// The same as F32: NVFP4 is E2M1 * (F32(block scale) * tensor_scale), each step rounded to F32.
void DecodeRow(const EncodedMatrix& m, int64_t row, std::span<float> out);

}  // namespace nibble
