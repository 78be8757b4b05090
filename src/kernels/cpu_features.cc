#include "kernels/cpu_features.h"

namespace nibble {

CpuFeatures DetectCpu() {
  CpuFeatures cpu;
#if defined(__x86_64__)
  __builtin_cpu_init();
  cpu.avx2_fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  cpu.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  cpu.avx512_bf16 = cpu.avx512 && __builtin_cpu_supports("avx512bf16");
  cpu.avx512_vbmi = cpu.avx512 && __builtin_cpu_supports("avx512vbmi");
#endif
  return cpu;
}

std::string FeaturesText(const CpuFeatures& cpu) {
  std::string text;
  const auto add = [&text](bool has, const char* name) {
    if (has) text += text.empty() ? name : std::string(" ") + name;
  };
  add(cpu.avx2_fma, "avx2+fma");
  add(cpu.avx512, "avx512");
  add(cpu.avx512_bf16, "bf16");
  add(cpu.avx512_vbmi, "vbmi");
  return text.empty() ? "baseline" : text;
}

}  // namespace nibble
