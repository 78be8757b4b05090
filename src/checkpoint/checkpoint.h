// An opened checkpoint folder: config, shard index, every tensor's place, and the form each module
// is stored in (decided per module by what is there, never by one global field). Thread-safe for
// reading.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/catalogue.h"
#include "checkpoint/config.h"
#include "checkpoint/name_index.h"
#include "checkpoint/safetensors.h"

namespace nibble {

// A stored tensor, or the part of one that belongs to a module: an expert of a fused stack is a
// range of the stack's bytes.
struct StoredTensor {
  const TensorInfo* info = nullptr;  // the tensor in its file; null: absent
  const SafetensorsFile* file = nullptr;
  uint64_t offset = 0;  // of this part in the tensor's payload
  uint64_t bytes = 0;
  Shape shape;  // of this part

  explicit operator bool() const { return info != nullptr; }
  DType dtype() const { return info->dtype; }
  // Fills `out` from byte `offset` of this part; beyond its end is an error.
  Status Read(uint64_t offset_in_part, std::span<std::byte> out) const;
  Result<std::vector<std::byte>> ReadAll() const;
};

// A module as it is stored: absent members are empty.
struct StoredModule {
  Module module;
  Form form = Form::kBF16;
  StoredTensor weight;
  StoredTensor scale;  // FP8 and MXFP4 block scales (E8M0 or F32), or NVFP4's weight_scale (E4M3)
  StoredTensor tensor_scale;  // NVFP4 weight_scale_2
  StoredTensor input_scale;   // NVFP4 input_scale; may be absent
};

struct CheckpointOptions {
  // Shards and index may be symbolic links that leave the folder, as in a model cache.
  bool follow_symlinks = false;
  // For commands that write a checkpoint from this one: what a reader is only warned of (tensors
  // that the index lacks, shard names that differ in case alone) is an error.
  bool strict = false;
};

class Checkpoint {
 public:
  // Opens every shard, checks index against shards and each known tensor's dtype and shape against
  // the config. Modules may be missing: see Missing.
  static Result<std::unique_ptr<Checkpoint>> Open(const std::filesystem::path& folder,
                                                  const CheckpointOptions& options = {});

  const std::filesystem::path& folder() const { return folder_; }
  const ModelConfig& config() const { return config_; }
  Names names() const { return names_; }
  const std::vector<std::unique_ptr<SafetensorsFile>>& shards() const { return shards_; }
  uint64_t tensor_count() const { return tensors_.size(); }
  uint64_t tensor_bytes() const { return tensor_bytes_; }

  // By full tensor name; nullopt when absent.
  std::optional<StoredTensor> Find(std::string_view tensor_name) const;
  // A module by role; an error that names the missing tensor when it is not (wholly) there.
  Result<StoredModule> FindModule(Role role, int32_t layer = -1, int32_t expert = -1) const;
  bool HasModule(Role role, int32_t layer = -1, int32_t expert = -1) const;
  // Any tensor of a block under mtp.*?
  bool has_mtp() const { return has_mtp_; }

  // Names of the modules that the config asks for and the files lack, at most `limit`;
  // `with_mtp` counts the blocks under mtp.* too. Empty: complete.
  std::vector<std::string> Missing(bool with_mtp, size_t limit) const;

  // One tensor of all shards, in the order of shards and data.
  struct Tensor {
    const TensorInfo* info = nullptr;
    uint32_t shard = 0;
    std::optional<ResolvedName> name;  // nullopt: unknown to the catalogue
  };
  const std::vector<Tensor>& tensors() const { return tensors_; }

  // Things that are odd but not wrong (a stale total_size, unknown tensors): one sentence each.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  friend class CheckpointOpener;
  static constexpr uint32_t kAbsent = ~uint32_t{0};
  // The four parts of a module as positions in tensors_.
  struct Slot {
    uint32_t parts[4] = {kAbsent, kAbsent, kAbsent, kAbsent};
  };

  Checkpoint() = default;
  // The module's place in slots_; nullopt when the config has no such module.
  std::optional<size_t> SlotOf(Role role, int32_t layer, int32_t expert) const;
  std::string_view NameAt(uint32_t position) const { return tensors_[position].info->name; }
  Result<StoredTensor> PartOf(const Module& module, uint32_t position, Part part) const;
  Result<StoredModule> Assemble(const Module& module, const Slot& slot) const;

  std::filesystem::path folder_;
  ModelConfig config_;
  Names names_ = Names::kOfficial;
  std::vector<std::unique_ptr<SafetensorsFile>> shards_;
  std::vector<Tensor> tensors_;
  NameIndex by_name_;
  std::vector<Slot> slots_;
  uint64_t tensor_bytes_ = 0;
  bool has_mtp_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace nibble
