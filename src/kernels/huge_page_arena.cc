#include "kernels/huge_page_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

namespace nibble {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLine = 64;

size_t RoundUp(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

Result<std::shared_ptr<std::byte>> Map(size_t bytes) {
  // One huge page more, so that the region can start on a huge page.
  const size_t mapped = bytes + kHugePage;
  void* p = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED)
    return IoError("no memory for {} bytes of weights; use a machine with more memory", bytes);
  const std::shared_ptr<void> owner(p, [mapped](void* begin) { munmap(begin, mapped); });
  const auto address = reinterpret_cast<uintptr_t>(p);
  auto* aligned = static_cast<std::byte*>(p) + (RoundUp(address, kHugePage) - address);
  madvise(aligned, bytes, MADV_HUGEPAGE);  // a wish: without it the arena is only slower
  return std::shared_ptr<std::byte>(owner, aligned);
}

}  // namespace

Result<std::shared_ptr<std::byte>> HugePageArena::Allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return InvalidInput("a weight of {} bytes is too large", bytes);
  bytes = RoundUp(std::max<size_t>(bytes, 1), kLine);
  const std::lock_guard lock(mutex_);
  if (bytes > left_) {
    const size_t want = RoundUp(std::max(bytes, region_bytes_), kHugePage);
    NIBBLE_ASSIGN(std::shared_ptr<std::byte> region, Map(want));
    // The open region has more room left: keep filling that one.
    if (want - bytes < left_) return region;
    next_ = std::move(region);
    left_ = want;
  }
  std::shared_ptr<std::byte> piece = next_;
  next_ = std::shared_ptr<std::byte>(next_, next_.get() + bytes);
  left_ -= bytes;
  return piece;
}

}  // namespace nibble
