#include "model/tensor_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace nibble {
namespace {

TEST(TensorMemory, ABlockThatWasLetGoIsUsedAgain) {
  TensorMemory memory;
  auto a = memory.Allocate(1 << 20);
  const uint8_t* address = a.get();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(address) % 64, 0u);
  EXPECT_EQ(memory.kept_bytes(), 0);
  a.reset();
  EXPECT_EQ(memory.kept_bytes(), 1 << 20);
  // A size that rounds to the same block.
  const auto b = memory.Allocate((1 << 20) - 1000);
  EXPECT_EQ(b.get(), address);
  EXPECT_EQ(memory.kept_bytes(), 0);
}

TEST(TensorMemory, NothingInUseIsHandedOutTwice) {
  TensorMemory memory;
  std::vector<std::shared_ptr<uint8_t[]>> blocks;
  for (int i = 0; i < 50; ++i) {
    const int64_t bytes = 1 + i * i * 37;
    blocks.push_back(memory.Allocate(bytes));
    std::memset(blocks.back().get(), i, static_cast<size_t>(bytes));
    if (i % 3 == 2) blocks[static_cast<size_t>(i / 3)].reset();
  }
  for (int i = 0; i < 50; ++i) {
    const auto& block = blocks[static_cast<size_t>(i)];
    if (!block) continue;
    for (int64_t k = 0; k < 1 + i * i * 37; ++k) ASSERT_EQ(block[static_cast<size_t>(k)], i);
  }
}

TEST(TensorMemory, KeepsNoMoreThanWasInUse) {
  TensorMemory memory;
  memory.Allocate(4 << 20);
  EXPECT_EQ(memory.kept_bytes(), 4 << 20);
  // Another size must push the kept block out: together they would be more than ever was in use.
  const auto b = memory.Allocate(3 << 20);
  EXPECT_EQ(memory.kept_bytes(), 0);
}

TEST(TensorMemory, ABlockMayOutliveIt) {
  std::shared_ptr<uint8_t[]> block;
  {
    TensorMemory memory;
    block = memory.Allocate(5000);
  }
  std::memset(block.get(), 1, 5000);
}

}  // namespace
}  // namespace nibble
