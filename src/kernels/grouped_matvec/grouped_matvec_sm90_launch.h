// Internal: between the C++ and the CUDA part, plain types only.
#pragma once

#include <cstdint>

#include "kernels/grouped_matvec/matvec_group.h"

namespace nibble {

struct GroupedMatVecSm90 {
  bool nvfp4;
  int64_t rows, cols;
  const uint8_t* codes;
  const uint8_t* scales;
  const float* tensor_scales;
  const MatVecGroup* groups;
  int64_t group_count;
  const uint16_t* x;
  int32_t pairs_per_input;
  float* y;
};

// Null, or what CUDA says is wrong.
const char* LaunchGroupedMatVecSm90(const GroupedMatVecSm90& args, void* stream);
// The current device is of compute capability 9.0 or above.
bool HasSm90Device();

}  // namespace nibble
