#include "model/tensor_memory.h"

#include <algorithm>
#include <bit>
#include <new>

namespace nibble {
namespace {

constexpr std::align_val_t kLine{64};

// Eight sizes an octave, so that steps of nearly equal lengths share their blocks.
int64_t RoundedUp(int64_t bytes) {
  const auto wanted = static_cast<uint64_t>(std::max<int64_t>(bytes, 512));
  const uint64_t unit = std::bit_floor(wanted) / 8;
  return static_cast<int64_t>((wanted + unit - 1) / unit * unit);
}

void Free(uint8_t* block) { ::operator delete(block, kLine); }

}  // namespace

TensorMemory::FreeBlocks::~FreeBlocks() {
  for (const auto& [bytes, block] : blocks) Free(block);
}

void TensorMemory::FreeBlocks::GiveBack(uint8_t* block, int64_t bytes) {
  used_bytes -= bytes;
  if (used_bytes + kept_bytes + bytes > most_used_bytes) return Free(block);
  blocks.emplace(bytes, block);
  kept_bytes += bytes;
}

void TensorMemory::FreeBlocks::DropFor(int64_t bytes) {
  while (!blocks.empty() && used_bytes + kept_bytes + bytes > most_used_bytes) {
    const auto largest = std::prev(blocks.end());
    kept_bytes -= largest->first;
    Free(largest->second);
    blocks.erase(largest);
  }
}

std::shared_ptr<uint8_t[]> TensorMemory::Allocate(int64_t bytes) {
  const int64_t size = RoundedUp(bytes);
  uint8_t* block = nullptr;
  if (const auto it = free_->blocks.find(size); it != free_->blocks.end()) {
    block = it->second;
    free_->blocks.erase(it);
    free_->kept_bytes -= size;
  } else {
    free_->DropFor(size);
    block = static_cast<uint8_t*>(::operator new(static_cast<size_t>(size), kLine));
  }
  free_->used_bytes += size;
  free_->most_used_bytes = std::max(free_->most_used_bytes, free_->used_bytes);
  return {block, [free = free_, size](uint8_t* p) { free->GiveBack(p, size); }};
}

}  // namespace nibble
