// Turns one group of linears into NVFP4, in memory: reads the source, finds the shared scale,
// encodes. The quantiser writes what comes out; the verifier compares it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "formats/mxfp4_to_nvfp4.h"
#include "quantize/plan.h"

namespace nibble {

// What rounding did to the values of a linear.
struct ErrorStats {
  uint64_t values = 0;
  double error_squares = 0;  // sum of (w - q)^2
  double squares = 0;        // sum of w^2
  double largest = 0;        // max |w - q|

  void Add(const ErrorStats& other);
  double MeanSquaredError() const;
  double RelativeRms() const;  // sqrt(error_squares / squares), 0 for zeros
};

struct ConvertedLinear {
  size_t index = 0;  // of Plan::linears
  std::span<const std::byte> packed;
  std::span<const std::byte> block_scales;
  float tensor_scale = 1.0f;
  CastCounts cast = {};    // cast only
  ErrorStats errors = {};  // max only: a cast counts what it changes
  bool all_zero = false;   // the group holds zeros alone (max)
  bool subnormal_scale = false;
};

// A buffer that only grows and is not cleared.
class ByteBuffer {
 public:
  std::span<std::byte> Get(uint64_t bytes);

 private:
  std::unique_ptr<std::byte[]> data_;
  uint64_t capacity_ = 0;
};

// One thread's converter; it holds at most Plan::GroupBytes of the largest group it has seen.
class GroupConverter {
 public:
  explicit GroupConverter(const Plan& plan) : plan_(plan) {}

  // Calls `sink` for each member, in order; the spans are valid during the call. Errors: reading,
  // NaN or infinity (tensor and first index), a scale that is not a positive number.
  using Sink = std::function<Status(const ConvertedLinear&)>;
  Status Convert(const Group& group, const Sink& sink);

 private:
  struct Loaded {
    ByteBuffer weight;
    ByteBuffer scale;
  };

  Status Cast(const Group& group, const Sink& sink);
  Status Max(const Group& group, const Sink& sink);
  // Reads the scales of joint[i] into its buffers and checks them.
  Status LoadScales(const SourceMatrix& matrix, Loaded* loaded);
  Status LoadWeight(const SourceMatrix& matrix, Loaded* loaded);
  Result<float> MatrixAmax(const SourceMatrix& matrix, Loaded* loaded);
  // Encodes a loaded matrix under `tensor_scale` and measures what was lost.
  ConvertedLinear Encode(const SourceMatrix& matrix, Loaded* loaded, float tensor_scale);

  const Plan& plan_;
  std::vector<Loaded> loaded_;  // one per linear of the group
  ByteBuffer packed_;
  ByteBuffer block_scales_;
  std::vector<float> row_;
  std::vector<float> decoded_;
};

}  // namespace nibble
