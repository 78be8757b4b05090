// The instruction sets that kernels choose between at run time.
#pragma once

#include <string>

namespace nibble {

// A field is true when processor and operating system both support the whole group.
struct CpuFeatures {
  bool avx2_fma = false;
  bool avx512 = false;       // F, BW, VL, DQ
  bool avx512_bf16 = false;  // VDPBF16PS
  bool avx512_vbmi = false;  // VPERMI2B
};

CpuFeatures DetectCpu();
// "avx2+fma avx512 bf16 vbmi", or "baseline".
std::string FeaturesText(const CpuFeatures& cpu);

}  // namespace nibble
