// `nibble verify OUT --source IN`: is this output what the recorded recipe makes of that source?
// Copied tensors are compared by bytes, a cast by decoded values (blocks that NVFP4 cannot hold
// must equal the specified re-encoding and are counted), max by recomputation, with error
// statistics. Memory: threads x (two of Plan::LargestGroupBytes).
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
#include "quantize/quantize.h"

namespace nibble {

struct VerifyOptions {
  std::filesystem::path output;
  std::filesystem::path source;
  // For outputs of other programs, which do not record their recipe; the other settings are then
  // the defaults.
  std::optional<Recipe> recipe;
  // The calibration that was used; without it measured input scales are only checked for being
  // positive and equal in w1 and w3.
  std::optional<std::filesystem::path> input_scales_file;
  bool follow_symlinks = false;  // shards of both may be links that leave the folder
  size_t threads = 0;
  bool progress = true;
  const std::atomic<int>* stop = nullptr;  // not 0: stop with ErrorCode::kInterrupted
};

struct Difference {
  std::string subject;  // a tensor, or a file and key
  std::string what;
};

struct VerifyReport {
  std::string output;
  std::string source;
  QuantizeSettings settings;
  std::string form;
  uint64_t tensors = 0;
  uint64_t tensor_bytes = 0;
  uint64_t copied_tensors = 0;
  uint64_t copied_bytes = 0;
  std::map<std::string, RoleReport> roles = {};  // cast: blocks counted; max: errors measured
  uint64_t difference_count = 0;
  std::vector<Difference> differences = {};  // the first kShownDifferences
  std::vector<std::string> notes;
  double seconds = 0;

  static constexpr size_t kShownDifferences = 100;
  bool ok() const { return difference_count == 0; }
  RoleReport Total() const;
};

// An error where the comparison could not be made; differences are in the report.
Result<VerifyReport> Verify(const VerifyOptions& options);

json::Value ToJson(const VerifyReport& report);
std::string ToText(const VerifyReport& report);

}  // namespace nibble
