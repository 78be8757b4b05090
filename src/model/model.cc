#include "model/model.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "model/backend.h"
#include "model/forward.h"
#include "model/sequence_state.h"
#include "model/weights.h"

namespace nibble {
namespace {

class LoadedModel final : public Model {
 public:
  LoadedModel(const Checkpoint& checkpoint, const ModelOptions& options)
      : config_(checkpoint.config()),
        options_(options),
        backend_(NewCpuBackend(config_, options.numerics, options.threads)),
        loader_(checkpoint, options.numerics, *options.activations, *backend_),
        ropes_(RopeTables::Of(config_)) {}

  Status Load();

  const ModelConfig& config() const override { return config_; }
  const ModelOptions& options() const override { return options_; }
  std::unique_ptr<Sequence> NewSequence() override {
    return std::make_unique<SequenceState>(config_, *backend_);
  }
  Result<std::vector<StepResult>> Step(std::span<const StepItem> items,
                                       const StepOptions& options) override;
  std::vector<float> ReadEntries(const Sequence& sequence, int64_t layer,
                                 bool indexer) const override;
  uint64_t weight_bytes_read() const override { return backend_->weight_bytes_read(); }
  uint64_t weight_bytes() const override { return loader_.bytes(); }
  std::string KernelsText() const override { return backend_->KernelsText(); }

 private:
  struct Range {
    int64_t begin = 0;
    int64_t end = 0;
  };

  // Embedding and head: with stream_layers they are read when a step first needs them.
  Status LoadEnds(bool embed, bool head);
  Status LoadEndsFor(std::span<const StepItem> items, Range range);
  Status CheckStep(std::span<const StepItem> items, Range range) const;
  Status CheckItem(const StepItem& item, Range range) const;
  Status RunLayers(ForwardPass& pass, Range range, const Tensor& streams);
  void RunHead(ForwardPass& pass, std::span<const StepItem> items, const Batch& batch,
               const Tensor& streams, std::vector<StepResult>* results);
  Status RunMtp(std::span<const StepItem> items, const Batch& batch, const Tensor& streams,
                const StepOptions& options, std::vector<StepResult>* results);
  Batch MtpBatch(std::span<const StepItem> items, const Batch& batch) const;
  Tensor MtpStreams(const Batch& batch, const Batch& mtp, const Tensor& streams);
  std::vector<float> Fetch(const Tensor& tensor) const;
  int64_t StreamWidth() const { return config_.hc_mult * config_.hidden_size; }

  const ModelConfig& config_;
  const ModelOptions options_;
  std::unique_ptr<Backend> backend_;
  WeightLoader loader_;
  const RopeTables ropes_;
  Matrix embed_;
  Matrix head_matrix_;
  HeadWeights head_;
  std::vector<BlockWeights> blocks_;  // empty with stream_layers
  std::optional<MtpWeights> mtp_;
};

Status LoadedModel::Load() {
  if (!options_.stream_layers) {
    NIBBLE_TRY(LoadEnds(/*embed=*/true, /*head=*/true));
    for (int64_t layer = 0; layer < config_.num_hidden_layers; ++layer) {
      NIBBLE_ASSIGN(BlockWeights block, loader_.Block(layer));
      blocks_.push_back(std::move(block));
    }
  }
  if (options_.load_mtp && !options_.stream_layers) {
    NIBBLE_ASSIGN(mtp_, loader_.Mtp());
  }
  return {};
}

Status LoadedModel::LoadEnds(bool embed, bool head) {
  if (embed && embed_.encoded.rows == 0) {
    NIBBLE_ASSIGN(embed_, loader_.Embed());
  }
  if (head && head_matrix_.encoded.rows == 0) {
    NIBBLE_ASSIGN(head_matrix_, loader_.HeadMatrix());
    NIBBLE_ASSIGN(head_, loader_.Head());
  }
  return {};
}

// What a step over `range` needs beside its layers.
Status LoadedModel::LoadEndsFor(std::span<const StepItem> items, Range range) {
  const bool to_end = range.end == config_.num_hidden_layers;
  bool mtp = false;
  bool logits = false;
  for (const StepItem& item : items) {
    mtp = mtp || (to_end && item.mtp);
    logits = logits || (to_end && item.logits != Logits::kNone);
  }
  return LoadEnds(/*embed=*/items.front().streams.empty() || mtp, /*head=*/logits || mtp);
}

Status LoadedModel::CheckItem(const StepItem& item, Range range) const {
  const auto tokens = static_cast<int64_t>(item.tokens.size());
  if (tokens == 0) return InvalidInput("a step needs at least one token of each sequence");
  const int64_t length = item.sequence->length();
  if (length + tokens > config_.max_position_embeddings)
    return InvalidInput("{} tokens after {} are more than the model's {} (max_position_embeddings)",
                        tokens, length, config_.max_position_embeddings);
  for (const int32_t id : item.tokens) {
    if (id < 0 || id >= config_.vocab_size)
      return InvalidInput("token {} is outside the vocabulary of {}", id, config_.vocab_size);
  }
  if (!item.streams.empty() && static_cast<int64_t>(item.streams.size()) != tokens * StreamWidth())
    return InvalidInput("{} stream values for {} tokens, expected {} a token", item.streams.size(),
                        tokens, StreamWidth());
  if (item.streams.empty() && range.begin > 0)
    return InvalidInput("running from layer {} needs its input streams", range.begin);
  if (item.mtp && range.end == config_.num_hidden_layers) {
    if (!options_.load_mtp) return InvalidInput("the MTP block was not loaded");
    if (!static_cast<const SequenceState*>(item.sequence)->mtp_follows)
      return InvalidInput("the MTP block cannot join a sequence midway: reset it first");
  }
  return {};
}

Status LoadedModel::CheckStep(std::span<const StepItem> items, Range range) const {
  if (items.empty()) return InvalidInput("a step needs at least one sequence");
  if (range.begin < 0 || range.begin > range.end || range.end > config_.num_hidden_layers)
    return InvalidInput("layers {}:{} of a model with {}", range.begin, range.end,
                        config_.num_hidden_layers);
  std::set<const Sequence*> seen;
  const bool has_streams = !items.front().streams.empty();
  for (const StepItem& item : items) {
    NIBBLE_CHECK(item.sequence != nullptr, "an item without a sequence");
    if (!seen.insert(item.sequence).second)
      return InvalidInput("a sequence occurs twice in one step");
    if (item.streams.empty() == has_streams)
      return InvalidInput("either all items of a step have streams or none");
    NIBBLE_TRY(CheckItem(item, range));
  }
  return {};
}

std::vector<float> LoadedModel::Fetch(const Tensor& tensor) const {
  std::vector<float> out(static_cast<size_t>(tensor.rows * tensor.cols));
  backend_->Download(tensor, out);
  return out;
}

Status LoadedModel::RunLayers(ForwardPass& pass, Range range, const Tensor& streams) {
  for (int64_t layer = range.begin; layer < range.end; ++layer) {
    const std::string prefix = fmt::format("layers.{}.", layer);
    if (options_.stream_layers) {
      NIBBLE_ASSIGN(const BlockWeights block, loader_.Block(layer));
      pass.RunBlock(block, layer, prefix, streams);
    } else {
      pass.RunBlock(blocks_[static_cast<size_t>(layer)], layer, prefix, streams);
    }
  }
  return {};
}

void LoadedModel::RunHead(ForwardPass& pass, std::span<const StepItem> items, const Batch& batch,
                          const Tensor& streams, std::vector<StepResult>* results) {
  // The rows that somebody wants, one below the other.
  int64_t wanted = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].logits == Logits::kLast) wanted += 1;
    if (items[i].logits == Logits::kAll) wanted += batch.segments[i].rows;
  }
  if (wanted == 0) return;
  const Tensor rows = backend_->NewTensor(wanted, StreamWidth(), Element::kActivation);
  int64_t row = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const Segment& s = batch.segments[i];
    const int64_t count =
        items[i].logits == Logits::kAll ? s.rows : (items[i].logits == Logits::kLast ? 1 : 0);
    backend_->CopyRows(streams.Rows(s.row_begin + s.rows - count, count), rows.Rows(row, count));
    row += count;
  }
  const Tensor logits = pass.Head(head_, head_matrix_, rows);
  row = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const int64_t count = items[i].logits == Logits::kAll
                              ? batch.segments[i].rows
                              : (items[i].logits == Logits::kLast ? 1 : 0);
    (*results)[i].logits = Fetch(logits.Rows(row, count));
    row += count;
  }
}

// Row t of the MTP block takes the streams of position t and the token of t + 1.
Batch LoadedModel::MtpBatch(std::span<const StepItem> items, const Batch& batch) const {
  Batch mtp;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].mtp) continue;
    const Segment& s = batch.segments[i];
    const size_t skip = s.first_position == 0 ? 1 : 0;
    mtp.Add(s.sequence, s.first_position + static_cast<int64_t>(skip) - 1,
            items[i].tokens.subspan(skip), i);
  }
  return mtp;
}

Tensor LoadedModel::MtpStreams(const Batch& batch, const Batch& mtp, const Tensor& streams) {
  const Tensor out = backend_->NewTensor(mtp.rows(), StreamWidth(), Element::kActivation);
  for (const Segment& s : mtp.segments) {
    const Segment& trunk = batch.segments[static_cast<size_t>(
        s.rows > 0 ? mtp.item[static_cast<size_t>(s.row_begin)] : 0)];
    int64_t row = s.row_begin;
    if (trunk.first_position > 0) {
      backend_->CopyRows(s.sequence->last_streams(), out.Rows(row, 1));
      ++row;
    }
    const int64_t rest = s.row_begin + s.rows - row;
    if (rest > 0) backend_->CopyRows(streams.Rows(trunk.row_begin, rest), out.Rows(row, rest));
  }
  return out;
}

Status LoadedModel::RunMtp(std::span<const StepItem> items, const Batch& batch,
                           const Tensor& streams, const StepOptions& options,
                           std::vector<StepResult>* results) {
  const Batch mtp = MtpBatch(items, batch);
  if (mtp.rows() > 0) {
    std::optional<MtpWeights> streamed;
    if (!mtp_) {
      NIBBLE_ASSIGN(streamed, loader_.Mtp());
    }
    const MtpWeights& weights = mtp_ ? *mtp_ : *streamed;
    ForwardPass pass(config_, *backend_, ropes_, mtp, options.tracer, options.input_amax);
    const Tensor x = pass.MtpInput(weights, embed_, MtpStreams(batch, mtp, streams));
    pass.RunBlock(weights.block, config_.num_hidden_layers, "mtp.0.", x);
    const Tensor logits = pass.Head(weights.head, head_matrix_, x);
    for (const Segment& s : mtp.segments) {
      if (s.rows == 0) continue;
      const auto item = static_cast<size_t>(mtp.item[static_cast<size_t>(s.row_begin)]);
      (*results)[item].mtp_logits = Fetch(logits.Rows(s.row_begin, s.rows));
    }
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const Segment& s = batch.segments[i];
    s.sequence->mtp_follows = items[i].mtp;
    if (!items[i].mtp) continue;
    Tensor& last = s.sequence->last_streams();
    if (!last.storage) last = backend_->NewTensor(1, StreamWidth(), Element::kActivation);
    backend_->CopyRows(streams.Rows(s.row_begin + s.rows - 1, 1), last);
  }
  return {};
}

Result<std::vector<StepResult>> LoadedModel::Step(std::span<const StepItem> items,
                                                  const StepOptions& options) {
  const int64_t layers = config_.num_hidden_layers;
  const Range range{options.layer_begin, options.layer_end < 0 ? layers : options.layer_end};
  NIBBLE_TRY(CheckStep(items, range));
  NIBBLE_TRY(LoadEndsFor(items, range));

  Batch batch;
  for (size_t i = 0; i < items.size(); ++i) {
    auto* sequence = static_cast<SequenceState*>(items[i].sequence);
    batch.Add(sequence, sequence->length(), items[i].tokens, i);
  }
  ForwardPass pass(config_, *backend_, ropes_, batch, options.tracer, options.input_amax);
  Tensor streams;
  if (items.front().streams.empty()) {
    streams = pass.Embed(embed_);
  } else {
    streams = backend_->NewTensor(batch.rows(), StreamWidth(), Element::kActivation);
    for (size_t i = 0; i < items.size(); ++i) {
      const Segment& s = batch.segments[i];
      backend_->Upload(items[i].streams, streams.Rows(s.row_begin, s.rows));
    }
  }
  NIBBLE_TRY(RunLayers(pass, range, streams));

  std::vector<StepResult> results(items.size());
  if (range.end == layers) {
    RunHead(pass, items, batch, streams, &results);
    NIBBLE_TRY(RunMtp(items, batch, streams, options, &results));
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const Segment& s = batch.segments[i];
    if (range.end < layers || options.want_streams)
      results[i].streams_out = Fetch(streams.Rows(s.row_begin, s.rows));
    s.sequence->Advance(s.rows);
  }
  return results;
}

std::vector<float> LoadedModel::ReadEntries(const Sequence& sequence, int64_t layer,
                                            bool indexer) const {
  const auto& state = static_cast<const SequenceState&>(sequence);
  const std::optional<LayerCache>& caches = state.LayerIfAny(layer);
  if (!caches) return {};
  const std::optional<CompressorCache>& cache = indexer ? caches->index : caches->attention;
  if (!cache) return {};
  const int64_t count = state.length() / cache->shape.ratio;
  std::vector<float> out(static_cast<size_t>(count * cache->layout.width));
  backend_->DownloadRows(cache->layout, cache->entries.Rows(0, count), out);
  return out;
}

}  // namespace

Result<std::unique_ptr<Model>> Model::Load(const Checkpoint& checkpoint,
                                           const ModelOptions& options) {
  ModelOptions resolved = options;
  if (!resolved.activations) resolved.activations = DefaultActivations(options.numerics);
  if (options.numerics == Numerics::kIdeal && *resolved.activations != Activations::kNone)
    return Unsupported("ideal numerics quantise nothing: use --activations none, or official");
  if (options.load_mtp && checkpoint.config().has_dspark)
    return Unsupported(
        "{}: the draft block is DSpark, which nibble passes through but does not run",
        Escape(checkpoint.folder().string()));
  if (options.load_mtp && checkpoint.config().num_nextn_predict_layers == 0)
    return NotFound("{}: the model has no MTP block", Escape(checkpoint.folder().string()));
  auto model = std::make_unique<LoadedModel>(checkpoint, resolved);
  NIBBLE_TRY(model->Load());
  return std::unique_ptr<Model>(std::move(model));
}

}  // namespace nibble
