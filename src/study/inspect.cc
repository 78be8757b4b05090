#include "study/inspect.h"

#include <algorithm>

#include "base/text.h"

namespace nibble {
namespace {

void AddDType(const TensorInfo& info, InspectReport* report) {
  DTypeTotals& totals = report->dtypes[info.dtype];
  ++totals.tensors;
  totals.bytes += info.bytes;
}

void AddModule(const StoredSize& s, InspectReport* report) {
  RoleTotals& role = report->roles[s.module.role];
  if (role.tensors == 0) role.shape = s.module.shape;
  if (role.shape != s.module.shape) role.shape.clear();
  role.tensors += s.tensors;
  role.bytes += s.bytes;
  ++role.stored[s.form];
  if (s.module.layer < 0) return;
  LayerSummary& layer = report->layers[static_cast<size_t>(s.module.layer)];
  ++layer.modules;
  layer.bytes += s.bytes;
}

}  // namespace

Result<InspectReport> InspectFolder(const Checkpoint& checkpoint) {
  InspectReport report;
  const ModelConfig& config = checkpoint.config();
  report.path = checkpoint.folder();
  report.tensors = checkpoint.tensor_count();
  report.tensor_bytes = checkpoint.tensor_bytes();
  report.shards = checkpoint.shards().size();
  report.config = config;
  report.names = checkpoint.names();
  report.warnings = checkpoint.warnings();
  for (const Checkpoint::Tensor& t : checkpoint.tensors()) AddDType(*t.info, &report);
  for (size_t i = 0; i < config.compress_ratios.size(); ++i) {
    const auto layer = static_cast<int64_t>(i);
    report.layers.push_back({.compress_ratio = config.compress_ratios[i],
                             .hash_routed = layer < config.num_hash_layers,
                             .mtp = layer >= config.num_hidden_layers});
  }
  const std::vector<StoredSize> sizes = StoredSizesOf(checkpoint);
  for (const StoredSize& s : sizes) AddModule(s, &report);
  report.census = TakeCensus(config, checkpoint.names(), sizes);
  for (const Module& m : ModulesOf(config)) {
    if (checkpoint.HasModule(m.role, m.layer, m.expert)) continue;
    if (m.mtp) {
      ++report.missing_mtp_modules;
      continue;
    }
    if (++report.missing_modules <= 3)
      report.first_missing.push_back(BaseName(m, checkpoint.names(), config));
  }
  return report;
}

InspectReport InspectFile(const SafetensorsFile& file) {
  InspectReport report;
  report.path = file.path();
  report.shards = 1;
  report.tensors = file.tensors().size();
  report.metadata = file.metadata();
  for (const TensorInfo& t : file.tensors()) {
    report.tensor_bytes += t.bytes;
    AddDType(t, &report);
  }
  return report;
}

namespace {

// The folder's checkpoint around a single file, when it is one and holds that file.
std::unique_ptr<Checkpoint> SurroundingCheckpoint(const std::filesystem::path& file,
                                                  const CheckpointOptions& options) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  auto checkpoint = Checkpoint::Open(folder, options);
  if (!checkpoint.ok()) return nullptr;
  for (const auto& shard : (*checkpoint)->shards()) {
    if (shard->path().filename() == file.filename()) return std::move(checkpoint).value();
  }
  return nullptr;
}

Result<TensorStats> StatsInFile(const SafetensorsFile& file, const InspectOptions& options) {
  const TensorInfo* info = file.Find(options.tensor);
  if (const auto around = SurroundingCheckpoint(options.path, {options.follow_symlinks, false})) {
    if (info != nullptr || file.Find(options.tensor + ".weight") != nullptr)
      return StatsOf(*around, options.tensor);
  }
  if (info == nullptr) {
    return NotFound("{}: there is no tensor \"{}\"", Escape(options.path.string(), 400),
                    Escape(options.tensor));
  }
  return StatsOf(StoredTensor{info, &file, 0, info->bytes, info->shape});
}

template <class Report>
InspectResult Shown(const Report& report) {
  return {ToText(report), ToJson(report), {}};
}

}  // namespace

Result<InspectResult> Inspect(const InspectOptions& options) {
  std::error_code ec;
  if (!std::filesystem::is_directory(options.path, ec)) {
    NIBBLE_ASSIGN(const SafetensorsFile file, SafetensorsFile::Open(options.path));
    if (options.tensor.empty()) return Shown(InspectFile(file));
    NIBBLE_ASSIGN(const TensorStats stats, StatsInFile(file, options));
    return Shown(stats);
  }
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> checkpoint,
                Checkpoint::Open(options.path, {.follow_symlinks = options.follow_symlinks}));
  if (!options.tensor.empty()) {
    NIBBLE_ASSIGN(const TensorStats stats, StatsOf(*checkpoint, options.tensor));
    return Shown(stats);
  }
  NIBBLE_ASSIGN(const InspectReport report, InspectFolder(*checkpoint));
  InspectResult result = Shown(report);
  result.warnings = report.warnings;
  return result;
}

}  // namespace nibble
