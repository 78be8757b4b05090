// Compares one group of NVFP4 linears of an output with their source. One object per thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "quantize/convert.h"
#include "quantize/plan.h"
#include "quantize/quantize.h"

namespace nibble {

class LinearVerifier {
 public:
  using OnDifference = std::function<void(const std::string& tensor, const std::string& what)>;
  using OnLinear = std::function<void(const PlannedLinear& linear, const RoleReport& report)>;

  // `output` has every planned tensor with its planned dtype and shape.
  LinearVerifier(const Plan& plan, const Checkpoint& output, OnDifference on_difference,
                 OnLinear on_linear)
      : plan_(plan),
        output_(output),
        converter_(plan),
        on_difference_(std::move(on_difference)),
        on_linear_(std::move(on_linear)) {}

  Status Verify(const Group& group);

 private:
  // The four tensors of a linear in the output.
  struct Stored {
    std::vector<std::byte> packed;
    std::vector<std::byte> block_scales;
    float tensor_scale = 0;
    float input_scale = 0;
  };

  const std::string& Name(const PlannedLinear& linear, size_t part) const;
  Result<Stored> Load(const PlannedLinear& linear) const;
  void CheckScalars(const PlannedLinear& linear, const Stored& stored);
  Status VerifyCast(const Group& group);
  Status VerifyCastLinear(const PlannedLinear& linear, const Stored& stored,
                          const std::vector<std::byte>& source_scales, int kmax);
  Status VerifyMax(const Group& group);
  void CompareMax(const PlannedLinear& linear, const Stored& stored,
                  const ConvertedLinear& expected);

  const Plan& plan_;
  const Checkpoint& output_;
  GroupConverter converter_;
  OnDifference on_difference_;
  OnLinear on_linear_;
};

}  // namespace nibble
