// Choosing an implementation of an operation. Each operation has one constexpr table of rows, best
// first; choosing is a pure function of the table, the problem, the machine and an optional name.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "kernels/cpu_features.h"

namespace nibble {

// `Run` is a function pointer (or a struct of them) that the operation's contract defines.
template <class Problem, class Run>
struct Implementation {
  std::string_view name;
  bool (*supports)(const Problem& problem, const CpuFeatures& cpu);
  Run run;
};

// The first row that supports the problem, or the row called `forced` when that is not empty.
// Errors: an unknown name, a forced row that does not support the problem, no row at all.
template <class Row, class Problem>
Result<const Row*> Choose(std::span<const Row> rows, const Problem& problem, const CpuFeatures& cpu,
                          std::string_view forced = "") {
  std::string names;
  for (const Row& row : rows) {
    names += (names.empty() ? "" : ", ") + std::string(row.name);
    if (!forced.empty() && row.name != forced) continue;
    if (row.supports(problem, cpu)) return &row;
    if (!forced.empty())
      return Unsupported("kernel {} does not run this problem on this machine ({})", forced,
                         FeaturesText(cpu));
  }
  if (!forced.empty()) return NotFound("no kernel is called {}; there are: {}", forced, names);
  return Unsupported("no kernel runs this problem on this machine ({}); there are: {}",
                     FeaturesText(cpu), names);
}

}  // namespace nibble
