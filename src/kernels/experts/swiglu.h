// Internal to the packed experts: the activation between the products of an expert.
#pragma once

#include <cstdint>

namespace nibble {

// out[i] = bf(weight * silu(min(g, limit)) * clamp(u, +-limit)) with g = gate[i], u = up[i]; `out`
// may be `gate`. Each element depends on its own inputs alone.
void SwigluRow(const float* gate, const float* up, float weight, float limit, int64_t count,
               float* out);

}  // namespace nibble
