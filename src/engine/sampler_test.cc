#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

namespace nibble {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

std::map<TokenId, int> DrawMany(const std::vector<float>& logits, const SamplingParams& params,
                                int draws, const std::vector<TokenId>& masked = {}) {
  std::map<TokenId, int> counts;
  for (int i = 0; i < draws; ++i)
    ++counts[*SampleToken(logits, params, {}, masked, static_cast<uint64_t>(i))];
  return counts;
}

TEST(SamplerTest, GreedyTakesTheLowestOfEqualIds) {
  EXPECT_EQ(GreedyToken(std::vector<float>{1, 3, 3, 2}), 1);
  EXPECT_EQ(SampleToken(std::vector<float>{1, 3, 3, 2}, {.temperature = 0}, {}, {}, 7), 1);
  EXPECT_EQ(SampleToken(std::vector<float>{1, 3, 3, 2}, {.temperature = 9e-6}, {}, {}, 7), 1);
}

TEST(SamplerTest, BrokenLogitsGiveNoToken) {
  for (const double temperature : {0.0, 1.0}) {
    const SamplingParams params{.temperature = temperature};
    EXPECT_FALSE(SampleToken(std::vector<float>{1, kNan, 2}, params, {}, {}, 0));
    EXPECT_FALSE(SampleToken(std::vector<float>{1, kInf, 2}, params, {}, {}, 0));
    EXPECT_FALSE(SampleToken(std::vector<float>{-kInf, -kInf}, params, {}, {}, 0));
    EXPECT_FALSE(SampleToken(std::vector<float>{1, 2}, params, {}, std::vector<TokenId>{0, 1}, 0));
    EXPECT_EQ(SampleToken(std::vector<float>{-kInf, 2}, params, {}, {}, 0), 1);
  }
}

TEST(SamplerTest, FrequenciesFollowTheSoftmax) {
  // Probabilities 0.5, 0.3, 0.2; with temperature 2 they go with the square root.
  const std::vector<float> logits = {std::log(0.5f), std::log(0.3f), std::log(0.2f)};
  constexpr int kDraws = 20000;
  auto counts = DrawMany(logits, {.seed = 5}, kDraws);
  EXPECT_NEAR(counts[0], 0.5 * kDraws, 300);
  EXPECT_NEAR(counts[1], 0.3 * kDraws, 300);
  const double sum = std::sqrt(0.5) + std::sqrt(0.3) + std::sqrt(0.2);
  counts = DrawMany(logits, {.temperature = 2, .seed = 5}, kDraws);
  EXPECT_NEAR(counts[2], std::sqrt(0.2) / sum * kDraws, 300);
}

TEST(SamplerTest, FiltersKeepWhatTheySay) {
  // 0.4, 0.3, 0.2, 0.1
  const std::vector<float> logits = {std::log(0.1f), std::log(0.4f), std::log(0.2f),
                                     std::log(0.3f)};
  const auto kept = [&](const SamplingParams& params) {
    std::vector<TokenId> ids;
    for (const auto& [id, n] : DrawMany(logits, params, 2000)) ids.push_back(id);
    return ids;
  };
  EXPECT_EQ(kept({.top_k = 1}), (std::vector<TokenId>{1}));
  EXPECT_EQ(kept({.top_k = 3}), (std::vector<TokenId>{1, 2, 3}));
  EXPECT_EQ(kept({.top_p = 0.35}), (std::vector<TokenId>{1}));
  EXPECT_EQ(kept({.top_p = 0.45}), (std::vector<TokenId>{1, 3}));  // the crossing token stays
  EXPECT_EQ(kept({.top_p = 0.95}), (std::vector<TokenId>{0, 1, 2, 3}));
  EXPECT_EQ(kept({.min_p = 0.6}), (std::vector<TokenId>{1, 3}));
  EXPECT_EQ(kept({.top_p = 0.5, .top_k = 2}), (std::vector<TokenId>{1}));  // 0.4 / 0.7 >= 0.5
}

TEST(SamplerTest, EqualLogitsAreRankedByTheirIds) {
  const std::vector<float> logits(200, 1.0f);
  for (const auto& [id, n] : DrawMany(logits, {.top_k = 3}, 200)) EXPECT_LT(id, 3);
  for (const auto& [id, n] : DrawMany(logits, {.top_p = 0.45}, 500)) EXPECT_LT(id, 90);
}

TEST(SamplerTest, TheDrawDependsOnItsKeysOnly) {
  EXPECT_EQ(UniformFromKey(1, 2, 3), UniformFromKey(1, 2, 3));
  EXPECT_NE(UniformFromKey(1, 2, 3), UniformFromKey(2, 2, 3));
  EXPECT_NE(UniformFromKey(1, 2, 3), UniformFromKey(1, 3, 3));
  EXPECT_NE(UniformFromKey(1, 2, 3), UniformFromKey(1, 2, 4));
  double sum = 0;
  for (uint64_t i = 0; i < 10000; ++i) {
    const double u = UniformFromKey(0, 0, i);
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.01);
}

TEST(SamplerTest, PenaltiesAndBiasChangeTheChoice) {
  const std::vector<float> logits = {2, 1.5, -1};
  TokenCounts counts;
  counts.generated = {{0, 3}};
  const auto greedy = [&](SamplingParams params) {
    params.temperature = 0;
    return *SampleToken(logits, params, counts, {}, 0);
  };
  EXPECT_EQ(greedy({.presence_penalty = 0.4}), 0);
  EXPECT_EQ(greedy({.presence_penalty = 0.6}), 1);
  EXPECT_EQ(greedy({.frequency_penalty = 0.2}), 1);  // three times 0.2
  EXPECT_EQ(greedy({.repetition_penalty = 1.3}), 0);
  EXPECT_EQ(greedy({.repetition_penalty = 1.4}), 1);
  counts.prompt = {1};
  EXPECT_EQ(greedy({.repetition_penalty = 1.4}), 0);  // the prompt counts too
  EXPECT_EQ(greedy({.logit_bias = {{2, 4.0}}}), 2);
}

}  // namespace
}  // namespace nibble
