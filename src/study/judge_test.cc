#include "study/judge.h"

#include <gtest/gtest.h>

#include <limits>

namespace nibble {
namespace {

OperationSample Sample(const std::string& family, double error, bool form_changed = true) {
  OperationSample sample;
  sample.family = family;
  sample.form_changed = form_changed;
  for (double& e : sample.errors) e = error;
  return sample;
}

TEST(Judge, EqualIsNeverNamed) {
  const std::vector<OperationSample> samples = {Sample("q", 0, false), Sample("kv", 1e-8, false)};
  EXPECT_TRUE(Judge(samples).empty());
}

TEST(Judge, UniformRoundingIsNotNamed) {
  std::vector<OperationSample> samples;
  for (int layer = 0; layer < 5; ++layer) samples.push_back(Sample("q", 0.08 + 0.01 * layer));
  samples.push_back(Sample("index_q", 0.12));  // alone in its family
  EXPECT_TRUE(Judge(samples).empty());
}

TEST(Judge, OneTensorAmongUnchangedOnes) {
  const std::vector<OperationSample> samples = {Sample("q", 0, false), Sample("q", 1e-4, false),
                                                Sample("q", 0, false)};
  const auto found = Judge(samples);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sample, 1u);
  EXPECT_EQ(found[0].usual, 0);
}

TEST(Judge, OneTensorAmongRoundedOnes) {
  std::vector<OperationSample> samples(4, Sample("q", 0.1));
  samples.push_back(Sample("q", 0.45));
  samples.push_back(Sample("moe_routed", 0.2));
  const auto found = Judge(samples);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sample, 4u);
  EXPECT_DOUBLE_EQ(found[0].usual, 0.1);
}

TEST(Judge, OneChannelAmongRoundedOnes) {
  std::vector<OperationSample> samples(4, Sample("q", 0.1));
  samples[2].errors[static_cast<size_t>(Metric::kChannel)] = 1.2;
  const auto found = Judge(samples);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sample, 2u);
  EXPECT_EQ(found[0].metric, Metric::kChannel);
}

TEST(Judge, BrokenEverywhereIsNamedEverywhere) {
  const std::vector<OperationSample> samples(5, Sample("moe_routed", 1.3));
  EXPECT_EQ(Judge(samples).size(), 5u);
}

TEST(Judge, TheClearOneComesFirst) {
  std::vector<OperationSample> samples(8, Sample("q", 0.1));
  samples[1] = Sample("q", 0.21);
  samples[6] = Sample("q", 5.0);
  const auto found = Judge(samples);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].sample, 6u);
  EXPECT_TRUE(found[0].clear);
  EXPECT_EQ(found[1].sample, 1u);
  EXPECT_FALSE(found[1].clear);
}

TEST(Judge, WhatWasNotMeasuredDoesNotCount) {
  std::vector<OperationSample> samples(4, Sample("entries", 0.1));
  for (size_t i = 0; i < 3; ++i) samples[i].errors[static_cast<size_t>(Metric::kChannel)] = -1;
  EXPECT_TRUE(Judge(samples).empty());
}

TEST(Judge, InfinityIsNamed) {
  std::vector<OperationSample> samples(3, Sample("kv", 0.1));
  samples[0] = Sample("kv", std::numeric_limits<double>::infinity());
  const auto found = Judge(samples);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sample, 0u);
}

}  // namespace
}  // namespace nibble
