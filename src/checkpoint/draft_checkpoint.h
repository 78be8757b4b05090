// For tests: checkpoints of zeros in any form, and the fixture that writes and opens them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/shard_index.h"
#include "golden.h"
#include "temp_folder.h"
#include "tiny_model.h"

namespace nibble {

// A checkpoint to be written: config text and tensors of zeros, in one shard with an index.
struct Draft {
  std::string config;
  std::vector<SafetensorsWriter::Entry> tensors;

  SafetensorsWriter::Entry* Find(const std::string& name) {
    const auto it =
        std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
    return it == tensors.end() ? nullptr : &*it;
  }
  void Erase(const std::string& name) {
    std::erase_if(tensors, [&](const auto& t) { return t.name == name; });
  }
};

inline ModelConfig TinyConfig() { return LoadModelConfig(TestData("v4_tiny")).value(); }

// The tiny model with each module in the form that `form_of` says; nullopt leaves it out.
inline Draft TinyDraft(Names names,
                       const std::function<std::optional<Form>(const Module&)>& form_of) {
  const ModelConfig config = TinyConfig();
  Draft draft{ReadSmallFile(TestData("v4_tiny/config.json"), 1 << 20).value(), {}};
  for (const Module& m : ModulesOf(config)) {
    const auto form = form_of(m);
    if (!form) continue;
    for (const NamedTensor& t : TensorsOf(m, *form, names, config))
      draft.tensors.push_back({t.name, t.dtype, t.shape});
  }
  return draft;
}
inline std::optional<Form> Native(const Module& m) { return RowOf(m.role).native; }
inline Draft NativeDraft() { return TinyDraft(Names::kOfficial, Native); }

inline void WriteShard(const std::filesystem::path& path,
                       const std::vector<SafetensorsWriter::Entry>& tensors) {
  auto writer = SafetensorsWriter::Create(path, tensors);
  ASSERT_TRUE(writer.ok()) << writer.error().message();
  for (size_t i = 0; i < tensors.size(); ++i) {
    const std::vector<std::byte> zeros(ByteCount(tensors[i].dtype, tensors[i].shape).value());
    ASSERT_TRUE(writer->Write(i, zeros).ok());
  }
  ASSERT_TRUE(writer->Commit().ok());
}

class CheckpointTest : public testing::Test {
 protected:
  // Writes the draft and opens it.
  Result<std::unique_ptr<Checkpoint>> Open(const Draft& draft,
                                           const CheckpointOptions& options = {}) {
    folder_.Write("config.json", draft.config);
    WriteShard(folder_.path() / "model.safetensors", draft.tensors);
    return Checkpoint::Open(folder_.path(), options);
  }
  std::string ErrorOf(const Draft& draft) {
    const auto checkpoint = Open(draft);
    return checkpoint.ok() ? "" : checkpoint.error().message();
  }
  // The tiny checkpoint as files that a test may change: config, index, three shards.
  void CopyTiny() { std::filesystem::copy(TinyModelFolder(), folder_.path()); }
  std::string OpenError(const CheckpointOptions& options = {}) {
    const auto checkpoint = Checkpoint::Open(folder_.path(), options);
    return checkpoint.ok() ? "" : checkpoint.error().message();
  }
  void WriteIndex(const std::string& text) { folder_.Write(std::string(kShardIndexName), text); }
  // The true index with the shard of one tensor replaced.
  std::string IndexWith(const std::string& tensor, const std::string& shard) {
    const ShardIndex index = LoadShardIndex(TinyModelFolder() / kShardIndexName).value();
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& e : index.entries)
      entries.emplace_back(e.tensor, e.tensor == tensor ? shard : index.shards[e.shard]);
    if (!tensor.empty() && shard.empty())
      std::erase_if(entries, [&](const auto& e) { return e.first == tensor; });
    return ShardIndexText(entries, *index.total_size);
  }
  TempFolder folder_;
};

}  // namespace nibble
