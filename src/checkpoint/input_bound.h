// Bounds on what can enter a linear, from the weights alone: where no calibration gave an
// input_scale, one derived from these saturates nothing.
#pragma once

#include "checkpoint/catalogue.h"
#include "checkpoint/config.h"

namespace nibble {

// The largest magnitude that the input of a linear can have, each step in F32. `ffn_norm_amax` is
// max |ffn_norm.weight| of its layer; it matters for w1 and w3 of experts (an RMSNorm output is at
// most w_i * sqrt(d)). w2: silu(g) < limit, |u| <= limit, routing weights at most
// routed_scaling_factor. Linears outside the experts: 96.
float InputAmaxBound(const ModelConfig& config, Role role, float ffn_norm_amax);

}  // namespace nibble
