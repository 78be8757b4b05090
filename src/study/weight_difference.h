// How the tensors that feed one operation differ between two checkpoints, and what the difference
// looks like: the usual accidents leave a signature.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "checkpoint/checkpoint.h"

namespace nibble {

struct WeightDifference {
  Module module;
  std::string name;  // in B
  Form form_a = Form::kBF16;
  Form form_b = Form::kBF16;
  double relative = 0;   // rms(B - A) / rms(A) of the decoded values
  double worst_row = 0;  // the same of the worst row, against the rms of the whole
  int64_t row = -1;
  bool finite = true;  // false: a value is NaN or infinite on one side
  // What explains it ("B is 2 times A"), empty when nothing does.
  std::string signature;
};

// Reads `modules` one at a time from both (a few of one layer for comparing with each other), and
// sorts them: the one that is most out of the ordinary for its forms and its kind first.
Result<std::vector<WeightDifference>> CompareWeights(const Checkpoint& a, const Checkpoint& b,
                                                     std::span<const Module> modules,
                                                     ThreadPool& pool);

}  // namespace nibble
