#include "model/sequence_state.h"

namespace nibble {
namespace {

uint64_t BytesOf(const Tensor& t) {
  return static_cast<uint64_t>(t.rows * t.cols * t.element_bytes);
}

uint64_t BytesOf(const std::optional<CompressorCache>& cache) {
  if (!cache) return 0;
  return BytesOf(cache->entries) + BytesOf(cache->state_values) + BytesOf(cache->state_scores);
}

}  // namespace

RowLayout AttentionLayout(const ModelConfig& config) {
  return {
      .kind = RowKind::kAttention, .width = config.head_dim, .rope_dim = config.qk_rope_head_dim};
}

RowLayout IndexLayout(const ModelConfig& config) {
  return {
      .kind = RowKind::kIndex, .width = config.index_head_dim, .rope_dim = config.qk_rope_head_dim};
}

SequenceState::SequenceState(const ModelConfig& config, Backend& backend)
    : config_(config),
      backend_(backend),
      layers_(static_cast<size_t>(config.num_hidden_layers + 1)) {}

LayerCache& SequenceState::Layer(int64_t layer) {
  std::optional<LayerCache>& slot = layers_[static_cast<size_t>(layer)];
  if (slot) return *slot;
  slot.emplace();
  slot->window = backend_.NewRows(AttentionLayout(config_), 0);
  const int64_t ratio = layer < config_.num_hidden_layers ? config_.ratio(layer) : 0;
  if (ratio != 0) {
    const bool overlap = ratio == 4;
    slot->attention = backend_.NewCompressorCache(
        {.ratio = ratio, .width = config_.head_dim, .overlap = overlap}, AttentionLayout(config_));
    if (ratio == 4) {
      slot->index = backend_.NewCompressorCache(
          {.ratio = ratio, .width = config_.index_head_dim, .overlap = overlap},
          IndexLayout(config_));
    }
  }
  return *slot;
}

void SequenceState::Reset() {
  // The memory stays; rows beyond the length are never read, the compressors' partial blocks are.
  length_ = 0;
  mtp_follows = true;
  last_streams_ = Tensor();
  for (std::optional<LayerCache>& layer : layers_) {
    if (!layer) continue;
    if (layer->attention) backend_.ResetCompressor(&*layer->attention);
    if (layer->index) backend_.ResetCompressor(&*layer->index);
  }
}

uint64_t SequenceState::bytes() const {
  uint64_t sum = BytesOf(last_streams_);
  for (const std::optional<LayerCache>& layer : layers_) {
    if (layer) sum += BytesOf(layer->window) + BytesOf(layer->attention) + BytesOf(layer->index);
  }
  return sum;
}

void Batch::Add(SequenceState* sequence, int64_t first_position, std::span<const int32_t> tokens,
                size_t item_index) {
  const auto count = static_cast<int64_t>(tokens.size());
  segments.push_back({sequence, rows(), count, first_position});
  for (int64_t i = 0; i < count; ++i) positions.push_back(first_position + i);
  ids.insert(ids.end(), tokens.begin(), tokens.end());
  item.insert(item.end(), tokens.size(), static_cast<int32_t>(item_index));
}

}  // namespace nibble
