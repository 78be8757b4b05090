// Which operations of B are out of the ordinary. A quantised checkpoint is wrong everywhere by a
// little, so an error is judged against the same operation in the other blocks; where there is no
// other, against what a change of the stored form may cost.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nibble {

enum class Metric : uint8_t {
  kOverall,  // rms over all values, or the share of index rows that differ
  kToken,    // the worst token
  kChannel,  // the worst channel
  kExpert,   // the mean over the tokens of the worst expert
};
inline constexpr size_t kMetrics = 4;
std::string_view NameOf(Metric metric);

// Below this an operation counts as equal: the values are compared as F32.
inline constexpr double kEqualError = 1e-6;

// The own error of one operation in one block.
struct OperationSample {
  // Errors are comparable among equal families: the operation and the forms of the tensors that
  // feed it in A and B.
  std::string family;
  bool form_changed = false;        // some tensor that feeds it is stored in another form in B
  bool arithmetic_changed = false;  // B computes under other numerics
  bool must_be_equal = false;       // no weight and no rounding can make it differ
  bool indices = false;
  double errors[kMetrics] = {-1, -1, -1, -1};  // below 0: not measured
};

struct Judgement {
  size_t sample = 0;  // position in the input
  Metric metric = Metric::kOverall;
  double error = 0;
  double usual = 0;   // the median of its family without itself
  double excess = 0;  // error / what would have been tolerated, > 1
  bool clear = true;  // far out, or among the farthest out
};

// The samples that stand out, each under the metric in which it does so most: first the clear ones
// in their order, then the others in theirs.
std::vector<Judgement> Judge(std::span<const OperationSample> samples);

}  // namespace nibble
