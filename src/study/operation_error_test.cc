#include "study/operation_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nibble {
namespace {

using Floats = std::vector<float>;
using Ints = std::vector<int32_t>;

TEST(ErrorSums, RelativeOverAllRows) {
  ErrorSums sums(true);
  sums.Add(0, Floats{3, 4}, Floats{3, 4});
  sums.Add(1, Floats{0, 5}, Floats{1, 5});
  EXPECT_DOUBLE_EQ(sums.Relative(), std::sqrt(1.0 / 50));
  EXPECT_EQ(sums.WorstRow().at, 1);
  EXPECT_EQ(sums.WorstChannel().at, -1);
  for (int row = 2; row < 8; ++row) sums.Add(row, Floats{0, 5}, Floats{1, 5});
  EXPECT_EQ(sums.WorstChannel().at, 0);
  EXPECT_EQ(sums.changed(), 7);
}

TEST(ErrorSums, SmallRowsAreMeasuredAgainstTheWhole) {
  ErrorSums sums(true);
  sums.Add(7, Floats{0.01f}, Floats{0.02f});  // doubled, but next to nothing
  sums.Add(8, Floats{1}, Floats{1.1f});
  EXPECT_EQ(sums.WorstRow().at, 8);
}

TEST(ErrorSums, MinusInfinityOnBothSidesIsEqual) {
  const float inf = std::numeric_limits<float>::infinity();
  ErrorSums sums(true);
  sums.Add(0, Floats{1, -inf}, Floats{1, -inf});
  EXPECT_EQ(sums.Relative(), 0);
  sums.Add(1, Floats{1, 2}, Floats{1, std::nanf("")});
  EXPECT_TRUE(std::isinf(sums.Relative()));
  EXPECT_EQ(sums.WorstRow().at, 1);
}

TEST(ErrorSums, IndexSetsWithoutOrder) {
  ErrorSums sums(false);
  sums.AddIndices(0, Ints{3, 1, -1}, Ints{1, 3, -1});
  sums.AddIndices(1, Ints{3, 1, -1}, Ints{1, 3, 2});
  EXPECT_EQ(sums.changed(), 1);
  EXPECT_DOUBLE_EQ(sums.Relative(), 0.5);
}

}  // namespace
}  // namespace nibble
