#include "kernels/indexer/indexer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

constexpr int64_t kWidth = 32;
constexpr RowLayout kLayout{.kind = RowKind::kIndex, .width = kWidth, .rope_dim = 0};

// Entries whose score is `score[j]` for a query of ones with one head of weight 1.
std::vector<std::vector<int32_t>> Pick(const std::vector<double>& score, int64_t first_position,
                                       int64_t tokens, int64_t top_k) {
  std::vector<double> entries(score.size() * kWidth, 0.0);
  for (size_t j = 0; j < score.size(); ++j) entries[j * kWidth] = score[j];
  const std::vector<double> q(size_t(tokens * kWidth), 1.0);
  const std::vector<double> weights(size_t(tokens), 1.0);
  std::vector<int32_t> picks(size_t(tokens * top_k), 99);
  ThreadPool pool(2);
  IndexerRef<IdealNumerics>({.q = q.data(),
                             .weights = weights.data(),
                             .tokens = tokens,
                             .heads = 1,
                             .layout = kLayout,
                             .entries = reinterpret_cast<const uint8_t*>(entries.data()),
                             .first_position = first_position,
                             .ratio = 4,
                             .top_k = top_k,
                             .picks = picks.data()},
                            pool);
  std::vector<std::vector<int32_t>> out;
  for (int64_t t = 0; t < tokens; ++t) {
    out.emplace_back(picks.begin() + t * top_k, picks.begin() + (t + 1) * top_k);
  }
  return out;
}

TEST(Indexer, FallingScoreAndTheLowerOfEqualEntries) {
  // Negative products count as exactly 0, so 1, 3 and 4 are equal.
  EXPECT_EQ(Pick({2, -1, 5, 0, -7, 5}, 23, 1, 4)[0], (std::vector<int32_t>{2, 5, 0, 1}));
}

TEST(Indexer, OnlyFinishedBlocksAreVisible) {
  const auto picks = Pick({1, 2, 3}, 2, 6, 2);  // positions 2 to 7
  EXPECT_EQ(picks[0], (std::vector<int32_t>{-1, -1}));
  EXPECT_EQ(picks[1], (std::vector<int32_t>{0, -1}));  // position 3 ends block 0
  EXPECT_EQ(picks[4], (std::vector<int32_t>{0, -1}));
  EXPECT_EQ(picks[5], (std::vector<int32_t>{1, 0}));
}

TEST(Indexer, NotANumberComesLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Pick({nan, 1, nan, 0}, 15, 1, 3)[0], (std::vector<int32_t>{1, 3, 0}));
}

TEST(Indexer, ManyEntriesAcrossTasks) {
  std::vector<double> score(1000);
  for (size_t j = 0; j < score.size(); ++j) score[j] = double(j * 7919 % 1000) + 1;
  const auto picks = Pick(score, 3999, 1, 5)[0];
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(score[size_t(picks[i])], 1000.0 - double(i));
}

}  // namespace
}  // namespace nibble
