// Activations to BF16 pairs, for linear.cc.
#pragma once

#include <cstdint>

namespace nibble {

// words[p] = BF16 of x[2p] in the low half, of x[2p + 1] in the high half; the bits of Bf16FromF32.
void PackPairs(const float* x, int64_t pairs, uint32_t* words);

}  // namespace nibble
