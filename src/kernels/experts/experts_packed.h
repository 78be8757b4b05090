// The expert group of a layer in `serving` numerics, over packed weights: the same mathematics and
// rounding points as ExpertsRef, with the products of linear.h. Tokens are grouped by expert; all
// products of one stage run side by side, so that a single token's six experts keep all threads
// busy. A token's output depends neither on the other tokens nor on the number of threads.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "kernels/aligned_vector.h"
#include "kernels/linear/linear.h"
#include "kernels/projection/projection.h"

namespace nibble {

struct PackedLinear {
  const PackedMatrix* w = nullptr;
  InputQuant quant = InputQuant::kNone;
  float input_scale = 1.0f;  // for InputQuant::kNvfp4
};

struct PackedExpert {
  PackedLinear w1, w2, w3;  // gate, down, up
};

struct PackedExpertsProblem {
  std::span<const PackedExpert> routed;  // all experts of the layer
  PackedExpert shared;
  const float* x = nullptr;          // [tokens, d] BF16 values
  const int32_t* indices = nullptr;  // [tokens, top_k]
  const float* weights = nullptr;    // [tokens, top_k]
  int64_t tokens = 0;
  int64_t top_k = 0;
  double swiglu_limit = 0;
  float* y = nullptr;         // [tokens, d] BF16 values
  float* routed_y = nullptr;  // optional, the two summands, [tokens, d]
  float* shared_y = nullptr;
  // Optional, [routed + 1]: the largest magnitude that enters each expert's w2, the shared one's
  // last; 0 where no token came.
  float* w2_amax = nullptr;
};

// Keeps its buffers between calls. One owner; one Run at a time.
class PackedExperts {
 public:
  explicit PackedExperts(LinearRunner& linear) : linear_(linear) {}
  void Run(const PackedExpertsProblem& problem);

 private:
  // The rows of one expert: slots [begin, begin + rows) of the buffers below.
  struct Group {
    const PackedExpert* expert;
    int64_t begin;
    int64_t rows;
  };

  void GroupByExpert(const PackedExpertsProblem& p);
  void GateAndUp(const PackedExpertsProblem& p);
  void Activate(const PackedExpertsProblem& p);
  void Down(int64_t d);
  void Sum(const PackedExpertsProblem& p);
  LinearJob InputJob(const PackedExpertsProblem& p, const Group& group, const PackedLinear& linear,
                     AlignedVector<float>* y);

  LinearRunner& linear_;
  std::vector<Group> groups_;                 // rising expert number, the shared one last
  std::vector<int32_t> slot_token_;           // [slots]
  std::vector<float> slot_weight_;            // [slots]
  std::vector<int32_t> slots_;                // [tokens, top_k] rising expert number
  int64_t inner_ = 0;                         // I
  AlignedVector<float> gate_, up_;            // [slots, I]
  AlignedVector<float> down_;                 // [slots, d]
  std::deque<std::vector<float>> quantized_;  // inputs of this call
  std::vector<LinearJob> jobs_;
};

}  // namespace nibble
