// A folder while it is written: held against other writers, and taken back unless it is completed.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/folder_lock.h"

namespace nibble {

// Until Complete, its end undoes what this run made: files and folders in reverse order while the
// lock is held, the folder itself, if this run made it and nothing else lies in it, after it.
class UnfinishedFolder {
 public:
  explicit UnfinishedFolder(std::filesystem::path path) : path_(std::move(path)) {}
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;
  ~UnfinishedFolder();

  const std::filesystem::path& path() const { return path_; }
  // Creates the folder or one below it. Errors: exists already, no parent, not writable.
  Status MakeFolder(const std::filesystem::path& path);
  // Error: those of FolderLock.
  Status Lock();
  // A file now stands under its final name. From any thread.
  void Wrote(std::filesystem::path file);
  void Complete() { complete_ = true; }

 private:
  const std::filesystem::path path_;
  std::optional<FolderLock> lock_;
  bool complete_ = false;
  std::mutex mutex_;
  std::vector<std::filesystem::path> made_;  // files and folders, in order
};

}  // namespace nibble
