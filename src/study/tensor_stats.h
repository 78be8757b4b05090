// Statistics and a small histogram of the decoded values of one tensor, for `nibble inspect
// --tensor`. Reads in pieces: memory does not grow with the tensor.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "checkpoint/checkpoint.h"

namespace nibble {

class ValueStats {
 public:
  void Add(std::span<const double> values);

  uint64_t count() const { return count_; }
  uint64_t nans() const { return nans_; }
  uint64_t infinities() const { return infinities_; }
  uint64_t zeros() const { return zeros_; }
  // Over the finite values; 0 without any.
  double min() const { return finite() == 0 ? 0 : min_; }
  double max() const { return finite() == 0 ? 0 : max_; }
  double amax() const;
  double mean() const;
  double rms() const;

  // One bar for each power of two with values in it, the largest first: 2^exponent <= |v| <
  // 2^(exponent+1). What lies `max_bars` - 1 or more under the largest is one bar.
  struct Bar {
    int exponent;
    bool and_below;
    uint64_t negative, positive;
  };
  std::vector<Bar> Histogram(size_t max_bars = 12) const;

 private:
  static constexpr int kMinExponent = -1100;
  static constexpr size_t kExponents = 2200;
  uint64_t finite() const { return count_ - nans_ - infinities_; }

  uint64_t count_ = 0, nans_ = 0, infinities_ = 0, zeros_ = 0;
  double min_ = 0, max_ = 0, sum_ = 0, sum_of_squares_ = 0;
  std::array<std::array<uint64_t, 2>, kExponents> by_exponent_{};  // [.][v > 0]
};

struct TensorStats {
  std::string name;
  std::string stored;  // "nvfp4", "fp8", "BF16", ...
  Shape shape;         // logical when decoded with its scales
  uint64_t bytes = 0;  // of all tensors that were read
  ValueStats values;
  // Of the block scales of a quantised matrix.
  std::string scale_stored;
  ValueStats scales;
  double tensor_scale = 0;  // NVFP4; 0: none
  double input_scale = 0;   // 0: none
};

// Of a tensor or a module: "layers.0.attn.wq_a.weight" and "layers.0.attn.wq_a" both give the
// decoded weight, the name of a scale gives the scale's own values.
Result<TensorStats> StatsOf(const Checkpoint& checkpoint, std::string_view name);
// Of a tensor without its siblings: the values of its own dtype.
Result<TensorStats> StatsOf(const StoredTensor& tensor);

std::string ToText(const TensorStats& stats);
json::Value ToJson(const TensorStats& stats);

}  // namespace nibble
