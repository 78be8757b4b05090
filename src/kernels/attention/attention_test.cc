#include "kernels/attention/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

constexpr int64_t kWidth = 128;
constexpr int64_t kHeads = 3;
constexpr int64_t kWindow = 70;
constexpr RowLayout kLayout{.kind = RowKind::kAttention, .width = kWidth, .rope_dim = 64};

std::vector<double> Noise(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 0.3);
  std::vector<double> out(count);
  for (double& v : out) v = normal(random);
  return out;
}

// Softmax over the listed keys in one go, for one head of one query.
std::vector<double> Direct(const double* q, const std::vector<const double*>& keys, double sink) {
  std::vector<double> p;
  double denominator = std::exp(sink);
  for (const double* key : keys) {
    double dot = 0;
    for (int64_t i = 0; i < kWidth; ++i) dot += q[i] * key[i];
    p.push_back(std::exp(dot / std::sqrt(double{kWidth})));
    denominator += p.back();
  }
  std::vector<double> out(kWidth, 0.0);
  for (size_t k = 0; k < keys.size(); ++k) {
    for (int64_t i = 0; i < kWidth; ++i) out[size_t(i)] += p[k] / denominator * keys[k][i];
  }
  return out;
}

// 200 positions in chunks over a window of 70 and entries of ratio 4: more keys than one tile, a
// ring that has come round, chunks longer than the window.
class Chunks : public testing::TestWithParam<int64_t> {};

TEST_P(Chunks, EqualASoftmaxInOneGo) {
  constexpr int64_t kTokens = 200;
  const auto q = Noise(size_t(kTokens * kHeads * kWidth), 1);
  const auto kv = Noise(size_t(kTokens * kWidth), 2);
  const auto entries = Noise(size_t(kTokens / 4 * kWidth), 3);
  const std::vector<float> sink = {0.5f, -2.0f, 3.0f};
  std::vector<double> ring(size_t(kWindow * kWidth));
  std::vector<double> out(q.size());
  ThreadPool pool(2);
  for (int64_t first = 0; first < kTokens; first += GetParam()) {
    AttentionProblem<IdealNumerics> p{.q = q.data() + first * kHeads * kWidth,
                                      .tokens = std::min(GetParam(), kTokens - first),
                                      .heads = kHeads,
                                      .first_position = first,
                                      .layout = kLayout,
                                      .window = kWindow,
                                      .ring = reinterpret_cast<const uint8_t*>(ring.data()),
                                      .fresh = kv.data() + first * kWidth,
                                      .ratio = 4,
                                      .entries = reinterpret_cast<const uint8_t*>(entries.data()),
                                      .sink = sink.data(),
                                      .out = out.data() + first * kHeads * kWidth};
    AttentionRef(p, pool);
    CommitWindow(p, reinterpret_cast<uint8_t*>(ring.data()));
  }
  for (int64_t t = 0; t < kTokens; ++t) {
    std::vector<const double*> keys;
    for (int64_t s = std::max<int64_t>(0, t - kWindow + 1); s <= t; ++s) {
      keys.push_back(kv.data() + s * kWidth);
    }
    for (int64_t j = 0; j < (t + 1) / 4; ++j) keys.push_back(entries.data() + j * kWidth);
    for (int64_t h = 0; h < kHeads; ++h) {
      const int64_t at = (t * kHeads + h) * kWidth;
      const auto expected = Direct(q.data() + at, keys, double{sink[size_t(h)]});
      for (int64_t i = 0; i < kWidth; ++i) {
        ASSERT_NEAR(out[size_t(at + i)], expected[size_t(i)], 1e-12) << t << " " << h;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Chunks, testing::Values(1, 7, 64, 90, 200));

TEST(Attention, PicksAreTheOnlyEntries) {
  const auto q = Noise(kHeads * kWidth, 4);
  const auto kv = Noise(kWidth, 5);
  const auto entries = Noise(20 * kWidth, 6);
  const std::vector<float> sink = {0, 0, 0};
  const std::vector<int32_t> picks = {17, 3, -1, -1};
  std::vector<double> ring(size_t(kWindow * kWidth), 0.0);
  std::vector<double> out(q.size());
  ThreadPool pool(1);
  AttentionRef<IdealNumerics>({.q = q.data(),
                               .tokens = 1,
                               .heads = kHeads,
                               .first_position = 79,
                               .layout = kLayout,
                               .window = 1,
                               .ring = reinterpret_cast<const uint8_t*>(ring.data()),
                               .fresh = kv.data(),
                               .ratio = 4,
                               .entries = reinterpret_cast<const uint8_t*>(entries.data()),
                               .picks = picks.data(),
                               .picks_per_token = 4,
                               .sink = sink.data(),
                               .out = out.data()},
                              pool);
  const std::vector<const double*> keys = {kv.data(), entries.data() + 17 * kWidth,
                                           entries.data() + 3 * kWidth};
  const auto expected = Direct(q.data(), keys, 0);
  for (int64_t i = 0; i < kWidth; ++i) EXPECT_NEAR(out[size_t(i)], expected[size_t(i)], 1e-12);
}

}  // namespace
}  // namespace nibble
