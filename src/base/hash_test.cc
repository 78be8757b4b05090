#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace nibble {
namespace {

TEST(SeededHash, SpreadsSimilarKeys) {
  const SeededHash hash;
  std::set<size_t> all, low;
  for (int i = 0; i < 65536; ++i) {
    const size_t h = hash("model.layers." + std::to_string(i));
    EXPECT_EQ(h, hash("model.layers." + std::to_string(i)));
    all.insert(h);
    low.insert(h & 0xFFFF);
  }
  EXPECT_EQ(all.size(), 65536u);
  // A random function hits 1 - 1/e of the places.
  EXPECT_GT(low.size(), 40000u);
}

TEST(SeededHash, TellsLengthsAndZerosApart) {
  const SeededHash hash;
  std::set<size_t> all;
  for (size_t n = 0; n < 64; ++n) all.insert(hash(std::string(n, '\0')));
  EXPECT_EQ(all.size(), 64u);
}

}  // namespace
}  // namespace nibble
