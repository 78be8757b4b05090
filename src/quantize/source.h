// Matrices of a source checkpoint as the quantiser reads them: weight and block scales, whether
// experts are stored one by one or fused into stacks.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "formats/form.h"

namespace nibble {

struct SourceMatrix {
  Module module;
  Form form = Form::kBF16;
  int64_t rows = 0;
  int64_t cols = 0;
  StoredTensor weight;
  StoredTensor scale;  // FP8 and MXFP4; else empty, with 0 bytes

  uint64_t values() const { return static_cast<uint64_t>(rows * cols); }
  bool f32_scales() const { return scale && scale.dtype() == DType::kF32; }
  EncodedMatrix View(std::span<const std::byte> weight_bytes,
                     std::span<const std::byte> scale_bytes) const;
};

// "<file>: tensor "<name>"" for messages.
std::string Where(const StoredTensor& tensor);

// A linear of `source`; of a fused stack the expert's part. Errors: not there, or not wholly.
Result<SourceMatrix> FindMatrix(const Checkpoint& source, const Module& module);

}  // namespace nibble
