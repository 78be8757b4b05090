// Any module of a checkpoint as a matrix, for looking at weights without running them.
#pragma once

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/load.h"

namespace nibble {

// A vector is a matrix of one row. Errors: the module is missing or cannot be read.
Result<LoadedMatrix> LoadModuleAsMatrix(const Checkpoint& checkpoint, const Module& module);

// The name of its weight in that checkpoint.
std::string WeightName(const Checkpoint& checkpoint, const Module& module);

}  // namespace nibble
