// RoPE in `serving` numerics with vector instructions: the bits of RopeRef on every processor. The
// operations of a step rotate by the same angles again and again, so these are kept.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/numerics_policy.h"
#include "kernels/rope/rope.h"

namespace nibble {

// Cosines and sines of some positions as the rotation wants them: a row holds, for each pair, the
// cosine twice, and behind all of them minus the sine and the sine.
class RopeAngleTable {
 public:
  // Takes what is there when frequencies and positions are those of the last call.
  void Prepare(const std::vector<float>& frequencies, std::span<const int64_t> positions);
  const float* row(int64_t token) const { return values_.data() + token * row_floats_; }
  bool IsFor(const std::vector<float>& frequencies) const { return frequencies == frequencies_; }

 private:
  std::vector<float> frequencies_;
  std::vector<int64_t> positions_;
  std::vector<float> values_;
  int64_t row_floats_ = 0;
};

// Keeps a table for each of the model's two sets of frequencies. One owner; one Run at a time.
class ServingRope {
 public:
  explicit ServingRope(ThreadPool& pool) : pool_(pool) {}
  void Run(const RopeProblem<ServingNumerics>& problem);

 private:
  ThreadPool& pool_;
  std::vector<RopeAngleTable> tables_;
};

// One head by the angles of a table's row, on the calling thread.
void RotateHead(const float* angles, int64_t pairs, bool inverse, float* last_dims);

}  // namespace nibble
