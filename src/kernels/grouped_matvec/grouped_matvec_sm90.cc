// The CUDA row of the table.
#include "kernels/grouped_matvec/grouped_matvec.h"
#include "kernels/grouped_matvec/grouped_matvec_sm90_launch.h"

namespace nibble {
namespace {

Status Run(const GroupedMatVecProblem& p) {
  const char* wrong = LaunchGroupedMatVecSm90({.nvfp4 = p.form == Form::kNvfp4,
                                               .rows = p.rows,
                                               .cols = p.cols,
                                               .codes = p.codes,
                                               .scales = p.scales,
                                               .tensor_scales = p.tensor_scales,
                                               .groups = p.groups,
                                               .group_count = p.group_count,
                                               .x = p.x,
                                               .pairs_per_input = p.pairs_per_input,
                                               .y = p.y},
                                              p.stream);
  if (wrong != nullptr) return IoError("CUDA: {}", wrong);
  return {};
}

bool Supports(const GroupedMatVecProblem& p, const CpuFeatures&) {
  return p.place == Place::kCuda && (p.form == Form::kNvfp4 || p.form == Form::kMxfp4) &&
         p.rows > 0 && p.rows % 16 == 0 && p.cols > 0 && p.cols % 64 == 0 && HasSm90Device();
}

constexpr GroupedMatVecImplementation kRows[] = {{"sm90", Supports, Run}};

}  // namespace

std::span<const GroupedMatVecImplementation> CudaGroupedMatVec() { return kRows; }

}  // namespace nibble
