// `nibble trace`: every intermediate of a forward pass as named arrays, or only a range of layers
// from given streams. One layer's weights are in memory at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "model/model.h"
#include "study/tensor_file.h"

namespace nibble {

struct TraceOptions {
  ModelOptions model;                   // numerics, activations, threads
  std::vector<int64_t> positions = {};  // rising; empty: all
  bool mtp = false;                     // the MTP block too
  // Layers [begin, end) alone; begin = end = the number of layers runs the head.
  struct Range {
    int64_t begin = 0;
    int64_t end = 0;
  };
  std::optional<Range> layers = {};
  // With a range that does not begin at 0: layers.<begin>.x_in or layers.<begin-1>.x_out, BF16 or
  // F32, [tokens, m, d].
  std::filesystem::path streams = {};
};

// Without a range: every intermediate at the positions (MTP: those that have a row), all compressed
// entries, logits and mtp. With one: layers.<end-1>.x_out, or logits of the head alone; mtp when
// asked for. Errors: those of loading and stepping, a position beyond the prompt, streams that do
// not fit.
Result<std::vector<NamedArray>> Trace(const Checkpoint& checkpoint, std::span<const int32_t> tokens,
                                      const TraceOptions& options);

}  // namespace nibble
