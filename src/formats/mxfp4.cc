#include "formats/mxfp4.h"

#include <algorithm>

#include "base/check.h"
#include "formats/e2m1.h"
#include "formats/e8m0.h"
#include "formats/form.h"
#include "formats/nvfp4.h"

namespace nibble {

void QuantizeMxfp4(std::span<const float> values, uint8_t* packed, uint8_t* scales) {
  NIBBLE_CHECK(values.size() % kMxfp4Block == 0, "whole blocks only");
  constexpr float kSmallest = 6 * 0x1p-126f;
  for (size_t b = 0; b < values.size() / kMxfp4Block; ++b) {
    const auto block = values.subspan(b * kMxfp4Block, kMxfp4Block);
    scales[b] = E8m0CeilFromF32(std::max(AbsMax(block), kSmallest) / kE2m1Max);
    const float scale = E8m0ToF32(scales[b]);
    uint8_t* out = packed + b * (kMxfp4Block / 2);
    for (size_t i = 0; i < kMxfp4Block / 2; ++i) {
      const unsigned low = E2m1FromF32(block[2 * i] / scale);
      const unsigned high = E2m1FromF32(block[2 * i + 1] / scale);
      out[i] = static_cast<uint8_t>(low | (high << 4));
    }
  }
}

void FakeQuantizeMxfp4(std::span<float> values) {
  for (size_t b = 0; b < values.size() / kMxfp4Block; ++b) {
    const auto block = values.subspan(b * kMxfp4Block, kMxfp4Block);
    uint8_t scale = 0;
    uint8_t packed[kMxfp4Block / 2];
    QuantizeMxfp4(block, packed, &scale);
    DequantizeMxfp4(packed, &scale, block);
  }
}

void DequantizeMxfp4(const uint8_t* packed, const uint8_t* scales, std::span<float> values) {
  NIBBLE_CHECK(values.size() % kMxfp4Block == 0, "whole blocks only");
  DecodeRow({.form = Form::kMxfp4,
             .rows = 1,
             .cols = static_cast<int64_t>(values.size()),
             .data = packed,
             .scales = scales},
            0, values);
}

}  // namespace nibble
