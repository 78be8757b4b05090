// The inner part of ServingCompressor: one pooled entry.
#pragma once

#include <cstdint>

namespace nibble {

struct PoolRowsTask {
  const float* const* values = nullptr;  // [rows] of `width`
  const float* const* scores = nullptr;
  const float* const* apes = nullptr;  // added to the scores; null: nothing
  int64_t rows = 0;
  int64_t width = 0;  // a multiple of 16
  float* out = nullptr;
};

void PoolRows(const PoolRowsTask& task);

// out = scores + ape, `count` of them, a multiple of 16.
void AddApe(const float* scores, const float* ape, int64_t count, float* out);

}  // namespace nibble
