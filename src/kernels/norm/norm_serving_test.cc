#include "kernels/norm/norm_serving.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/simd_targets.h"

namespace nibble {
namespace {

using Reals = std::vector<float>;

Reals Noise(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 1);
  Reals out(static_cast<size_t>(count));
  for (float& v : out) v = ServingNumerics::Bf(normal(random));
  return out;
}

class NormShapes : public testing::TestWithParam<int64_t> {};

// Against the reference only the order of a sum differs: at most the neighbouring BF16 value.
TEST_P(NormShapes, NearTheReferenceWithTheSameBitsOnEveryTarget) {
  const int64_t rows = 37, cols = GetParam();
  const Reals x = Noise(rows * cols, 1), weight = Noise(cols, 2);
  ThreadPool pool(3);
  for (const bool head : {false, true}) {
    Reals want(x.size()), first;
    const auto problem = [&](Reals* y) {
      return RmsNormProblem<ServingNumerics>{.x = x.data(),
                                             .weight = weight.data(),
                                             .y = y->data(),
                                             .rows = rows,
                                             .cols = cols,
                                             .eps = 1e-6};
    };
    head ? HeadNormRef(problem(&want), pool) : RmsNormRef(problem(&want), pool);
    ForEachTarget(Targets::kAll, [&](const char* target) {
      Reals got(x.size());
      head ? HeadNormServing(problem(&got), pool) : RmsNormServing(problem(&got), pool);
      if (first.empty()) first = got;
      EXPECT_EQ(got, first) << target;
      int64_t different = 0;
      for (size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i], want[i], std::abs(want[i]) * 0x1p-7f) << target << " " << i;
        different += got[i] == want[i] ? 0 : 1;
      }
      EXPECT_LT(different, rows * cols / 8) << target;
    });
    // A row alone.
    Reals one(static_cast<size_t>(cols));
    RmsNormProblem<ServingNumerics> p = problem(&one);
    p.x += 20 * cols;
    p.rows = 1;
    head ? HeadNormServing(p, pool) : RmsNormServing(p, pool);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), first.begin() + 20 * cols));
  }
}

INSTANTIATE_TEST_SUITE_P(All, NormShapes, testing::Values(7, 128, 203, 4096));

}  // namespace
}  // namespace nibble
