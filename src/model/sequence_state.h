// What a sequence remembers, and how several of them lie side by side in one step.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checkpoint/config.h"
#include "model/backend.h"
#include "model/model.h"

namespace nibble {

// One layer's memory of one sequence.
struct LayerCache {
  Tensor window;                             // up to W rows, position t in slot t % W
  std::optional<CompressorCache> attention;  // ratio 4 and 128
  std::optional<CompressorCache> index;      // ratio 4
};

class SequenceState final : public Sequence {
 public:
  // Both must outlive the sequence. Caches are made when their layer first runs.
  SequenceState(const ModelConfig& config, Backend& backend);

  int64_t length() const override { return length_; }
  void Reset() override;
  uint64_t bytes() const override;

  // `layer` == L is the MTP block's.
  LayerCache& Layer(int64_t layer);
  const std::optional<LayerCache>& LayerIfAny(int64_t layer) const {
    return layers_[static_cast<size_t>(layer)];
  }
  void Advance(int64_t tokens) { length_ += tokens; }
  // The streams of the last position [1, m * d], for the next step's first MTP row.
  Tensor& last_streams() { return last_streams_; }
  // Whether the MTP block has followed this sequence so far.
  bool mtp_follows = true;

 private:
  const ModelConfig& config_;
  Backend& backend_;
  int64_t length_ = 0;
  std::vector<std::optional<LayerCache>> layers_;
  Tensor last_streams_;
};

// The rows of one sequence in a step.
struct Segment {
  SequenceState* sequence = nullptr;
  int64_t row_begin = 0;
  int64_t rows = 0;
  int64_t first_position = 0;
};

// All rows of a step.
struct Batch {
  std::vector<Segment> segments;
  std::vector<int32_t> ids;        // [rows]
  std::vector<int64_t> positions;  // [rows]
  std::vector<int32_t> item;       // [rows] which item of the step

  int64_t rows() const { return static_cast<int64_t>(ids.size()); }
  void Add(SequenceState* sequence, int64_t first_position, std::span<const int32_t> tokens,
           size_t item_index);
};

// How a layer's stored rows look.
RowLayout AttentionLayout(const ModelConfig& config);
RowLayout IndexLayout(const ModelConfig& config);

}  // namespace nibble
