#include "kernels/indexer/indexer_serving.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

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

struct Text {
  static constexpr int64_t kTokens = 700, kTopK = 20;
  int64_t heads;
  RowLayout layout;
  Reals q, weights;
  std::vector<uint8_t> entries;

  Text(int64_t head_count, int64_t width, uint32_t seed)
      : heads(head_count), layout{.kind = RowKind::kIndex, .width = width, .rope_dim = 0} {
    q = Noise(kTokens * heads * width, seed);
    for (int64_t i = 0; i < kTokens * heads; ++i) {
      FinishRow<ServingNumerics>(layout, q.data() + i * width);
    }
    weights = Noise(kTokens * heads, seed + 1);
    Reals rows = Noise(kTokens / 4 * width, seed + 2);
    const int64_t row_bytes = RowBytes<ServingNumerics>(layout);
    entries.resize(static_cast<size_t>(kTokens / 4 * row_bytes));
    for (int64_t j = 0; j < kTokens / 4; ++j) {
      FinishRow<ServingNumerics>(layout, rows.data() + j * width);
      EncodeRow<ServingNumerics>(layout, rows.data() + j * width, entries.data() + j * row_bytes);
    }
  }

  ServingIndexerProblem Problem(int64_t first, int64_t count, std::vector<int32_t>* picks,
                                Reals* scores) const {
    return {.q = q.data() + first * heads * layout.width,
            .weights = weights.data() + first * heads,
            .tokens = count,
            .heads = heads,
            .layout = layout,
            .entries = entries.data(),
            .first_position = first,
            .ratio = 4,
            .top_k = kTopK,
            .picks = picks->data() + first * kTopK,
            .scores = scores == nullptr ? nullptr : scores->data() + first * (kTokens / 4),
            .scores_cols = kTokens / 4};
  }
};

class IndexerShapes : public testing::TestWithParam<std::pair<int64_t, int64_t>> {
 protected:
  Text text_{GetParam().first, GetParam().second, 3};
};

// No sum of these rows rounds, so scores and picks are the reference's, whatever the order.
TEST_P(IndexerShapes, EqualsTheReferenceHoweverItIsCut) {
  ThreadPool pool(3);
  std::vector<int32_t> want(Text::kTokens * Text::kTopK);
  Reals want_scores(Text::kTokens * (Text::kTokens / 4));
  IndexerRef(text_.Problem(0, Text::kTokens, &want, &want_scores), pool);
  ForEachTarget(Targets::kAll, [&](const char* target) {
    ServingIndexer indexer(pool);
    for (const int64_t chunk : {1, 37, 700}) {
      std::vector<int32_t> picks(want.size(), 99);
      Reals scores(want_scores.size(), 99);
      for (int64_t first = 0; first < Text::kTokens; first += chunk) {
        const auto p =
            text_.Problem(first, std::min(chunk, Text::kTokens - first), &picks, &scores);
        indexer.Run({&p, 1});
      }
      ASSERT_EQ(picks, want) << target << " " << chunk;
      ASSERT_EQ(scores, want_scores) << target << " " << chunk;
      indexer.max_scores = 1000;  // a few queries at a time
    }
  });
}

INSTANTIATE_TEST_SUITE_P(All, IndexerShapes,
                         testing::Values(std::pair<int64_t, int64_t>(4, 128),
                                         std::pair<int64_t, int64_t>(3, 32),
                                         std::pair<int64_t, int64_t>(64, 128)));

TEST(ServingIndexer, SequencesSideBySide) {
  const Text a(4, 128, 50), b(4, 128, 60);
  ThreadPool pool(2);
  ServingIndexer indexer(pool);
  std::vector<int32_t> want_a(Text::kTokens * Text::kTopK, 99), want_b = want_a, got_a = want_a,
                                                                got_b = want_a;
  IndexerRef(a.Problem(600, 1, &want_a, nullptr), pool);
  IndexerRef(b.Problem(0, 90, &want_b, nullptr), pool);
  const ServingIndexerProblem problems[] = {a.Problem(600, 1, &got_a, nullptr),
                                            b.Problem(0, 90, &got_b, nullptr)};
  indexer.Run(problems);
  EXPECT_EQ(got_a, want_a);
  EXPECT_EQ(got_b, want_b);
}

TEST(PickLargest, AgreesWithSorting) {
  std::mt19937 random(1);
  for (const int64_t count : {0, 1, 5, 64, 65, 1000}) {
    for (const int64_t top_k : {1, 5, 64, 300}) {
      for (const int values : {1, 3, 1000}) {
        Reals scores;
        for (int64_t i = 0; i < count; ++i) {
          const int v = static_cast<int>(random() % static_cast<unsigned>(values));
          scores.push_back(v == 2 ? -std::numeric_limits<float>::infinity()
                                  : ServingNumerics::Bf(static_cast<float>(v - values / 2) * 0.5f));
          if (v - values / 2 == 0 && i % 2 == 0) scores.back() = -0.0f;
        }
        std::vector<int32_t> order(static_cast<size_t>(count));
        for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int32_t>(i);
        std::stable_sort(order.begin(), order.end(), [&](int32_t x, int32_t y) {
          return scores[size_t(x)] > scores[size_t(y)];
        });
        order.resize(static_cast<size_t>(top_k), -1);
        std::vector<int32_t> picks(static_cast<size_t>(top_k), 99);
        std::vector<uint64_t> scratch;
        PickLargest(scores.data(), count, top_k, &scratch, picks.data());
        EXPECT_EQ(picks, order) << count << " " << top_k << " " << values;
      }
    }
  }
}

TEST(ServingIndexer, NotANumberComesLast) {
  Text text(4, 128, 70);
  const auto at = static_cast<size_t>(text.heads * 128 * 699);
  for (size_t i = 0; i < 128; ++i) text.q[at + i] = std::numeric_limits<float>::quiet_NaN();
  ThreadPool pool(1);
  ServingIndexer indexer(pool);
  std::vector<int32_t> picks(Text::kTokens * Text::kTopK, 99);
  Reals scores(Text::kTokens * (Text::kTokens / 4));
  const auto p = text.Problem(699, 1, &picks, &scores);
  indexer.Run({&p, 1});
  for (int64_t i = 0; i < Text::kTopK; ++i) EXPECT_EQ(p.picks[i], i);
  EXPECT_EQ(p.scores[0], -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace nibble
