#include "base/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.h"

namespace nibble {
namespace {

std::string Owner(int fd) {
  char text[200];
  const ssize_t n = ::pread(fd, text, sizeof(text), 0);
  return n > 0 ? Escape(std::string_view(text, static_cast<size_t>(n))) : "another process";
}

// Whether `path` still names the open file: its last owner may have removed it meanwhile.
bool IsCurrent(int fd, const std::filesystem::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

Result<FolderLock> FolderLock::Take(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kLockFileName;
  while (true) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0) {
      return IoError("{}: cannot be created: {}", Escape(path.string(), 400),
                     std::error_code(errno, std::generic_category()).message());
    }
    FolderLock lock(fd, path);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) {
        return IoError("{}: cannot be locked: {}", Escape(folder.string(), 400),
                       std::error_code(errno, std::generic_category()).message());
      }
      Error error = AlreadyExists("{}: locked by {}", Escape(folder.string(), 400), Owner(fd));
      ::close(std::exchange(lock.fd_, -1));  // not ours to remove
      return error;
    }
    if (!IsCurrent(fd, path)) {
      ::close(std::exchange(lock.fd_, -1));
      continue;
    }
    char host[256] = "unknown";
    ::gethostname(host, sizeof(host) - 1);
    const std::string text = fmt::format("pid {} on host {}", ::getpid(), host);
    // Only a hint for others: the lock itself is what counts.
    [[maybe_unused]] const bool written =
        ::ftruncate(fd, 0) == 0 && ::pwrite(fd, text.data(), text.size(), 0) > 0;
    return lock;
  }
}

FolderLock::FolderLock(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

FolderLock::~FolderLock() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());
  ::close(fd_);
}

}  // namespace nibble
