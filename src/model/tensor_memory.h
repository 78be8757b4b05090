// Memory for the tensors of a step. A step allocates the same sizes as the one before, and for
// large ones the system would clear new pages each time, which costs more than many operations; so
// what a step lets go of is kept for the next. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

namespace nibble {

class TensorMemory {
 public:
  TensorMemory() : free_(std::make_shared<FreeBlocks>()) {}
  // At least `bytes`, aligned to 64, with any content. May outlive this object.
  std::shared_ptr<uint8_t[]> Allocate(int64_t bytes);
  // Kept for later. Together with what is in use never more than was in use at once so far.
  int64_t kept_bytes() const { return free_->kept_bytes; }

 private:
  struct FreeBlocks {
    std::multimap<int64_t, uint8_t*> blocks;  // by size
    int64_t kept_bytes = 0;
    int64_t used_bytes = 0;
    int64_t most_used_bytes = 0;

    ~FreeBlocks();
    // Makes room for a new block, the largest kept ones first.
    void DropFor(int64_t bytes);
    void GiveBack(uint8_t* block, int64_t bytes);
  };
  std::shared_ptr<FreeBlocks> free_;
};

}  // namespace nibble
