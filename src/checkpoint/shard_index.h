// model.safetensors.index.json: which shard each tensor lies in. Not trusted: shard names are plain
// file names, keys are unique, and the file is read as a stream of events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace nibble {

inline constexpr std::string_view kShardIndexName = "model.safetensors.index.json";
inline constexpr std::string_view kSingleShardName = "model.safetensors";
// Our limits: the largest real index (every linear of Pro in NVFP4) has 290,000 entries, 29 MB.
inline constexpr uint64_t kMaxIndexBytes = 64 << 20;
inline constexpr size_t kMaxIndexEntries = 1'500'000;
inline constexpr size_t kMaxShards = 10'000;

struct ShardIndex {
  struct Entry {
    std::string tensor;
    uint32_t shard;  // in `shards`
  };
  std::vector<std::string> shards;  // sorted
  std::vector<Entry> entries;       // as listed
  std::optional<uint64_t> total_size;
};

// Errors name the file, the field and what was expected.
Result<ShardIndex> LoadShardIndex(const std::filesystem::path& path);
Result<ShardIndex> ParseShardIndex(std::string_view text, std::string_view what);

// The text of an index with sorted entries. `entries` are tensor and shard names.
std::string ShardIndexText(std::vector<std::pair<std::string, std::string>> entries,
                           uint64_t total_size);

}  // namespace nibble
