// Matrices of a source checkpoint as the quantiser reads them: one slice of a tensor for the weight
// and one for its scales, whether experts are stored one by one or fused into 3-D tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/catalogue.h"
#include "checkpoint/checkpoint.h"
#include "formats/form.h"

namespace nibble {

// Consecutive bytes of one stored tensor; empty when `info` is null.
struct Slice {
  const SafetensorsFile* file = nullptr;
  const TensorInfo* info = nullptr;
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

struct SourceMatrix {
  Module module;
  Form form = Form::kBF16;
  int64_t rows = 0;
  int64_t cols = 0;
  Slice weight;
  Slice scale;              // FP8 and MXFP4
  bool f32_scales = false;  // FP8 of Base checkpoints

  // "<file>: tensor "<name>"" for messages.
  std::string Where() const;
  EncodedMatrix View(const std::byte* weight_bytes, const std::byte* scale_bytes) const;
};

// The matrix of a module that is stored under its own name.
Result<SourceMatrix> FindMatrix(const Checkpoint& source, const Module& module);

// The matrices inside a fused expert tensor of transformers: "experts.gate_up_proj" [E, 2I, d]
// holds w1 and then w3 of each expert, "experts.down_proj" [E, d, I] is w2. Empty when the name is
// not one; an error when it is but is not BF16 or has another shape.
Result<std::vector<SourceMatrix>> FusedExperts(const Checkpoint& source,
                                               const SafetensorsFile& file, const TensorInfo& info);

}  // namespace nibble
