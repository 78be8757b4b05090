// What a quantisation will write: every output tensor, where its bytes come from, and which linears
// share a tensor scale. Made from headers alone, before any data is read; the quantiser carries it
// out and the verifier checks an output against it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/safetensors.h"
#include "quantize/settings.h"
#include "quantize/source.h"

namespace nibble {

// Copied tensors go through a buffer of this size.
inline constexpr uint64_t kCopyBufferBytes = uint64_t{4} << 20;

// A linear that becomes NVFP4: four consecutive entries of its shard (weight, weight_scale,
// weight_scale_2, input_scale) from `entry` on.
struct PlannedLinear {
  SourceMatrix source;
  std::string base;  // output name without suffix
  size_t shard = 0;
  size_t entry = 0;
  float input_scale = 1.0f;
};

// Linears of one shard that are read and converted together. `joint` are all linears that share
// their tensor scale, those of other shards too (w1 and w3 of an expert that is split over two
// shards).
struct Group {
  size_t shard = 0;
  std::vector<size_t> members;  // of Plan::linears, written by this group
  std::vector<size_t> joint;    // members and the others
};

// A tensor that is copied byte for byte.
struct PlannedCopy {
  size_t shard = 0;
  size_t entry = 0;
  StoredTensor from;
};

struct PlannedShard {
  std::string file_name;
  std::vector<SafetensorsWriter::Entry> entries;
};

struct InputScaleCounts {
  uint64_t measured = 0;     // from the file
  uint64_t filled = 0;       // uncalibrated experts: the largest of their projection
  uint64_t synthesised = 0;  // bounds that no activation can exceed
  uint64_t unit = 0;
};

struct Plan {
  QuantizeSettings settings;  // recipe set
  std::vector<PlannedShard> shards;
  std::vector<PlannedLinear> linears;
  std::vector<Group> groups;
  std::vector<PlannedCopy> copies;
  std::string form;         // of the output, as Census::form names it
  bool fp8_rest = false;    // linears that stay are FP8
  bool f32_scales = false;  // with F32 scales
  uint64_t tensors = 0;
  uint64_t tensor_bytes = 0;  // payload of the output
  uint64_t dropped = 0;       // source tensors that the chosen names have no place for (mtp.*)
  uint64_t split_pairs = 0;   // w1 and w3 in different shards
  InputScaleCounts input_scales;
  std::vector<std::string> notes;  // one sentence each, for the report

  // Bytes that converting `group` holds in memory, source and results.
  uint64_t GroupBytes(const Group& group) const;
  // The largest of them.
  uint64_t LargestGroupBytes() const;
  // What a run with `threads` stays under: for each thread the largest group and a copy buffer,
  // plus 1 KiB for what is known of each output tensor, plus 16 MiB for the program.
  uint64_t MemoryBoundBytes(size_t threads) const;
};

// Whether `module` becomes NVFP4 under `settings`.
bool BecomesNvfp4(const Module& module, const QuantizeSettings& settings);

// `amax_file` holds "<path>.input_amax" scalars when settings.input_scales is kFile; a verifier may
// leave it out, the input scales are then 0. `source` must outlive the plan. Errors: a linear of
// the scope is missing or already NVFP4, the recipe does not fit the source, calibration that does
// not fit, names that collide.
Result<Plan> MakePlan(const Checkpoint& source, const QuantizeSettings& settings,
                      const std::optional<std::filesystem::path>& amax_file);

// plan->linears[*].input_scale and plan->input_scales.
Status FillInputScales(const Checkpoint& source,
                       const std::optional<std::filesystem::path>& amax_file, Plan* plan);

}  // namespace nibble
