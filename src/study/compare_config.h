// Whether two checkpoints can run side by side, and what their configs disagree about.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "study/compare.h"

namespace nibble {

// One sentence for each setting that differs without changing a shape (the rotation, limits,
// factors). Errors: a setting that shapes depend on differs; a prompt cannot run through both.
Result<std::vector<std::string>> CompareConfigs(const Checkpoint& a, const Checkpoint& b,
                                                const CompareOptions& options);

}  // namespace nibble
