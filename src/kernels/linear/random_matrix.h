// Random stored matrices for the tests and benchmarks of kernels.
#pragma once

#include <cstring>
#include <random>
#include <vector>

#include "formats/bf16.h"
#include "formats/form.h"
#include "formats/fp8_block.h"

namespace nibble {

// Owns what `view` points to.
struct RandomMatrix {
  std::vector<uint8_t> data, scales;
  EncodedMatrix view;

  RandomMatrix(Form form, int64_t rows, int64_t cols, uint32_t seed) {
    std::mt19937 random(seed);
    const auto elements = static_cast<size_t>(rows * cols);
    view = {.form = form, .rows = rows, .cols = cols};
    if (form == Form::kBF16) {
      data.resize(elements * 2);
      std::normal_distribution<float> normal;
      for (size_t i = 0; i < elements; ++i) {
        const uint16_t code = Bf16FromF32(normal(random));
        std::memcpy(&data[i * 2], &code, 2);
      }
    } else {
      data.resize(form == Form::kFp8 ? elements : elements / 2);
      for (uint8_t& byte : data) {
        byte = static_cast<uint8_t>(random());
        if (form == Form::kFp8 && (byte & 0x7Fu) == 0x7Fu) byte ^= 1u;  // NaN
      }
    }
    if (form == Form::kFp8) {
      scales.resize(static_cast<size_t>(Fp8Blocks(rows) * Fp8Blocks(cols)));
      for (uint8_t& s : scales) s = static_cast<uint8_t>(110 + random() % 20);
    } else if (form == Form::kMxfp4) {
      scales.resize(elements / 32);
      for (uint8_t& s : scales) s = static_cast<uint8_t>(110 + random() % 17);
    } else if (form == Form::kNvfp4) {
      scales.resize(elements / 16);
      for (uint8_t& s : scales) s = static_cast<uint8_t>(random() % 0x7F);
      view.tensor_scale = 0.00137f;
    }
    view.data = data.data();
    view.scales = scales.data();
  }
  RandomMatrix(const RandomMatrix&) = delete;
  RandomMatrix& operator=(const RandomMatrix&) = delete;
};

// BF16 values.
inline std::vector<float> RandomActivations(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<size_t>(count));
  for (float& v : x) v = RoundToBf16(normal(random));
  return x;
}

}  // namespace nibble
