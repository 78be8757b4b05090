// Memory for weights: large regions that ask the kernel for huge pages, handed out piece by piece
// and freed together. A matrix-vector product reads each byte once, so with 4 KiB pages it would
// wait for address translation as much as for memory.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "base/error.h"

namespace nibble {

// Thread-safe. Pieces live as long as the arena.
class HugePageArena {
 public:
  // `region_bytes`: how much is mapped at a time; larger pieces get a region of their own.
  explicit HugePageArena(size_t region_bytes = size_t{64} << 20) : region_bytes_(region_bytes) {}
  ~HugePageArena();
  HugePageArena(const HugePageArena&) = delete;
  HugePageArena& operator=(const HugePageArena&) = delete;

  // Zeroed memory, aligned to 64 bytes. Error when the system has none.
  Result<std::byte*> Allocate(size_t bytes);
  size_t mapped_bytes() const;

 private:
  struct Region {
    std::byte* begin;
    size_t bytes;
  };
  mutable std::mutex mutex_;
  size_t region_bytes_;
  std::vector<Region> regions_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace nibble
