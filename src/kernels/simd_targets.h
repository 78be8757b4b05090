// For tests: the instruction sets of this machine that Highway kernels are compiled for. Where
// vectors have fused multiply-adds the kernels of `serving` give the same bits.
#pragma once

#include <hwy/targets.h>

#include <functional>

namespace nibble {

enum class Targets { kAll, kWithFma };

// Calls `run` once for each, with the dynamic dispatch of all Highway kernels held to it.
inline void ForEachTarget(Targets which, const std::function<void(const char* target)>& run) {
  int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
#if HWY_ARCH_X86
  if (which == Targets::kWithFma) targets &= HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL;
#endif
  for (; targets != 0; targets &= targets - 1) {
    const int64_t target = targets & -targets;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    run(hwy::TargetName(target));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace nibble
