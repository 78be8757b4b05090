// What the host and the device part of the grouped matrix-vector product share; plain types only,
// as the CUDA compiler reads it.
#pragma once

#include <cstdint>

namespace nibble {

// Up to 8 pairs of one expert.
struct MatVecGroup {
  static constexpr int32_t kMaxPairs = 8;
  int32_t expert = 0;
  int32_t count = 0;
  int32_t pairs[kMaxPairs] = {};
};
}  // namespace nibble
