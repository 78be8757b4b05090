// Broken checkpoints for tests: a copy of a folder in which the bytes of single tensors are
// changed. Names, dtypes and shapes stay, so that the copy still loads.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "checkpoint/safetensors.h"

namespace nibble {

class BrokenCheckpoint {
 public:
  using Bytes = std::vector<std::byte>;

  // Copies `from`, whose shards are plain files, to the new folder `to`.
  BrokenCheckpoint(const std::filesystem::path& from, const std::filesystem::path& to) : to_(to) {
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
    for (const auto& entry : std::filesystem::directory_iterator(to)) {
      std::filesystem::permissions(entry, std::filesystem::perms::owner_all);
      if (entry.path().extension() == ".safetensors") shards_.push_back(entry.path());
    }
  }

  const std::filesystem::path& path() const { return to_; }

  Bytes Read(const std::string& tensor) const {
    Bytes bytes;
    Visit(tensor, [&](const SafetensorsFile& file, const TensorInfo& info) {
      bytes = file.ReadAll(info).value();
    });
    return bytes;
  }

  void Write(const std::string& tensor, const Bytes& bytes) const {
    Visit(tensor, [&](const SafetensorsFile& file, const TensorInfo& info) {
      ASSERT_EQ(bytes.size(), info.bytes) << tensor;
      std::fstream stream(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      stream.seekp(static_cast<std::streamoff>(info.begin));
      stream.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
      ASSERT_TRUE(stream.flush().good()) << file.path();
    });
  }

  void Edit(const std::string& tensor, const std::function<void(Bytes&)>& edit) const {
    Bytes bytes = Read(tensor);
    edit(bytes);
    Write(tensor, bytes);
  }

  // `tensor` gets the bytes of another tensor of the same size.
  void Copy(const std::string& from, const std::string& tensor) const { Write(tensor, Read(from)); }

 private:
  void Visit(const std::string& tensor,
             const std::function<void(const SafetensorsFile&, const TensorInfo&)>& use) const {
    for (const auto& shard : shards_) {
      const auto file = SafetensorsFile::Open(shard);
      ASSERT_TRUE(file.ok()) << file.error().message();
      if (const TensorInfo* info = file->Find(tensor)) return use(*file, *info);
    }
    FAIL() << "no tensor " << tensor << " in " << to_;
  }

  std::filesystem::path to_;
  std::vector<std::filesystem::path> shards_;
};

}  // namespace nibble
