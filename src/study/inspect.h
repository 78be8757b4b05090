// `nibble inspect`: what a checkpoint folder or one .safetensors file consists of.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "checkpoint/census.h"
#include "checkpoint/checkpoint.h"
#include "study/tensor_stats.h"

namespace nibble {

struct DTypeTotals {
  uint64_t tensors = 0;
  uint64_t bytes = 0;
};

// Tensors of one role: "ffn.experts.{E}.w1" in 61 layers, say.
struct RoleTotals {
  uint64_t tensors = 0;
  uint64_t bytes = 0;
  Shape shape;                      // of one module, where all have the same; else empty
  std::map<Form, uint64_t> stored;  // modules by form
};

struct LayerSummary {
  int64_t compress_ratio = 0;
  bool hash_routed = false;
  bool mtp = false;
  uint64_t modules = 0;
  uint64_t bytes = 0;
};

struct InspectReport {
  std::filesystem::path path;
  uint64_t tensors = 0;
  uint64_t tensor_bytes = 0;
  size_t shards = 0;
  std::map<DType, DTypeTotals> dtypes;
  std::map<std::string, std::string> metadata;  // of a single file

  // Of a folder; a single file alone has none of these.
  std::optional<ModelConfig> config;
  Names names = Names::kOfficial;
  Census census;
  std::map<Role, RoleTotals> roles;
  std::vector<LayerSummary> layers;  // the blocks under mtp.* behind the trunk
  uint64_t missing_modules = 0;      // of the trunk
  std::vector<std::string> first_missing;
  uint64_t missing_mtp_modules = 0;
  std::vector<std::string> warnings;
};

Result<InspectReport> InspectFolder(const Checkpoint& checkpoint);
InspectReport InspectFile(const SafetensorsFile& file);

std::string ToText(const InspectReport& report);
json::Value ToJson(const InspectReport& report);

// What the command does with its arguments. `path` is a folder or a file; with `tensor` only that
// tensor's statistics are made. A file's tensors are decoded with their scales where the file lies
// in a complete checkpoint folder.
struct InspectOptions {
  std::filesystem::path path;
  std::string tensor;
  bool follow_symlinks = false;
};
struct InspectResult {
  std::string text;
  json::Value json;
  std::vector<std::string> warnings;
};
Result<InspectResult> Inspect(const InspectOptions& options);

}  // namespace nibble
