// The inner part of ServingAttention: some heads of one query over keys that are decoded.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nibble {

// Keys are read in groups; the list is padded to whole groups with any valid pointer.
inline constexpr int64_t kAttendKeyGroup = 24;

struct AttendHeadsTask {
  const float* q = nullptr;            // [heads, width]
  const float* const* keys = nullptr;  // [key_count, padded] rows of `width`
  int64_t key_count = 0;
  int64_t heads = 0;
  int64_t width = 0;            // a multiple of 16
  const float* sink = nullptr;  // [heads]
  float* scratch = nullptr;     // AttendScratchFloats, aligned to 64 bytes
  float* out = nullptr;         // [heads, width]
};

constexpr int64_t AttendScratchFloats(int64_t key_count, int64_t width) {
  const int64_t keys = (key_count + kAttendKeyGroup - 1) / kAttendKeyGroup * kAttendKeyGroup;
  return (keys + width + 1) * 32;
}

void AttendHeads(const AttendHeadsTask& task);

}  // namespace nibble
