#include <bit>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "kernels/hadamard/hadamard.h"
#include "kernels/numerics_policy.h"

namespace nibble {

template <class N>
void HadamardRef(typename N::Real* x, int64_t n) {
  using Acc = typename N::Acc;
  NIBBLE_CHECK(std::has_single_bit(static_cast<uint64_t>(n)), "a Hadamard size is a power of two");
  std::vector<Acc> v(x, x + n);
  for (size_t half = 1; half < v.size(); half *= 2) {
    for (size_t block = 0; block < v.size(); block += 2 * half) {
      for (size_t i = block; i < block + half; ++i) {
        const Acc a = v[i];
        const Acc b = v[i + half];
        v[i] = a + b;
        v[i + half] = a - b;
      }
    }
  }
  const Acc factor = 1 / std::sqrt(static_cast<Acc>(n));
  for (int64_t i = 0; i < n; ++i) x[i] = N::Bf(v[static_cast<size_t>(i)] * factor);
}

#define NIBBLE_INSTANTIATE(N) template void HadamardRef<N>(N::Real*, int64_t);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
