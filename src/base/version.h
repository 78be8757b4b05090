// What this binary is: for --version and the banner of `serve`.
#pragma once

#include <string>

namespace nibble {

std::string VersionText();   // "0.1.0"
std::string GitCommit();     // short hash, "-dirty" behind it when built from a changed tree;
                             // "unknown" outside git
std::string CompilerText();  // "g++ 12.2.0"
// Instruction sets of this processor that nibble has code for, for example "avx2 avx512f
// avx512bf16".
std::string CpuFeaturesText();

}  // namespace nibble
