#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/text.h"

namespace nibble {
namespace {

std::string Shown(const std::filesystem::path& path) { return Escape(path.string(), 400); }

std::string Reason(int error_number) {
  return std::error_code(error_number, std::generic_category()).message();
}

FileIdentity IdentityOf(const struct stat& info) {
  return {info.st_dev, info.st_ino, static_cast<uint64_t>(info.st_size), info.st_mtim.tv_sec,
          info.st_mtim.tv_nsec};
}

}  // namespace

InputFile::InputFile(int fd, FileIdentity identity, std::filesystem::path path)
    : fd_(fd), identity_(identity), path_(std::move(path)) {}

InputFile::InputFile(InputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      identity_(other.identity_),
      path_(std::move(other.path_)) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(identity_, other.identity_);
  std::swap(path_, other.path_);
  return *this;
}

InputFile::~InputFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<InputFile> InputFile::Open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO without a writer must not hang; it has no effect on regular files.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const int e = errno;
    if (e == ENOENT) return NotFound("{}: no such file", Shown(path));
    if (e == ENXIO) return InvalidInput("{}: not a regular file", Shown(path));  // a socket
    return IoError("{}: cannot be opened: {}", Shown(path), Reason(e));
  }
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return InvalidInput("{}: not a regular file", Shown(path));
  }
  return InputFile(fd, IdentityOf(info), path);
}

Status InputFile::CheckUnchanged() const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) == 0 && IdentityOf(info) == identity_) return {};
  return IoError("{}: changed while it was read; run again when nobody writes to it", Shown(path_));
}

Status InputFile::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n =
        ::pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      return IoError("{}: cannot read at byte {}: {}", Shown(path_), offset + done, Reason(errno));
    if (n == 0) {
      return IoError("{}: short read at byte {}: {} bytes are missing (truncated file?)",
                     Shown(path_), offset + done, out.size() - done);
    }
    done += static_cast<size_t>(n);
  }
  return {};
}

bool PathExists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Status CheckLinkStays(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_symlink(file, error)) return {};
  const fs::path target = fs::canonical(file, error);
  if (error) return NotFound("{}: a symbolic link to nothing", Shown(file));
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (target.parent_path() == fs::canonical(folder, error)) return {};
  return InvalidInput(
      "{}: escapes the model folder by a symbolic link; --follow-symlinks allows it (a model cache "
      "is made of such links)",
      Shown(file));
}

Result<std::string> ReadSmallFile(const std::filesystem::path& path, uint64_t max_bytes) {
  NIBBLE_ASSIGN(const InputFile file, InputFile::Open(path));
  if (file.size_bytes() > max_bytes) {
    return InvalidInput("{}: {} bytes, over the limit of {} for this kind of file", Shown(path),
                        file.size_bytes(), max_bytes);
  }
  std::string text(file.size_bytes(), '\0');
  NIBBLE_TRY(file.ReadAt(0, std::as_writable_bytes(std::span(text))));
  return text;
}

Result<AtomicFile> AtomicFile::Create(const std::filesystem::path& final_path,
                                      uint64_t expected_bytes) {
  AtomicFile file;
  file.final_path_ = final_path;
  constexpr size_t kNamePart = 200;  // the whole must fit into the 255 bytes of a name
  const std::string name = ".nibble-tmp." + final_path.filename().string().substr(0, kNamePart) +
                           "." + std::to_string(::getpid());
  file.temporary_path_ = final_path.parent_path() / name;
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file.fd_ = ::open(file.temporary_path_.c_str(), flags, 0644);
  if (file.fd_ < 0)
    return IoError("{}: cannot be created: {}", Shown(file.temporary_path_), Reason(errno));
  if (expected_bytes > 0) {
    const int e = ::posix_fallocate(file.fd_, 0, static_cast<off_t>(expected_bytes));
    if (e != 0) {
      return IoError("{}: cannot reserve {}: {}", Shown(final_path),
                     HumanBytes(static_cast<double>(expected_bytes)), Reason(e));
    }
  }
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      final_path_(std::move(other.final_path_)),
      temporary_path_(std::move(other.temporary_path_)) {}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_path_.c_str());
}

Status AtomicFile::WriteAt(uint64_t offset, std::span<const std::byte> data) {
  size_t done = 0;
  while (done < data.size()) {
    const ssize_t n =
        ::pwrite(fd_, data.data() + done, data.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return IoError("{}: cannot write {} bytes at {}: {}", Shown(final_path_), data.size() - done,
                     offset + done, Reason(errno));
    }
    done += static_cast<size_t>(n);
  }
  return {};
}

Status AtomicFile::CheckHead(std::span<const std::byte> head) const {
  std::vector<std::byte> found(head.size());
  size_t done = 0;
  while (done < found.size()) {
    const ssize_t n =
        ::pread(fd_, found.data() + done, found.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  if (std::equal(head.begin(), head.end(), found.begin())) return {};
  return IoError("{}: reads back other bytes than were written (a failing disk?)",
                 Shown(final_path_));
}

Status AtomicFile::Commit(uint64_t size_bytes, std::span<const std::byte> head) {
  // A failed fsync is never repeated: the kernel may have dropped the pages and would report
  // success the second time.
  if (::fsync(fd_) != 0)
    return IoError("{}: cannot be made durable: {}", Shown(final_path_), Reason(errno));
  struct stat info {};
  if (::fstat(fd_, &info) != 0 || static_cast<uint64_t>(info.st_size) != size_bytes) {
    return IoError("{}: measures {} bytes after writing, expected {}", Shown(final_path_),
                   info.st_size, size_bytes);
  }
  NIBBLE_TRY(CheckHead(head));
  const int fd = std::exchange(fd_, -1);
  if (::close(fd) != 0) {
    const int e = errno;
    ::unlink(temporary_path_.c_str());
    return IoError("{}: cannot be closed: {}", Shown(final_path_), Reason(e));
  }
  if (::rename(temporary_path_.c_str(), final_path_.c_str()) != 0) {
    const int e = errno;
    ::unlink(temporary_path_.c_str());
    return IoError("{}: cannot be renamed into place: {}", Shown(final_path_), Reason(e));
  }
  const std::filesystem::path folder =
      final_path_.has_parent_path() ? final_path_.parent_path() : ".";
  const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd < 0) return IoError("{}: cannot be opened: {}", Shown(folder), Reason(errno));
  const int synced = ::fsync(folder_fd);
  const int e = errno;
  ::close(folder_fd);
  if (synced != 0) return IoError("{}: cannot be made durable: {}", Shown(folder), Reason(e));
  return {};
}

Status CheckNewFile(const std::filesystem::path& path, bool overwrite) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (fs::exists(status)) {
    if (!fs::is_regular_file(status))
      return AlreadyExists("{}: exists and is not a regular file", Shown(path));
    if (!overwrite) return AlreadyExists("{}: exists; --overwrite replaces it", Shown(path));
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error))
    return NotFound("{}: there is no folder {}", Shown(path), Shown(folder));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return IoError("{}: cannot be created in {}: {}", Shown(path), Shown(folder), Reason(errno));
  return {};
}

Status WriteFileAtomically(const std::filesystem::path& path, std::string_view text) {
  NIBBLE_ASSIGN(AtomicFile file, AtomicFile::Create(path, text.size()));
  NIBBLE_TRY(file.WriteAt(0, std::as_bytes(std::span(text.data(), text.size()))));
  return file.Commit(text.size());
}

}  // namespace nibble
