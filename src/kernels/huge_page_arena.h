// Memory for weights: large regions that ask the kernel for huge pages, handed out piece by piece.
// A matrix-vector product reads each byte once, so with 4 KiB pages it would wait for address
// translation as much as for memory.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

#include "base/error.h"

namespace nibble {

// Thread-safe. A region is returned to the system when its last piece and the arena have let go.
class HugePageArena {
 public:
  // `region_bytes`: how much is mapped at a time; larger pieces get a region of their own.
  explicit HugePageArena(size_t region_bytes = size_t{64} << 20) : region_bytes_(region_bytes) {}

  // Zeroed memory, aligned to 64 bytes. Error when the system has none.
  Result<std::shared_ptr<std::byte>> Allocate(size_t bytes);

 private:
  std::mutex mutex_;
  size_t region_bytes_;
  std::shared_ptr<std::byte> next_;  // in the open region
  size_t left_ = 0;
};

}  // namespace nibble
