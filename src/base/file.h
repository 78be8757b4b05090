// Files: positional reads of files that nothing is assumed about, and the crash-safe way to write
// one. Objects of these classes may be read from several threads at once (pread); writing is one
// thread's business.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"

namespace nibble {

// What tells one state of a file from another.
struct FileIdentity {
  uint64_t device = 0, inode = 0, size_bytes = 0;
  int64_t changed_s = 0, changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

// A regular file opened for reading; closed by the destructor. Never memory-mapped: a file that is
// cut short while we read it must give an error, not a signal.
class InputFile {
 public:
  // Errors: no such file, permission denied, not a regular file (folders, devices and FIFOs are
  // refused unopened-ly: a FIFO does not block).
  static Result<InputFile> Open(const std::filesystem::path& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  uint64_t size_bytes() const { return identity_.size_bytes; }
  const std::filesystem::path& path() const { return path_; }
  int fd() const { return fd_; }

  // Fills `out` from `offset`. A short read is an error that names the offset ("truncated?").
  Status ReadAt(uint64_t offset, std::span<std::byte> out) const;

  // Error: the path holds another file than the one that was opened, or that has been written to.
  Status CheckUnchanged() const;

 private:
  InputFile(int fd, FileIdentity identity, std::filesystem::path path);
  int fd_ = -1;
  FileIdentity identity_;
  std::filesystem::path path_;
};

// Whether something is there; no for what cannot be looked at (a loop of links, a name too long).
bool PathExists(const std::filesystem::path& path);

// A symbolic link may stand for a file of its own folder, not for one elsewhere: a folder from
// outside must not make us read, or copy into an output, what lies beside it. Fine for what is no
// link. Errors: a link that leaves its folder, a link to nothing.
Status CheckLinkStays(const std::filesystem::path& file);

// The whole file as text; refused when larger than `max_bytes`.
Result<std::string> ReadSmallFile(const std::filesystem::path& path, uint64_t max_bytes);

// Writes one file so that at every instant the file under its final name is complete: a temporary
// ".nibble-tmp.<name>.<pid>" beside it (O_EXCL, O_NOFOLLOW), space reserved, full-length writes,
// fsync, close checked, rename, fsync of the folder. Destroying an uncommitted file removes the
// temporary.
class AtomicFile {
 public:
  // `expected_bytes` > 0 reserves the space at once, so that a full disk is an early error.
  static Result<AtomicFile> Create(const std::filesystem::path& final_path,
                                   uint64_t expected_bytes);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  // Writes all of `data` at `offset` (loops over short writes and EINTR).
  Status WriteAt(uint64_t offset, std::span<const std::byte> data);
  // Makes the file durable and visible under its final name. `size_bytes` is what the file must
  // measure, `head` what its first bytes must read back as.
  Status Commit(uint64_t size_bytes, std::span<const std::byte> head = {});

 private:
  AtomicFile() = default;
  Status CheckHead(std::span<const std::byte> head) const;
  int fd_ = -1;
  std::filesystem::path final_path_;
  std::filesystem::path temporary_path_;
};

// Before long work: can `path` be written when it is done? Errors: it exists (not with
// `overwrite`), it is no regular file, its folder is missing or may not be written.
Status CheckNewFile(const std::filesystem::path& path, bool overwrite);

// AtomicFile for small texts.
Status WriteFileAtomically(const std::filesystem::path& path, std::string_view text);

}  // namespace nibble
