// Reading a stored module's bytes into memory of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "formats/form.h"

namespace nibble {

// A matrix as it is stored, with its bytes. Move-only use is cheap; view() is valid while it lives.
struct LoadedMatrix {
  Form form = Form::kBF16;
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<std::byte> data;
  std::vector<std::byte> scales;
  bool f32_scales = false;
  float tensor_scale = 1.0f;
  float input_scale = 1.0f;
  bool has_input_scale = false;

  uint64_t bytes() const { return data.size() + scales.size(); }
  EncodedMatrix view() const;
};

// Any two-dimensional module, in the form it is stored in. Errors: reading; a tensor or input scale
// that is not a positive finite number.
Result<LoadedMatrix> LoadMatrix(const StoredModule& stored);
// Rows [row_begin, row_end) of it, where row_begin is a multiple of 128 (the rows of an FP8 block):
// for work on matrices that should not be in memory as a whole.
Result<LoadedMatrix> LoadRows(const StoredModule& stored, int64_t row_begin, int64_t row_end);
// All values of a module that is stored as BF16 or F32, of any shape, row-major.
Result<std::vector<float>> LoadVector(const StoredModule& stored);
// All values of an I64 module, each of which must lie in [0, limit).
Result<std::vector<int32_t>> LoadIds(const StoredModule& stored, int64_t limit);

}  // namespace nibble
