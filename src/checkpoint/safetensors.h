// Reading and writing one .safetensors file. The header is not trusted: every size is checked
// against the file and for overflow before anything is allocated; data is read with positional
// reads.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "checkpoint/safetensors_header.h"
#include "tensor/dtype.h"

namespace nibble {

// An opened file with its parsed header. Thread-safe for reading.
class SafetensorsFile {
 public:
  // Errors: everything of a malformed file, naming the file and the tensor.
  static Result<SafetensorsFile> Open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  Status CheckUnchanged() const { return file_.CheckUnchanged(); }
  uint64_t file_bytes() const { return file_.size_bytes(); }
  // In the order of their data.
  const std::vector<TensorInfo>& tensors() const { return header_.tensors; }
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
  // nullptr when absent.
  const TensorInfo* Find(std::string_view name) const;

  // Fills `out` (its size is what is read) from byte `offset` of the tensor's payload; beyond its
  // end is an error.
  Status Read(const TensorInfo& tensor, uint64_t offset, std::span<std::byte> out) const;
  // The whole payload.
  Result<std::vector<std::byte>> ReadAll(const TensorInfo& tensor) const;

 private:
  SafetensorsFile(InputFile file, SafetensorsHeader header)
      : file_(std::move(file)), header_(std::move(header)) {}
  InputFile file_;
  SafetensorsHeader header_;
};

// Writes one file tensor by tensor. All names, dtypes and shapes are given first (the header comes
// before the data); then each payload in any order; Commit checks that all bytes came. The file is
// invisible until Commit.
class SafetensorsWriter {
 public:
  struct Entry {
    std::string name;
    DType dtype;
    Shape shape;
  };
  // The data lies in the order of `entries`, without a gap. `metadata` becomes __metadata__;
  // {"format":"pt"} is added. A tensor named __metadata__ or twice is an error.
  static Result<SafetensorsWriter> Create(const std::filesystem::path& path,
                                          const std::vector<Entry>& entries,
                                          const std::map<std::string, std::string>& metadata = {});
  uint64_t file_bytes() const { return file_bytes_; }
  // `index` counts entries; `data` goes to `offset` of the payload. Distinct ranges may be written
  // from several threads; no byte may be written twice.
  Status Write(size_t index, uint64_t offset, std::span<const std::byte> data);
  Status Write(size_t index, std::span<const std::byte> data) { return Write(index, 0, data); }
  Status Commit();

 private:
  explicit SafetensorsWriter(AtomicFile file) : file_(std::move(file)) {}
  AtomicFile file_;
  std::string head_;              // length prefix, header and padding
  std::vector<uint64_t> begins_;  // file offsets; one more than entries, the last is file_bytes_
  uint64_t file_bytes_ = 0;
  std::unique_ptr<std::atomic<uint64_t>> written_bytes_;
};

}  // namespace nibble
