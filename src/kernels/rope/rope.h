// Rotary position embedding of the last dims of each head, adjacent pairs, with YaRN where the
// layer compresses.
#pragma once

#include <cstdint>
#include <vector>

#include "base/thread_pool.h"

namespace nibble {

struct RopeParameters {
  double theta = 10000;
  int64_t rope_dim = 64;
  // YaRN; factor 1 means none.
  double factor = 1;
  double beta_fast = 32;
  double beta_slow = 1;
  int64_t original_max_position_embeddings = 0;
};

// The rope_dim/2 frequencies: 1 / fl32(theta^(2i/r)) with both roundings in F32, then YaRN's
// f / factor * (1 - keep) + f * keep in F32, operation by operation. Always F32, in ideal too.
std::vector<float> RopeFrequencies(const RopeParameters& parameters);

// The angle is the F32 product of position and frequency; cosine and sine are taken of it in
// double. `cosine` and `sine` have rope_dim/2 values.
void RopeAngles(const std::vector<float>& frequencies, int64_t position, double* cosine,
                double* sine);

template <class N>
struct RopeProblem {
  typename N::Real* x = nullptr;  // [tokens, heads, head_dim], rotated in place
  int64_t tokens = 0;
  int64_t heads = 1;
  int64_t head_dim = 0;
  const int64_t* positions = nullptr;  // [tokens]
  const std::vector<float>* frequencies = nullptr;
  bool inverse = false;  // by -angle
};

// The result is rounded to BF16.
template <class N>
void RopeRef(const RopeProblem<N>& problem, ThreadPool& pool);

}  // namespace nibble
