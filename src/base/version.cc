#include "base/version.h"

#include "base/version_generated.h"

namespace nibble {

std::string VersionText() { return NIBBLE_VERSION; }
std::string GitCommit() { return NIBBLE_GIT_COMMIT; }

std::string CompilerText() {
#if defined(__clang__)
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

std::string CpuFeaturesText() {
  std::string out;
  const auto add = [&out](bool present, const char* name) {
    if (present) out += (out.empty() ? "" : " ") + std::string(name);
  };
  add(__builtin_cpu_supports("avx2") != 0, "avx2");
  add(__builtin_cpu_supports("fma") != 0, "fma");
  add(__builtin_cpu_supports("avx512f") != 0, "avx512f");
  add(__builtin_cpu_supports("avx512bw") != 0, "avx512bw");
  add(__builtin_cpu_supports("avx512vnni") != 0, "avx512vnni");
  add(__builtin_cpu_supports("avx512bf16") != 0, "avx512bf16");
  return out.empty() ? "baseline x86-64" : out;
}

}  // namespace nibble
