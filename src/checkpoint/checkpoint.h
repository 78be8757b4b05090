// An opened checkpoint folder: config, shard index, every tensor's place, and the form each module
// is stored in (decided per module by what is there, never by one global field). Thread-safe for
// reading.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "checkpoint/catalogue.h"
#include "checkpoint/config.h"
#include "checkpoint/safetensors.h"

namespace nibble {

// One tensor of the checkpoint and the shard it lies in.
struct StoredTensor {
  const TensorInfo* info = nullptr;
  const SafetensorsFile* file = nullptr;
  Status Read(uint64_t offset, std::span<std::byte> out) const {
    return file->Read(*info, offset, out);
  }
  Result<std::vector<std::byte>> ReadAll() const { return file->ReadAll(*info); }
};

// A module as it is stored: absent members are null.
struct StoredModule {
  Module module;
  Form form = Form::kBF16;
  StoredTensor weight;
  StoredTensor scale;  // FP8 and MXFP4 block scales (E8M0 or F32), or NVFP4's weight_scale (E4M3)
  StoredTensor tensor_scale;  // NVFP4 weight_scale_2
  StoredTensor input_scale;   // NVFP4 input_scale
};

class Checkpoint {
 public:
  // Opens every shard, checks index against shards and each known tensor's dtype and shape against
  // the config.
  static Result<std::unique_ptr<Checkpoint>> Open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  const ModelConfig& config() const { return config_; }
  Names names() const { return names_; }
  const std::vector<std::unique_ptr<SafetensorsFile>>& shards() const { return shards_; }
  uint64_t tensor_count() const;
  uint64_t tensor_bytes() const;

  // By full tensor name; nullopt when absent.
  std::optional<StoredTensor> Find(std::string_view tensor_name) const;
  // A module by role; an error that names the missing tensor when it is not (wholly) there.
  Result<StoredModule> FindModule(Role role, int32_t layer = -1, int32_t expert = -1) const;

  // Things that are odd but not wrong (a stale total_size, unknown tensors): one sentence each.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  Checkpoint() = default;
  std::filesystem::path folder_;
  ModelConfig config_;
  Names names_ = Names::kOfficial;
  std::vector<std::unique_ptr<SafetensorsFile>> shards_;
  std::unordered_map<std::string_view, StoredTensor> by_name_;
  std::vector<std::string> warnings_;
};

}  // namespace nibble
