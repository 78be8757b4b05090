#include "base/unfinished_folder.h"

#include <system_error>

#include "base/text.h"

namespace nibble {

namespace fs = std::filesystem;

UnfinishedFolder::~UnfinishedFolder() {
  std::error_code ignored;
  if (!complete_) {
    for (; !made_.empty() && made_.back() != path_; made_.pop_back())
      fs::remove(made_.back(), ignored);
  }
  lock_.reset();
  // Only a folder that this run made is left in the list; it goes when nothing else lies in it.
  if (!complete_ && !made_.empty()) fs::remove(path_, ignored);
}

Status UnfinishedFolder::MakeFolder(const fs::path& path) {
  std::error_code error;
  if (!fs::create_directory(path, error)) {
    if (!error) error = std::make_error_code(std::errc::file_exists);
    return IoError("{}: cannot be created: {}", Escape(path.string(), 400), error.message());
  }
  Wrote(path);
  return {};
}

Status UnfinishedFolder::Lock() {
  NIBBLE_ASSIGN(FolderLock lock, FolderLock::Take(path_));
  lock_.emplace(std::move(lock));
  return {};
}

void UnfinishedFolder::Wrote(fs::path file) {
  const std::lock_guard lock(mutex_);
  made_.push_back(std::move(file));
}

}  // namespace nibble
