// The inner part of ServingIndexer: index entries in vector lanes.
#pragma once

#include <cstdint>

namespace nibble {

inline constexpr int64_t kScoreGroup = 32;  // entries that are scored together

// Floats of one decoded group of entries of `width` dims: [width][32] elements without scale, then
// [width / 32][32] scales.
constexpr int64_t ScoreGroupFloats(int64_t width) { return (width + width / 32) * kScoreGroup; }

// Decodes `count` <= 32 packed rows; the lanes beyond are zero.
void DecodeScoreGroup(const uint8_t* rows, int64_t row_bytes, int64_t count, int64_t width,
                      float* group);

// scores [kScoreGroup] of one query, q [heads, width] and weights [heads], against a group: BF16
// values, NaN as -inf. `scores` and `group` are aligned to 64 bytes.
void ScoreGroup(const float* group, const float* q, const float* weights, int64_t heads,
                int64_t width, float* scores);

}  // namespace nibble
