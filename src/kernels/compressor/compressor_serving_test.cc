#include "kernels/compressor/compressor_serving.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/rope/rope.h"
#include "kernels/simd_targets.h"

namespace nibble {
namespace {

using Reals = std::vector<float>;

Reals Noise(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 1);
  Reals out(static_cast<size_t>(count));
  for (float& v : out) v = normal(random);
  return out;
}

// A text through one compressor, whole or in pieces.
struct CompressorText {
  static constexpr int64_t kTokens = 300;
  CompressorShape shape;
  RowLayout layout;
  Reals values, scores, ape, norm;
  std::vector<float> frequencies = RopeFrequencies({.rope_dim = 64});

  explicit CompressorText(int64_t ratio, RowKind kind)
      : shape{.ratio = ratio, .width = 128, .overlap = ratio == 4},
        layout{.kind = kind, .width = 128, .rope_dim = 64} {
    values = Noise(kTokens * shape.channels(), 1);
    scores = Noise(kTokens * shape.channels(), 2);
    ape = Noise(ratio * shape.channels(), 3);
    norm = Noise(shape.width, 4);
  }
};

struct CompressorRun {
  const CompressorText& text;
  Reals state_values, state_scores;
  std::vector<uint8_t> entries;

  explicit CompressorRun(const CompressorText& t) : text(t) {
    const auto state = static_cast<size_t>(t.shape.state_rows() * t.shape.channels());
    state_values.resize(state);
    state_scores.resize(state);
    ResetCompressorState<ServingNumerics>(t.shape, state_values.data(), state_scores.data());
    entries.resize(static_cast<size_t>(CompressorText::kTokens / t.shape.ratio *
                                       RowBytes<ServingNumerics>(t.layout)));
  }
  ServingCompressorProblem Problem(int64_t first, int64_t count) {
    return {.shape = text.shape,
            .layout = text.layout,
            .values = text.values.data() + first * text.shape.channels(),
            .scores = text.scores.data() + first * text.shape.channels(),
            .first_position = first,
            .tokens = count,
            .ape = text.ape.data(),
            .norm_weight = text.norm.data(),
            .norm_eps = 1e-6,
            .rope_frequencies = &text.frequencies,
            .state_values = state_values.data(),
            .state_scores = state_scores.data(),
            .entries = entries.data()};
  }
  Reals Decoded() const {
    const int64_t count = CompressorText::kTokens / text.shape.ratio;
    Reals out(static_cast<size_t>(count * 128));
    for (int64_t j = 0; j < count; ++j) {
      DecodeRow<ServingNumerics>(text.layout,
                                 entries.data() + j * RowBytes<ServingNumerics>(text.layout),
                                 out.data() + j * 128);
    }
    return out;
  }
};

class CompressorKinds : public testing::TestWithParam<std::pair<int64_t, RowKind>> {};

// Exponentials and the norm's sum differ in their last bits: now and then a value tips into the
// neighbouring code.
TEST_P(CompressorKinds, NearTheReference) {
  const CompressorText text(GetParam().first, GetParam().second);
  CompressorRun want(text), got(text);
  CompressorRef(want.Problem(0, CompressorText::kTokens));
  ThreadPool pool(3);
  ServingCompressor compressor(pool);
  const auto p = got.Problem(0, CompressorText::kTokens);
  compressor.Run({&p, 1});
  const Reals a = want.Decoded(), b = got.Decoded();
  size_t different = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    // A step of E4M3 is an eighth, one of E2M1 a half, and its scale may double.
    const float step = GetParam().second == RowKind::kIndex ? 0.5f : 0.125f;
    ASSERT_NEAR(a[i], b[i], std::abs(a[i]) * step + 0.3f) << i;
    different += a[i] == b[i] ? 0 : 1;
  }
  EXPECT_LT(different, a.size() / 50);
}

TEST_P(CompressorKinds, NeitherCutsNorThreadsNorTheInstructionSetChangeABit) {
  const CompressorText text(GetParam().first, GetParam().second);
  ThreadPool alone(1);
  ServingCompressor whole(alone);
  CompressorRun want(text);
  const auto p = want.Problem(0, CompressorText::kTokens);
  whole.Run({&p, 1});
  ForEachTarget(Targets::kWithFma, [&](const char* target) {
    ThreadPool pool(3);
    ServingCompressor compressor(pool);
    for (const int64_t chunk : {1, 2, 3, 5, 7, 130, 300}) {
      CompressorRun got(text);
      for (int64_t first = 0; first < CompressorText::kTokens; first += chunk) {
        const auto part = got.Problem(first, std::min(chunk, CompressorText::kTokens - first));
        compressor.Run({&part, 1});
      }
      EXPECT_EQ(got.entries, want.entries) << target << " " << chunk;
    }
  });
}

// The state is the reference's: one may go on where the other stopped.
TEST_P(CompressorKinds, ContinuesAfterTheReferenceAndTheOtherWayRound) {
  const CompressorText text(GetParam().first, GetParam().second);
  ThreadPool pool(2);
  ServingCompressor compressor(pool);
  CompressorRun want(text), reference(text);
  const auto all = want.Problem(0, CompressorText::kTokens);
  compressor.Run({&all, 1});
  CompressorRef(reference.Problem(0, CompressorText::kTokens));
  const auto row_bytes = RowBytes<ServingNumerics>(text.layout);
  for (const int64_t cut : {1, 6, 129, 131, 256}) {
    const int64_t rest = CompressorText::kTokens - cut;
    CompressorRun a(text), b(text);
    CompressorRef(a.Problem(0, cut));
    const auto second = a.Problem(cut, rest);
    compressor.Run({&second, 1});
    const auto first = b.Problem(0, cut);
    compressor.Run({&first, 1});
    CompressorRef(b.Problem(cut, rest));
    // The entries made after the cut.
    const int64_t from = cut / text.shape.ratio * row_bytes;
    EXPECT_TRUE(std::equal(a.entries.begin() + from, a.entries.end(), want.entries.begin() + from))
        << cut;
    EXPECT_TRUE(
        std::equal(b.entries.begin() + from, b.entries.end(), reference.entries.begin() + from))
        << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CompressorKinds,
                         testing::Values(std::pair<int64_t, RowKind>(4, RowKind::kAttention),
                                         std::pair<int64_t, RowKind>(4, RowKind::kIndex),
                                         std::pair<int64_t, RowKind>(128, RowKind::kAttention)));

}  // namespace
}  // namespace nibble
