// The build without CUDA.
#include "kernels/grouped_matvec/grouped_matvec.h"

namespace nibble {

std::span<const GroupedMatVecImplementation> CudaGroupedMatVec() { return {}; }

}  // namespace nibble
