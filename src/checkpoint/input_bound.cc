#include "checkpoint/input_bound.h"

#include <algorithm>
#include <cmath>

namespace nibble {

float InputAmaxBound(const ModelConfig& config, Role role, float ffn_norm_amax) {
  const auto limit = static_cast<float>(config.swiglu_limit);
  switch (role) {
    case Role::kExpertW1:
    case Role::kExpertW3:
    case Role::kSharedW1:
    case Role::kSharedW3:
      return ffn_norm_amax * std::sqrt(static_cast<float>(config.hidden_size));
    case Role::kExpertW2:
      return limit * limit * std::max(1.0f, static_cast<float>(config.routed_scaling_factor));
    case Role::kSharedW2:
      return limit * limit;
    default:
      return 96.0f;
  }
}

}  // namespace nibble
