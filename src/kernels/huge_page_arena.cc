#include "kernels/huge_page_arena.h"

#include <sys/mman.h>

#include <algorithm>

namespace nibble {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLine = 64;

size_t RoundUp(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

HugePageArena::~HugePageArena() {
  for (const Region& region : regions_) munmap(region.begin, region.bytes);
}

Result<std::byte*> HugePageArena::Allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return InvalidInput("a weight of {} bytes is too large", bytes);
  bytes = RoundUp(std::max<size_t>(bytes, 1), kLine);
  const std::lock_guard lock(mutex_);
  if (bytes > left_) {
    const size_t want = RoundUp(std::max(bytes, region_bytes_), kHugePage);
    // One huge page more, so that the region can start on a huge page.
    void* p = mmap(nullptr, want + kHugePage, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
      return IoError("no memory for {} bytes of weights; use a machine with more memory", want);
    regions_.push_back({static_cast<std::byte*>(p), want + kHugePage});
    const size_t begin = RoundUp(reinterpret_cast<size_t>(p), kHugePage);
    auto* aligned = static_cast<std::byte*>(p) + (begin - reinterpret_cast<size_t>(p));
    madvise(aligned, want, MADV_HUGEPAGE);  // a wish: without it the arena is only slower
    if (want - bytes < left_) {  // the open region has more room left: keep filling that one
      return aligned;
    }
    next_ = aligned;
    left_ = want;
  }
  std::byte* piece = next_;
  next_ += bytes;
  left_ -= bytes;
  return piece;
}

size_t HugePageArena::mapped_bytes() const {
  const std::lock_guard lock(mutex_);
  size_t sum = 0;
  for (const Region& region : regions_) sum += region.bytes;
  return sum;
}

}  // namespace nibble
