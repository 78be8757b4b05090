// An advisory lock on an output folder: one writer at a time. It dies with its owner.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace nibble {

inline constexpr const char* kLockFileName = ".nibble-lock";

class FolderLock {
 public:
  // Takes the lock with a file ".nibble-lock" that holds pid and host. Error: another process holds
  // it (with its pid and host), or the folder is not writable.
  static Result<FolderLock> Take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();  // removes the file

 private:
  FolderLock(int fd, std::filesystem::path path);
  int fd_ = -1;
  std::filesystem::path path_;
};

}  // namespace nibble
