#include "kernels/attention/attention_serving.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/simd_targets.h"

namespace nibble {
namespace {

using Reals = std::vector<float>;

Reals Noise(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 0.7f);
  Reals out(static_cast<size_t>(count));
  for (float& v : out) v = ServingNumerics::Bf(normal(random));
  return out;
}

int64_t Differences(const Reals& a, const Reals& b) {
  int64_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] == b[i] ? 0 : 1;
  return count;
}

// A text of 300 positions with entries of ratio 4 and picks among them.
struct Text {
  static constexpr int64_t kTokens = 300;  // more than three windows
  static constexpr int64_t kWindow = 70;
  static constexpr int64_t kPicks = 12;
  int64_t heads;
  RowLayout layout;
  Reals q, kv, sink;
  std::vector<uint8_t> entries;
  std::vector<int32_t> picks;

  Text(int64_t head_count, int64_t width, uint32_t seed)
      : heads(head_count), layout{.kind = RowKind::kAttention, .width = width, .rope_dim = 64} {
    q = Noise(kTokens * heads * width, seed);
    kv = Noise(kTokens * width, seed + 1);
    for (int64_t t = 0; t < kTokens; ++t) FinishRow<ServingNumerics>(layout, kv.data() + t * width);
    sink = Noise(heads, seed + 2);
    Reals rows = Noise(kTokens / 4 * width, seed + 3);
    entries.resize(static_cast<size_t>(kTokens / 4 * RowBytes<ServingNumerics>(layout)));
    for (int64_t j = 0; j < kTokens / 4; ++j) {
      FinishRow<ServingNumerics>(layout, rows.data() + j * width);
      EncodeRow<ServingNumerics>(layout, rows.data() + j * width,
                                 entries.data() + j * RowBytes<ServingNumerics>(layout));
    }
    // A few of the visible ones, some missing.
    for (int64_t t = 0; t < kTokens; ++t) {
      for (int64_t i = 0; i < kPicks; ++i) {
        const int64_t visible = (t + 1) / 4;
        picks.push_back(i < visible && i != 3 ? static_cast<int32_t>((i * 17 + t) % visible) : -1);
      }
    }
  }

  // Positions [first, first + count), the ring as it is then.
  ServingAttentionProblem Problem(int64_t first, int64_t count, bool picked,
                                  std::vector<uint8_t>* ring, Reals* out) const {
    const int64_t row_bytes = RowBytes<ServingNumerics>(layout);
    ring->assign(static_cast<size_t>(kWindow * row_bytes), 0);
    for (int64_t t = std::max<int64_t>(0, first - kWindow); t < first; ++t) {
      EncodeRow<ServingNumerics>(layout, kv.data() + t * layout.width,
                                 ring->data() + t % kWindow * row_bytes);
    }
    return {.q = q.data() + first * heads * layout.width,
            .tokens = count,
            .heads = heads,
            .first_position = first,
            .layout = layout,
            .window = kWindow,
            .ring = ring->data(),
            .fresh = kv.data() + first * layout.width,
            .ratio = 4,
            .entries = entries.data(),
            .picks = picked ? picks.data() + first * kPicks : nullptr,
            .picks_per_token = picked ? kPicks : 0,
            .sink = sink.data(),
            .out = out->data() + first * heads * layout.width};
  }

  Reals InChunks(ServingAttention& attention, int64_t chunk, bool picked) const {
    Reals out(q.size());
    for (int64_t first = 0; first < kTokens; first += chunk) {
      std::vector<uint8_t> ring;
      const auto p = Problem(first, std::min(chunk, kTokens - first), picked, &ring, &out);
      attention.Run({&p, 1});
    }
    return out;
  }

  // The whole text at once in double, unrounded.
  Reals Exact(bool picked) const {
    const auto widen = [](const Reals& v) { return std::vector<double>(v.begin(), v.end()); };
    const auto q64 = widen(q), kv64 = widen(kv);
    std::vector<double> rows, out(q.size());
    Reals row(static_cast<size_t>(layout.width));
    for (int64_t j = 0; j < kTokens / 4; ++j) {
      DecodeRow<ServingNumerics>(layout, entries.data() + j * RowBytes<ServingNumerics>(layout),
                                 row.data());
      rows.insert(rows.end(), row.begin(), row.end());
    }
    ThreadPool pool(1);
    AttentionRef<IdealNumerics>({.q = q64.data(),
                                 .tokens = kTokens,
                                 .heads = heads,
                                 .first_position = 0,
                                 .layout = layout,
                                 .window = kWindow,
                                 .ring = nullptr,
                                 .fresh = kv64.data(),
                                 .ratio = 4,
                                 .entries = reinterpret_cast<const uint8_t*>(rows.data()),
                                 .picks = picked ? picks.data() : nullptr,
                                 .picks_per_token = picked ? kPicks : 0,
                                 .sink = sink.data(),
                                 .out = out.data()},
                                pool);
    return Reals(out.begin(), out.end());
  }
};

class AttentionShapes : public testing::TestWithParam<std::pair<int64_t, int64_t>> {
 protected:
  Text text_{GetParam().first, GetParam().second, 7};
};

// One rounding to BF16 of a sum in F32: half a step, and noise of the size of the values.
TEST_P(AttentionShapes, NearTheExactSoftmax) {
  ThreadPool pool(2);
  ServingAttention attention(pool);
  for (const bool picked : {false, true}) {
    const Reals want = text_.Exact(picked);
    ForEachTarget(Targets::kAll, [&](const char* target) {
      const Reals got = text_.InChunks(attention, Text::kTokens, picked);
      for (size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i], want[i], std::abs(want[i]) * 0x1p-8f + 3e-6f) << target << " " << i;
      }
    });
  }
}

TEST_P(AttentionShapes, NeitherChunksNorThreadsNorTheInstructionSetChangeABit) {
  for (const bool picked : {false, true}) {
    ThreadPool alone(1);
    ServingAttention first(alone);
    const Reals want = text_.InChunks(first, Text::kTokens, picked);
    ForEachTarget(Targets::kWithFma, [&](const char* target) {
      for (const size_t threads : {1u, 3u}) {
        ThreadPool pool(threads);
        ServingAttention attention(pool);
        for (const int64_t chunk : {1, 33, 256}) {
          EXPECT_EQ(Differences(text_.InChunks(attention, chunk, picked), want), 0)
              << target << ", chunks of " << chunk << ", " << threads << " threads";
        }
        attention.max_decoded_bytes = 20 * text_.layout.width * 4;  // some rows at a time
        EXPECT_EQ(Differences(text_.InChunks(attention, 100, picked), want), 0) << target;
      }
    });
  }
}

// Tiny: 8 heads of 128. Flash: 64 of 512. The others leave vectors and blocks of heads unfilled.
INSTANTIATE_TEST_SUITE_P(All, AttentionShapes,
                         testing::Values(std::pair<int64_t, int64_t>(8, 128),
                                         std::pair<int64_t, int64_t>(3, 144),
                                         std::pair<int64_t, int64_t>(21, 80),
                                         std::pair<int64_t, int64_t>(43, 128),
                                         std::pair<int64_t, int64_t>(64, 512)));

TEST(ServingAttention, SequencesSideBySide) {
  const Text a(8, 128, 20), b(8, 128, 30);
  ThreadPool pool(3);
  ServingAttention attention(pool);
  const Reals want_a = a.InChunks(attention, 300, true), want_b = b.InChunks(attention, 300, true);
  Reals got_a(want_a.size()), got_b(want_b.size());
  std::vector<uint8_t> rings[3];
  const ServingAttentionProblem problems[] = {a.Problem(120, 1, true, &rings[0], &got_a),
                                              b.Problem(7, 40, true, &rings[1], &got_b),
                                              a.Problem(290, 10, true, &rings[2], &got_a)};
  attention.Run(problems);
  const auto same = [](const Reals& got, const Reals& want, int64_t first, int64_t count) {
    const int64_t row = 8 * 128;
    return std::equal(got.begin() + first * row, got.begin() + (first + count) * row,
                      want.begin() + first * row);
  };
  EXPECT_TRUE(same(got_a, want_a, 120, 1));
  EXPECT_TRUE(same(got_b, want_b, 7, 40));
  EXPECT_TRUE(same(got_a, want_a, 290, 10));
}

}  // namespace
}  // namespace nibble
