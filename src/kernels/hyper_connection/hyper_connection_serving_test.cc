#include "kernels/hyper_connection/hyper_connection_serving.h"

#include <gtest/gtest.h>

#include <random>

#include "kernels/simd_targets.h"

namespace nibble {
namespace {

using Reals = std::vector<float>;

Reals Noise(int64_t count, uint32_t seed, float scale) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, scale);
  Reals out(static_cast<size_t>(count));
  for (float& v : out) v = ServingNumerics::Bf(normal(random));
  return out;
}

// 39 tokens of 4 streams of 100 columns: neither fills its vectors.
struct HyperConnectionCase {
  static constexpr int64_t kTokens = 39, kM = 4, kD = 100, kRows = (2 + kM) * kM;
  Reals fn = Noise(kRows * kM * kD, 1, 0.05f), base = Noise(kRows, 2, 1), scale{0.7f, 0.9f, 1.3f};
  Reals streams = Noise(kTokens * kM * kD, 3, 2), o = Noise(kTokens * kD, 4, 1);
  Reals y = Reals(kTokens * kD), pre = Reals(kTokens * kM), post = Reals(kTokens * kM),
        comb = Reals(kTokens * kM * kM);

  HyperConnectionPre<ServingNumerics> Pre(int64_t first, int64_t count) {
    return {.weights = {{.form = Form::kF32,
                         .rows = kRows,
                         .cols = kM * kD,
                         .data = reinterpret_cast<const uint8_t*>(fn.data())},
                        base.data(),
                        scale.data()},
            .streams = streams.data() + first * kM * kD,
            .tokens = count,
            .m = kM,
            .d = kD,
            .norm_eps = 1e-6,
            .hc_eps = 1e-6,
            .sinkhorn_iters = 20,
            .y = y.data() + first * kD,
            .pre = pre.data() + first * kM,
            .post = post.data() + first * kM,
            .comb = comb.data() + first * kM * kM};
  }
  HyperConnectionPost<ServingNumerics> Post() {
    return {.streams = streams.data(),
            .o = o.data(),
            .post = post.data(),
            .comb = comb.data(),
            .tokens = kTokens,
            .m = kM,
            .d = kD};
  }
};

TEST(ServingHyperConnection, TheBitsOfTheReferenceOnEveryTarget) {
  ThreadPool pool(2);
  HyperConnectionCase want;
  HyperConnectionPreRef(want.Pre(0, HyperConnectionCase::kTokens), pool);
  HyperConnectionPostRef(want.Post(), pool);
  ForEachTarget(Targets::kAll, [&](const char* target) {
    for (const int64_t chunk : {1, 3, 10, 39}) {
      HyperConnectionCase got;
      ServingHyperConnection hc(pool);
      for (int64_t t = 0; t < HyperConnectionCase::kTokens; t += chunk) {
        hc.Pre(got.Pre(t, std::min(chunk, HyperConnectionCase::kTokens - t)));
      }
      ASSERT_EQ(got.pre, want.pre) << target << " " << chunk;
      ASSERT_EQ(got.post, want.post) << target << " " << chunk;
      ASSERT_EQ(got.comb, want.comb) << target << " " << chunk;
      ASSERT_EQ(got.y, want.y) << target << " " << chunk;
      hc.Post(got.Post());
      ASSERT_EQ(got.streams, want.streams) << target << " " << chunk;
    }
  });
}

}  // namespace
}  // namespace nibble
