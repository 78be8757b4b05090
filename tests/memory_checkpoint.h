// A small checkpoint in memory, for tests that change one and write it back.
#pragma once

#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "checkpoint/safetensors.h"

namespace nibble {

struct MemoryTensor {
  std::string name;
  DType dtype = DType::kU8;
  Shape shape;
  std::vector<std::byte> bytes;

  std::span<const uint8_t> u8() const {
    return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
  }
};

struct MemoryCheckpoint {
  std::map<std::string, std::vector<MemoryTensor>> shards;  // by file name
  json::Value config;

  static MemoryCheckpoint Load(const std::filesystem::path& folder) {
    MemoryCheckpoint out;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".safetensors") continue;
      const SafetensorsFile file = std::move(SafetensorsFile::Open(entry.path())).value();
      auto& tensors = out.shards[entry.path().filename().string()];
      for (const TensorInfo& t : file.tensors())
        tensors.push_back({t.name, t.dtype, t.shape, std::move(file.ReadAll(t)).value()});
    }
    out.config = json::ParseFile((folder / "config.json").string(), 1 << 20).value();
    return out;
  }

  void Save(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder);
    json::Object weight_map;
    uint64_t total = 0;
    for (const auto& [file_name, tensors] : shards) {
      std::vector<SafetensorsWriter::Entry> entries;
      for (const MemoryTensor& t : tensors) {
        entries.push_back({t.name, t.dtype, t.shape});
        weight_map.emplace_back(t.name, file_name);
        total += t.bytes.size();
      }
      SafetensorsWriter writer =
          std::move(SafetensorsWriter::Create(folder / file_name, entries)).value();
      for (size_t i = 0; i < tensors.size(); ++i)
        NIBBLE_CHECK(writer.Write(i, tensors[i].bytes).ok(), "write");
      NIBBLE_CHECK(writer.Commit().ok(), "commit");
    }
    const json::Value index = json::Object{{"metadata", json::Object{{"total_size", total}}},
                                           {"weight_map", std::move(weight_map)}};
    NIBBLE_CHECK(
        WriteFileAtomically(folder / "model.safetensors.index.json", json::Dump(index)).ok(),
        "index");
    NIBBLE_CHECK(WriteFileAtomically(folder / "config.json", json::Dump(config)).ok(), "config");
  }

  MemoryTensor* Find(const std::string& name) {
    for (auto& [file, tensors] : shards) {
      for (MemoryTensor& t : tensors) {
        if (t.name == name) return &t;
      }
    }
    return nullptr;
  }
  MemoryTensor& At(const std::string& name) {
    MemoryTensor* tensor = Find(name);
    NIBBLE_CHECK(tensor != nullptr, name.c_str());
    return *tensor;
  }
  size_t tensor_count() const {
    size_t count = 0;
    for (const auto& [file, tensors] : shards) count += tensors.size();
    return count;
  }
};

// A folder that is removed at the end of a test.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nibble-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace nibble
