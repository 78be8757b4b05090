// Internal: the AVX-512 implementation of linear.h.
#pragma once

#include "kernels/linear/linear.h"

namespace nibble {

// Whether this build has it.
bool HasLinearAvx512();
// Needs AVX-512 F, BW, VL, BF16 and VBMI.
void LinearAvx512(const LinearTask& task);

}  // namespace nibble
