#include "study/trace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"
#include "formats/bf16.h"

namespace nibble {
namespace {

// Rows of one name, by position or entry number. A row may be shorter than the widest one.
struct Rows {
  std::map<int64_t, std::vector<float>> floats;
  std::map<int64_t, std::vector<int64_t>> integers;
};

std::string_view LastPart(std::string_view name) { return name.substr(name.rfind('.') + 1); }

// Keeps what was asked for, in the order of the pass.
class Collector : public Tracer {
 public:
  explicit Collector(const std::vector<int64_t>& positions)
      : positions_(positions.begin(), positions.end()) {}

  bool Wants(const std::string&) override { return true; }
  bool Rows(const std::string& name, const TraceRows& at, std::span<float> values,
            int64_t cols) override {
    auto& rows = Of(name).floats;
    ForWantedRows(name, at, cols, [&](int64_t key, size_t begin) {
      const auto row = values.subspan(begin, static_cast<size_t>(cols));
      rows[key].assign(row.begin(), row.end());
    });
    return false;
  }
  bool Rows(const std::string& name, const TraceRows& at, std::span<int32_t> values,
            int64_t cols) override {
    auto& rows = Of(name).integers;
    ForWantedRows(name, at, cols, [&](int64_t key, size_t begin) {
      const auto row = values.subspan(begin, static_cast<size_t>(cols));
      rows[key].assign(row.begin(), row.end());
    });
    return false;
  }

  const std::vector<std::pair<std::string, struct Rows>>& names() const { return names_; }
  bool WantsPosition(int64_t position) const {
    return positions_.empty() || positions_.contains(position);
  }

 private:
  struct Rows& Of(const std::string& name) {
    const auto [at, added] = index_.try_emplace(name, names_.size());
    if (added) names_.emplace_back(name, nibble::Rows());
    return names_[at->second].second;
  }
  template <class F>
  void ForWantedRows(const std::string& name, const TraceRows& at, int64_t cols, const F& f) {
    const bool entries = LastPart(name).ends_with("entries");  // all of them
    for (size_t i = 0; i < at.position.size(); ++i) {
      if (entries || WantsPosition(at.position[i]))
        f(at.position[i], i * static_cast<size_t>(cols));
    }
  }

  const std::set<int64_t> positions_;
  std::vector<std::pair<std::string, struct Rows>> names_;
  std::map<std::string, size_t> index_;
};

// The shape of one row under this name.
Shape RowShape(std::string_view name, uint64_t cols, const ModelConfig& c) {
  const auto m = static_cast<uint64_t>(c.hc_mult);
  const std::string_view part = LastPart(name);
  if (part.starts_with("x_")) return {m, cols / m};
  if (part.ends_with("_comb")) return {m, m};
  if (part == "q" || part == "attn_out") {
    const auto heads = static_cast<uint64_t>(c.num_attention_heads);
    return {heads, cols / heads};
  }
  if (part == "index_q") {
    const auto heads = static_cast<uint64_t>(c.index_n_heads);
    return {heads, cols / heads};
  }
  return {cols};
}

NamedArray ToArray(const std::string& name, const struct Rows& rows, const ModelConfig& config) {
  NamedArray array{.name = name, .shape = {}};
  size_t cols = 0;
  for (const auto& [key, row] : rows.floats) cols = std::max(cols, row.size());
  for (const auto& [key, row] : rows.integers) cols = std::max(cols, row.size());
  // Index scores of an earlier chunk are shorter: what came later was not visible.
  for (const auto& [key, row] : rows.floats) {
    array.floats.insert(array.floats.end(), row.begin(), row.end());
    array.floats.insert(array.floats.end(), cols - row.size(),
                        -std::numeric_limits<float>::infinity());
  }
  // A short text has fewer entries than the indexer may pick.
  constexpr size_t kWidest = 1 << 16;
  if (LastPart(name) == "index_order")
    cols = std::max(cols, std::min(kWidest, static_cast<size_t>(config.index_topk)));
  for (const auto& [key, row] : rows.integers) {
    array.integers.insert(array.integers.end(), row.begin(), row.end());
    array.integers.insert(array.integers.end(), cols - row.size(), -1);
  }
  array.shape = RowShape(name, cols, config);
  array.shape.insert(array.shape.begin(), rows.floats.size() + rows.integers.size());
  return array;
}

// The rows of [rows, width] that are asked for.
NamedArray PickRows(const std::string& name, const std::vector<float>& values, Shape row_shape,
                    const Collector& collector) {
  const size_t width = *ElementCount(row_shape);
  NamedArray array{.name = name, .shape = std::move(row_shape)};
  uint64_t count = 0;
  for (size_t row = 0; row < values.size() / width; ++row) {
    if (!collector.WantsPosition(static_cast<int64_t>(row))) continue;
    const auto begin = values.begin() + static_cast<int64_t>(row * width);
    array.floats.insert(array.floats.end(), begin, begin + static_cast<int64_t>(width));
    ++count;
  }
  array.shape.insert(array.shape.begin(), count);
  return array;
}

Result<std::vector<float>> ReadStreams(const std::filesystem::path& path, int64_t layer,
                                       const ModelConfig& config, size_t tokens) {
  NIBBLE_ASSIGN(const SafetensorsFile file, SafetensorsFile::Open(path));
  const std::string in = fmt::format("layers.{}.x_in", layer);
  const std::string out = fmt::format("layers.{}.x_out", layer - 1);
  const TensorInfo* info = file.Find(in) != nullptr ? file.Find(in) : file.Find(out);
  if (info == nullptr)
    return NotFound("{}: neither {} nor {} is in it", Escape(path.string(), 400), in, out);
  const Shape expected = {tokens, static_cast<uint64_t>(config.hc_mult),
                          static_cast<uint64_t>(config.hidden_size)};
  if (info->shape != expected)
    return InvalidInput("{}: {} is {}, but these token ids need {}", Escape(path.string(), 400),
                        Escape(info->name), ShapeText(info->shape), ShapeText(expected));
  if (info->dtype != DType::kF32 && info->dtype != DType::kBF16)
    return InvalidInput("{}: {} is {}, expected BF16 or F32", Escape(path.string(), 400),
                        Escape(info->name), NameOf(info->dtype));
  NIBBLE_ASSIGN(const std::vector<std::byte> bytes, file.ReadAll(*info));
  std::vector<float> values(*ElementCount(expected));
  if (info->dtype == DType::kF32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t code = 0;
    std::memcpy(&code, bytes.data() + 2 * i, sizeof code);
    values[i] = Bf16ToF32(code);
  }
  return values;
}

Status CheckPositions(const std::vector<int64_t>& positions, size_t tokens) {
  for (const int64_t position : positions) {
    if (position < 0 || position >= static_cast<int64_t>(tokens))
      return InvalidInput("position {} is outside the {} token ids", position, tokens);
  }
  return {};
}

}  // namespace

Result<std::vector<NamedArray>> Trace(const Checkpoint& checkpoint, std::span<const int32_t> tokens,
                                      const TraceOptions& options) {
  const ModelConfig& config = checkpoint.config();
  NIBBLE_TRY(CheckPositions(options.positions, tokens.size()));
  const bool part = options.layers.has_value();
  const auto range = options.layers.value_or(TraceOptions::Range{0, config.num_hidden_layers});
  if (options.mtp && range.end != config.num_hidden_layers)
    return InvalidInput("the MTP block needs the streams after layer {}",
                        config.num_hidden_layers - 1);
  std::vector<float> streams;
  if (!options.streams.empty()) {
    NIBBLE_ASSIGN(streams, ReadStreams(options.streams, range.begin, config, tokens.size()));
  }
  ModelOptions model_options = options.model;
  model_options.load_mtp = options.mtp;
  model_options.stream_layers = true;
  NIBBLE_ASSIGN(const std::unique_ptr<Model> model, Model::Load(checkpoint, model_options));
  const auto sequence = model->NewSequence();
  const bool head_alone = part && range.begin == config.num_hidden_layers;
  Collector collector(options.positions);
  StepItem item{.sequence = sequence.get(),
                .tokens = tokens,
                .logits = !part || head_alone ? Logits::kAll : Logits::kNone,
                .mtp = options.mtp,
                .streams = streams};
  NIBBLE_ASSIGN(std::vector<StepResult> results,
                model->Step({&item, 1}, {.layer_begin = range.begin,
                                         .layer_end = range.end,
                                         .want_streams = part,
                                         .tracer = part ? nullptr : &collector}));
  const StepResult& result = results.front();
  std::vector<NamedArray> arrays;
  for (const auto& [name, rows] : collector.names()) {
    if (rows.floats.empty() && rows.integers.empty()) continue;
    arrays.push_back(ToArray(name, rows, config));
  }
  const Shape stream_shape = {static_cast<uint64_t>(config.hc_mult),
                              static_cast<uint64_t>(config.hidden_size)};
  const Shape vocabulary = {static_cast<uint64_t>(config.vocab_size)};
  if (part && !head_alone)
    arrays.push_back(PickRows(fmt::format("layers.{}.x_out", range.end - 1), result.streams_out,
                              stream_shape, collector));
  if (!result.logits.empty())
    arrays.push_back(PickRows("logits", result.logits, vocabulary, collector));
  if (!result.mtp_logits.empty())
    arrays.push_back(PickRows("mtp", result.mtp_logits, vocabulary, collector));
  return arrays;
}

}  // namespace nibble
