// `nibble quantize`: carries out a plan. Work is taken in the order of the output by a pool of
// threads; a shard appears under its final name when its last tensor is written and synced, and
// config.json comes last of all. Memory: Plan::MemoryBoundBytes, whatever the size of the model.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "quantize/convert.h"
#include "quantize/plan.h"

namespace nibble {

struct QuantizeOptions {
  std::filesystem::path input;
  std::filesystem::path output;
  QuantizeSettings settings;
  std::optional<std::filesystem::path> input_scales_file;  // with InputScales::kFile
  size_t threads = 0;                                      // 0: one per core
  bool overwrite = false;
  bool follow_symlinks = false;  // files of `input` may be links that leave it, as in a model cache
  bool progress = true;
  const std::atomic<int>* stop = nullptr;  // not 0: stop with ErrorCode::kInterrupted
};

// What happened to the linears of one role ("ffn.experts.{E}.w1").
struct RoleReport {
  uint64_t linears = 0;
  uint64_t blocks = 0;  // of 32 for cast, of 16 for max
  CastCounts cast = {};
  ErrorStats errors = {};

  void Add(const RoleReport& other);
};

struct QuantizeReport {
  std::string input;
  std::string output;
  QuantizeSettings settings;
  std::string form;
  uint64_t shards = 0;
  uint64_t tensors = 0;
  uint64_t tensor_bytes = 0;
  uint64_t copied_tensors = 0;
  uint64_t other_files = 0;
  uint64_t split_pairs = 0;
  InputScaleCounts input_scales;
  std::map<std::string, RoleReport> roles = {};
  std::vector<std::string> notes;
  size_t threads = 0;
  uint64_t memory_bound_bytes = 0;
  uint64_t peak_rss_bytes = 0;
  double seconds = 0;

  RoleReport Total() const;
};

// Errors leave nothing that this run wrote: a source that cannot be opened or planned (see
// MakePlan), an output folder that is not fit (see OutputFolder::Prepare), reading, converting and
// writing, and kInterrupted.
Result<QuantizeReport> Quantize(const QuantizeOptions& options);

json::Value ToJson(const RoleReport& report, Recipe recipe);
json::Value ToJson(const QuantizeReport& report);
// One line for a cast, one per role for max.
std::string RolesText(const std::map<std::string, RoleReport>& roles, Recipe recipe);
std::string ToText(const QuantizeReport& report);

}  // namespace nibble
