// From the arguments of Backend::Experts to the problem of an experts kernel, the reference's or
// the packed one's: both have the same fields.
#pragma once

#include <vector>

#include "model/backend.h"

namespace nibble {

// `Expert` is how the kernel takes one expert, made by `expert_of` from its matrices.
template <class Expert>
class ExpertsOf {
 public:
  ExpertsOf(const MoeWeights& weights, Expert (*expert_of)(const ExpertMatrices&))
      : shared_(expert_of(weights.shared)) {
    routed_.reserve(weights.routed.size());
    for (const ExpertMatrices& e : weights.routed) routed_.push_back(expert_of(e));
  }

  // Valid while this and the tensors of `args` live.
  template <class Problem, class Real>
  Problem ProblemOf(const ExpertsArgs& args, double swiglu_limit) const {
    const auto reals = [](const Tensor& t) {
      return t.storage ? reinterpret_cast<Real*>(t.bytes()) : nullptr;
    };
    return {.routed = routed_,
            .shared = shared_,
            .x = reals(args.x),
            .indices = reinterpret_cast<const int32_t*>(args.indices.bytes()),
            .weights = reals(args.routing_weights),
            .tokens = args.x.rows,
            .top_k = args.indices.cols,
            .swiglu_limit = swiglu_limit,
            .y = reals(args.y),
            .routed_y = reals(args.routed),
            .shared_y = reals(args.shared),
            .w2_amax = reals(args.w2_amax)};
  }

 private:
  std::vector<Expert> routed_;
  Expert shared_;
};

}  // namespace nibble
