// A build by a compiler that cannot compile linear_avx512.cc.
#include "base/check.h"
#include "kernels/linear/linear_avx512.h"

namespace nibble {

bool HasLinearAvx512() { return false; }

void LinearAvx512(const LinearTask&) { NIBBLE_CHECK(false, "this build has no AVX-512 kernels"); }

}  // namespace nibble
