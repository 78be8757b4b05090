// The normalised Walsh-Hadamard transform of one row, natural (Sylvester) order.
#pragma once

#include <cstdint>

namespace nibble {

// x <- bf(H x / sqrt(n)) in place; n is a power of two.
template <class N>
void HadamardRef(typename N::Real* x, int64_t n);

}  // namespace nibble
