// Opening a checkpoint: index against shards, names against the catalogue, shapes against the
// config.
#include <algorithm>
#include <cctype>
#include <map>

#include "base/check.h"
#include "base/file.h"
#include "base/text.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/shard_index.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

std::string Quoted(std::string_view name) { return "\"" + Escape(name) + "\""; }

// The first few names of a list that may be long: "a", "b", "c" and 17 more.
std::string FirstFew(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(names.size(), 3); ++i)
    out += (i == 0 ? "" : ", ") + Quoted(names[i]);
  if (names.size() > 3) out += fmt::format(" and {} more", names.size() - 3);
  return out;
}

}  // namespace

// Builds one Checkpoint, step by step.
class CheckpointOpener {
 public:
  CheckpointOpener(const fs::path& folder, const CheckpointOptions& options)
      : options_(options), what_(Escape(folder.string(), 400)), c_(new Checkpoint()) {
    c_->folder_ = folder;
  }
  Result<std::unique_ptr<Checkpoint>> Open();

 private:
  Status FindShards();
  Status CheckShardNames();
  Status OpenShards();
  Status CollectTensors();
  Status CompareWithIndex();
  Status ResolveNames();
  Status FillSlots();
  Status PutPart(Role role, int32_t expert, uint32_t position);
  Status CheckModules();
  void Warn(std::string warning) { c_->warnings_.push_back(std::move(warning)); }

  const CheckpointOptions options_;
  const std::string what_;
  std::unique_ptr<Checkpoint> c_;
  std::optional<ShardIndex> index_;
  std::vector<std::string> shard_names_;
};

Status CheckpointOpener::FindShards() {
  const fs::path index = c_->folder_ / kShardIndexName;
  std::error_code ec;
  if (fs::exists(fs::symlink_status(index, ec))) {
    if (!options_.follow_symlinks) NIBBLE_TRY(CheckLinkStays(index));
    NIBBLE_ASSIGN(index_, LoadShardIndex(index));
    shard_names_ = index_->shards;
    return CheckShardNames();
  }
  if (!fs::exists(fs::symlink_status(c_->folder_ / kSingleShardName, ec))) {
    return NotFound("{}: holds neither {} nor {}", what_, kShardIndexName, kSingleShardName);
  }
  shard_names_ = {std::string(kSingleShardName)};
  return {};
}

Status CheckpointOpener::CheckShardNames() {
  std::map<std::string, std::string> lower;
  for (const std::string& name : shard_names_) {
    std::string key = name;
    std::transform(key.begin(), key.end(), key.begin(), [](char c) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    const auto [it, fresh] = lower.emplace(key, name);
    if (fresh) continue;
    const std::string problem = fmt::format("{}: the shard names {} and {} differ in case alone",
                                            what_, Quoted(it->second), Quoted(name));
    if (options_.strict) return InvalidInput("{}", problem);
    Warn(problem);
  }
  return {};
}

Status CheckpointOpener::OpenShards() {
  std::vector<std::string> missing;
  std::error_code ec;
  for (const std::string& name : shard_names_) {
    if (!fs::exists(c_->folder_ / name, ec)) missing.push_back(name);
  }
  if (!missing.empty()) {
    std::string all;
    for (const std::string& name : missing) all += (all.empty() ? "" : ", ") + Quoted(name);
    return NotFound("{}: {} of {} shards are missing: {}", what_, missing.size(),
                    shard_names_.size(), all);
  }
  for (const std::string& name : shard_names_) {
    const fs::path path = c_->folder_ / name;
    if (!options_.follow_symlinks) NIBBLE_TRY(CheckLinkStays(path));
    NIBBLE_ASSIGN(SafetensorsFile file, SafetensorsFile::Open(path));
    c_->shards_.push_back(std::make_unique<SafetensorsFile>(std::move(file)));
  }
  return {};
}

Status CheckpointOpener::CollectTensors() {
  for (size_t s = 0; s < c_->shards_.size(); ++s) {
    for (const TensorInfo& info : c_->shards_[s]->tensors()) {
      c_->tensors_.push_back({&info, static_cast<uint32_t>(s), std::nullopt});
      c_->tensor_bytes_ += info.bytes;
    }
  }
  const auto name_at = [&](uint32_t i) { return c_->NameAt(i); };
  uint32_t duplicate = 0;
  if (c_->by_name_.Build(static_cast<uint32_t>(c_->tensors_.size()), name_at, &duplicate))
    return {};
  const std::string_view name = name_at(duplicate);
  uint32_t first = 0;
  while (name_at(first) != name) ++first;
  return InvalidInput("{}: duplicate tensor {} in shards {} and {}", what_, Quoted(name),
                      Quoted(shard_names_[c_->tensors_[first].shard]),
                      Quoted(shard_names_[c_->tensors_[duplicate].shard]));
}

Status CheckpointOpener::CompareWithIndex() {
  if (!index_) return {};
  std::vector<bool> listed(c_->tensors_.size(), false);
  for (const ShardIndex::Entry& e : index_->entries) {
    const auto position = c_->by_name_.Find(e.tensor, [&](uint32_t i) { return c_->NameAt(i); });
    if (!position || c_->tensors_[*position].shard != e.shard) {
      return InvalidInput(
          "{}: the index says that tensor {} lies in shard {}, which does not hold it{}", what_,
          Quoted(e.tensor), Quoted(index_->shards[e.shard]),
          position
              ? fmt::format(" (it is in {})", Quoted(shard_names_[c_->tensors_[*position].shard]))
              : "");
    }
    listed[*position] = true;
  }
  std::vector<std::string> unlisted;
  for (uint32_t i = 0; i < listed.size(); ++i) {
    if (!listed[i]) unlisted.emplace_back(c_->NameAt(i));
  }
  if (!unlisted.empty()) {
    const std::string problem = fmt::format("{}: {} tensors of the shards are not in the index: {}",
                                            what_, unlisted.size(), FirstFew(unlisted));
    if (options_.strict) return InvalidInput("{}", problem);
    Warn(problem);
  }
  if (index_->total_size && *index_->total_size != c_->tensor_bytes_) {
    Warn(fmt::format("{}: the index says total_size {}, the tensors measure {} bytes", what_,
                     *index_->total_size, c_->tensor_bytes_));
  }
  return {};
}

Status CheckpointOpener::ResolveNames() {
  std::vector<std::string> unknown;
  for (Checkpoint::Tensor& t : c_->tensors_) {
    const std::string_view name = t.info->name;
    t.name = Resolve(name, c_->config_);
    if (t.name) {
      c_->has_mtp_ = c_->has_mtp_ || t.name->module.mtp;
      continue;
    }
    if (name.starts_with("vision.") || name.starts_with("aligner.") || name.starts_with("image_") ||
        name.ends_with("ffn.gate.bias_vl")) {
      return Unsupported("{}: tensor {} marks the Vision variant, which nibble does not read",
                         what_, Quoted(name));
    }
    if (name.ends_with(".weight_packed")) {
      return Unsupported(
          "{}: tensor {} marks the compressed-tensors form, which nibble does not read", what_,
          Quoted(name));
    }
    unknown.emplace_back(name);
  }
  if (!unknown.empty()) {
    Warn(fmt::format("{}: {} tensors are unknown to this model: {}", what_, unknown.size(),
                     FirstFew(unknown)));
  }
  std::optional<std::string> embed[2];
  for (const Checkpoint::Tensor& t : c_->tensors_) {
    if (t.name && t.name->module.role == Role::kEmbed)
      embed[static_cast<size_t>(t.name->names)] = t.info->name;
  }
  const auto& [official, hf] = embed;
  if (official.has_value() == hf.has_value()) {
    return InvalidInput(
        "{}: {} of embed.weight (official names) and model.embed_tokens.weight (HF names) is "
        "there, expected exactly one",
        what_, official ? "each" : "neither");
  }
  c_->names_ = official ? Names::kOfficial : Names::kHf;
  return {};
}

Status CheckpointOpener::PutPart(Role role, int32_t expert, uint32_t position) {
  const ResolvedName& name = *c_->tensors_[position].name;
  const auto slot = c_->SlotOf(role, name.module.layer, expert);
  NIBBLE_CHECK(slot.has_value(), "Resolve gave a module that the config does not have");
  uint32_t& part = c_->slots_[*slot].parts[static_cast<size_t>(name.part)];
  if (part != Checkpoint::kAbsent) {
    return InvalidInput("{}: tensors {} and {} are the same part of one module", what_,
                        Quoted(c_->NameAt(part)), Quoted(c_->NameAt(position)));
  }
  part = position;
  return {};
}

Status CheckpointOpener::FillSlots() {
  const auto experts = static_cast<int32_t>(c_->config_.n_routed_experts);
  const size_t per_block = kRoleCount + 3 * static_cast<size_t>(experts);
  c_->slots_.resize(kRoleCount + c_->config_.compress_ratios.size() * per_block);
  for (uint32_t i = 0; i < c_->tensors_.size(); ++i) {
    if (!c_->tensors_[i].name) continue;
    const ResolvedName& name = *c_->tensors_[i].name;
    if (!name.fused) {
      NIBBLE_TRY(PutPart(name.module.role, name.module.expert, i));
      continue;
    }
    for (int32_t e = 0; e < experts; ++e) {
      NIBBLE_TRY(PutPart(name.module.role, e, i));
      if (name.module.role == Role::kExpertW1) NIBBLE_TRY(PutPart(Role::kExpertW3, e, i));
    }
  }
  return {};
}

// Every module that is there, in whole or in part, must fit together.
Status CheckpointOpener::CheckModules() {
  for (Module& m : ModulesOf(c_->config_)) {
    const Checkpoint::Slot& slot = c_->slots_[*c_->SlotOf(m.role, m.layer, m.expert)];
    const bool any = std::any_of(std::begin(slot.parts), std::end(slot.parts),
                                 [](uint32_t p) { return p != Checkpoint::kAbsent; });
    if (any) NIBBLE_TRY(c_->Assemble(m, slot));
  }
  if (!c_->has_mtp_ && c_->config_.mtp_blocks() > 0) {
    Warn(fmt::format(
        "{}: the config announces {} MTP blocks, but there are no mtp.* tensors: no speculation",
        what_, c_->config_.mtp_blocks()));
  }
  return {};
}

Result<std::unique_ptr<Checkpoint>> CheckpointOpener::Open() {
  std::error_code ec;
  if (!fs::is_directory(c_->folder_, ec)) {
    if (!fs::exists(c_->folder_, ec)) return NotFound("{}: no such folder", what_);
    return InvalidInput("{}: not a folder; give the folder that holds config.json", what_);
  }
  NIBBLE_ASSIGN(c_->config_, LoadModelConfig(c_->folder_));
  c_->warnings_ = c_->config_.warnings;
  NIBBLE_TRY(FindShards());
  NIBBLE_TRY(OpenShards());
  NIBBLE_TRY(CollectTensors());
  NIBBLE_TRY(CompareWithIndex());
  NIBBLE_TRY(ResolveNames());
  NIBBLE_TRY(FillSlots());
  NIBBLE_TRY(CheckModules());
  return std::move(c_);
}

Result<std::unique_ptr<Checkpoint>> Checkpoint::Open(const fs::path& folder,
                                                     const CheckpointOptions& options) {
  return CheckpointOpener(folder, options).Open();
}

}  // namespace nibble
