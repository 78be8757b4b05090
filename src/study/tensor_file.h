// A few named arrays from memory to a safetensors file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "tensor/dtype.h"

namespace nibble {

struct NamedArray {
  std::string name;
  Shape shape;
  // Exactly one of them is filled: F32 or I64.
  std::vector<float> floats = {};
  std::vector<int64_t> integers = {};
};

// Replaces `path` when all is written. Errors: those of writing.
Status WriteArrays(const std::filesystem::path& path, const std::vector<NamedArray>& arrays);

}  // namespace nibble
