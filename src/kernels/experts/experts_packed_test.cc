#include "kernels/experts/experts_packed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/experts/experts.h"
#include "kernels/experts/swiglu.h"
#include "kernels/linear/random_matrix.h"
#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

// Eight experts of MXFP4 and a shared one of FP8, d 96, I 64: neither fills a group of 128.
class PackedExpertsTest : public testing::Test {
 protected:
  static constexpr int64_t kWidth = 96, kInner = 64, kExperts = 8, kTopK = 3;

  struct Expert {
    RandomMatrix w1, w2, w3;
    PackedMatrix p1, p2, p3;
    Expert(Form form, uint32_t seed, HugePageArena& arena)
        : w1(form, kInner, kWidth, seed),
          w2(form, kWidth, kInner, seed + 1),
          w3(form, kInner, kWidth, seed + 2) {
      for (RandomMatrix* m : {&w1, &w2, &w3}) {
        for (uint8_t& s : m->scales)
          s = static_cast<uint8_t>(form == Form::kFp8 ? 114 : 121 + s % 3);
      }
      p1 = PackedMatrix::Build(w1.view, arena).value();
      p2 = PackedMatrix::Build(w2.view, arena).value();
      p3 = PackedMatrix::Build(w3.view, arena).value();
    }
    PackedExpert packed() const { return {{.w = &p1}, {.w = &p2}, {.w = &p3}}; }
    ExpertWeights encoded() const { return {w1.view, w2.view, w3.view}; }
  };

  PackedExpertsTest() : runner_(LinearRunner::Create(pool_, DetectCpu()).value()) {
    for (uint32_t e = 0; e < kExperts; ++e) {
      experts_.push_back(std::make_unique<Expert>(Form::kMxfp4, 10 * e, arena_));
      packed_.push_back(experts_.back()->packed());
      encoded_.push_back(experts_.back()->encoded());
    }
  }

  void Route(int64_t tokens) {
    x_ = RandomActivations(tokens * kWidth, 99);
    indices_.clear();
    weights_.clear();
    for (int64_t t = 0; t < tokens; ++t) {
      for (int64_t k = 0; k < kTopK; ++k) {
        indices_.push_back(static_cast<int32_t>((t * t + (3 - k) * 2) % kExperts));
        weights_.push_back(0.2f + 0.1f * static_cast<float>(k));
      }
    }
  }

  std::vector<float> Run(LinearRunner& runner, int64_t first, int64_t tokens,
                         float* w2_amax = nullptr) {
    std::vector<float> y(static_cast<size_t>(tokens * kWidth));
    PackedExperts experts(runner);
    experts.Run({.routed = packed_,
                 .shared = shared_.packed(),
                 .x = x_.data() + first * kWidth,
                 .indices = indices_.data() + first * kTopK,
                 .weights = weights_.data() + first * kTopK,
                 .tokens = tokens,
                 .top_k = kTopK,
                 .swiglu_limit = 10,
                 .y = y.data(),
                 .w2_amax = w2_amax});
    return y;
  }

  ThreadPool pool_{2};
  HugePageArena arena_{size_t{4} << 20};
  LinearRunner runner_;
  std::vector<std::unique_ptr<Expert>> experts_;
  Expert shared_{Form::kFp8, 1000, arena_};
  std::vector<PackedExpert> packed_;
  std::vector<ExpertWeights> encoded_;
  std::vector<float> x_, weights_;
  std::vector<int32_t> indices_;
};

TEST_F(PackedExpertsTest, NearTheReference) {
  const int64_t tokens = 20;
  Route(tokens);
  std::vector<float> amax(kExperts + 1, -1), want_amax(kExperts + 1, -1);
  const auto y = Run(runner_, 0, tokens, amax.data());
  std::vector<float> want(y.size());
  ExpertsRef<ServingNumerics>({.routed = encoded_,
                               .shared = shared_.encoded(),
                               .x = x_.data(),
                               .indices = indices_.data(),
                               .weights = weights_.data(),
                               .tokens = tokens,
                               .top_k = kTopK,
                               .swiglu_limit = 10,
                               .y = want.data(),
                               .w2_amax = want_amax.data()},
                              pool_);
  for (size_t e = 0; e <= kExperts; ++e) EXPECT_NEAR(amax[e], want_amax[e], want_amax[e] / 64) << e;
  EXPECT_EQ(std::count(amax.begin(), amax.end(), 0.0f), 1);  // an expert that no token chose
  // Only the order of additions differs: now and then the other BF16 neighbour, in an input of w2
  // or in an output.
  double error = 0, norm = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    error += std::pow(double{y[i]} - want[i], 2);
    norm += std::pow(double{want[i]}, 2);
  }
  EXPECT_GT(norm, 1.0);
  EXPECT_LT(std::sqrt(error / norm), 2e-3);
}

TEST_F(PackedExpertsTest, ATokenDoesNotSeeTheOthers) {
  const int64_t tokens = 33;
  Route(tokens);
  const auto all = Run(runner_, 0, tokens);
  ThreadPool single(1);
  auto alone = LinearRunner::Create(single, DetectCpu()).value();
  for (int64_t t = 0; t < tokens; ++t) {
    const auto y = Run(alone, t, 1);
    for (size_t i = 0; i < y.size(); ++i) ASSERT_EQ(y[i], all[static_cast<size_t>(t * kWidth) + i]);
  }
}

TEST_F(PackedExpertsTest, QuantizedInputs) {
  // With FP8 activations every linear sees what QuantizeInput makes of its input.
  Route(4);
  for (PackedExpert& e : packed_) e.w1.quant = e.w2.quant = e.w3.quant = InputQuant::kFp8;
  for (ExpertWeights& e : encoded_) e.quant_w1 = e.quant_w2 = e.quant_w3 = InputQuant::kFp8;
  const auto y = Run(runner_, 0, 4);
  std::vector<float> want(y.size());
  ExpertsRef<ServingNumerics>({.routed = encoded_,
                               .shared = shared_.encoded(),
                               .x = x_.data(),
                               .indices = indices_.data(),
                               .weights = weights_.data(),
                               .tokens = 4,
                               .top_k = kTopK,
                               .swiglu_limit = 10,
                               .y = want.data()},
                              pool_);
  double error = 0, norm = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    error += std::pow(double{y[i]} - want[i], 2);
    norm += std::pow(double{want[i]}, 2);
  }
  EXPECT_LT(std::sqrt(error / norm), 2e-2);  // an FP8 code may tip
}

TEST(SwigluTest, EqualsTheScalarWithinOneBf16Step) {
  std::vector<float> gate, up;
  for (int i = -300; i <= 300; ++i) {
    gate.push_back(static_cast<float>(i) * 0.37f);
    up.push_back(static_cast<float>(i * 7 % 23) * -0.9f);
  }
  const auto count = static_cast<int64_t>(gate.size());
  std::vector<float> out(gate.size());
  SwigluRow(gate.data(), up.data(), 0.7f, 10.0f, count, out.data());
  for (size_t i = 0; i < gate.size(); ++i) {
    const float want = 0.7f * ClampedSwiglu<float>(gate[i], up[i], 10.0);
    EXPECT_NEAR(out[i], want, std::abs(want) * 0x1p-8 + 1e-30);
  }
  // A shorter call gives the same elements.
  std::vector<float> part(7);
  SwigluRow(gate.data() + 290, up.data() + 290, 0.7f, 10.0f, 7, part.data());
  for (size_t i = 0; i < 7; ++i) EXPECT_EQ(part[i], out[290 + i]);
}

}  // namespace
}  // namespace nibble
