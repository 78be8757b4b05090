// Prompts as token ids, for every command that runs a model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace nibble {

// A JSON array of token ids in a file, or on standard input for "-". Errors: not such an array,
// none in it, one that is no 32-bit number.
Result<std::vector<int32_t>> ReadIds(const std::string& path);

}  // namespace nibble
