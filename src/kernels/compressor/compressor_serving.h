// The compressor in `serving` numerics with vector instructions, for any number of sequences at
// once. The entries of a call are independent of each other: each reads the rows of its block (and
// of the one before) where they lie, in the call's input or in the state, so they share the
// threads; the state is brought up to date at the end.
//
// Per channel, with F a fused multiply-add: largest = max of the scores; weight = exp(score -
// largest); sum and pooled = F(weight, value, pooled) over the rows in order; bf(pooled / sum).
// Norm, RoPE and what is stored as the other kernels of `serving` have it. How a text is cut into
// calls changes no bit, and the bits are the same on every processor with FMA.
#pragma once

#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/compressor/compressor.h"
#include "kernels/numerics_policy.h"
#include "kernels/rope/rope_serving.h"

namespace nibble {

using ServingCompressorProblem = CompressorProblem<ServingNumerics>;

// Keeps its buffers between calls. One owner; one Run at a time.
class ServingCompressor {
 public:
  explicit ServingCompressor(ThreadPool& pool) : pool_(pool), scratch_(pool.size()) {}

  static bool Supports(const RowLayout& layout) { return layout.width % 16 == 0; }

  // All problems have the same shape and layout; each a sequence of its own.
  void Run(std::span<const ServingCompressorProblem> problems);

 private:
  struct Scratch {
    std::vector<const float*> values, scores, apes;  // the rows of one entry; ape null: included
    std::vector<float> entry;
    RopeAngleTable angles;
  };

  static void MakeEntry(const ServingCompressorProblem& p, int64_t j, Scratch* scratch);
  static void UpdateState(const ServingCompressorProblem& p);

  ThreadPool& pool_;
  std::vector<Scratch> scratch_;  // per worker
};

}  // namespace nibble
