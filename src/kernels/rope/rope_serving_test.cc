#include "kernels/rope/rope_serving.h"

#include <gtest/gtest.h>

#include <random>

#include "kernels/simd_targets.h"

namespace nibble {
namespace {

std::vector<float> Noise(size_t count) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, 1);
  std::vector<float> out(count);
  for (float& v : out) v = ServingNumerics::Bf(normal(random));
  return out;
}

TEST(ServingRope, TheBitsOfTheReferenceOnEveryTarget) {
  ThreadPool pool(3);
  ServingRope rope(pool);
  for (const int64_t rope_dim : {64, 6, 36}) {
    const auto plain = RopeFrequencies({.rope_dim = rope_dim});
    const auto stretched = RopeFrequencies({.theta = 160000, .rope_dim = rope_dim});
    // Positions that differ in place only, and other ones again: nothing old may be used.
    const std::vector<std::vector<int64_t>> texts = {
        {0, 1, 2, 3, 1000000}, {3, 2, 1, 0, 7}, {5}, {0, 1, 2, 3, 1000000}};
    for (const auto& positions : texts) {
      for (const auto* frequencies : {&plain, &stretched}) {
        for (const bool inverse : {false, true}) {
          const auto x = Noise(positions.size() * 3 * 72);
          auto want = x;
          RopeProblem<ServingNumerics> p{.x = want.data(),
                                         .tokens = static_cast<int64_t>(positions.size()),
                                         .heads = 3,
                                         .head_dim = 72,
                                         .positions = positions.data(),
                                         .frequencies = frequencies,
                                         .inverse = inverse};
          RopeRef(p, pool);
          ForEachTarget(Targets::kAll, [&](const char* target) {
            auto got = x;
            p.x = got.data();
            rope.Run(p);
            EXPECT_EQ(got, want) << target << " " << rope_dim << " " << inverse;
          });
        }
      }
    }
  }
}

}  // namespace
}  // namespace nibble
