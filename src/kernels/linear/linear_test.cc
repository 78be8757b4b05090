#include "kernels/linear/linear.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "formats/bf16.h"
#include "formats/mxfp4_to_nvfp4.h"
#include "kernels/linear/linear_portable.h"
#include "kernels/linear/pack_pairs.h"
#include "kernels/linear/random_matrix.h"
#include "kernels/simd_targets.h"

namespace nibble {
namespace {

constexpr Form kForms[] = {Form::kBF16, Form::kFp8, Form::kMxfp4, Form::kNvfp4};

struct Problem {
  RandomMatrix m;
  PackedMatrix w;
  Problem(Form form, int64_t n, int64_t k, HugePageArena& arena) : m(form, n, k, 7) {
    w = PackedMatrix::Build(m.view, arena).value();
  }
};

std::vector<float> Product(LinearRunner& runner, const PackedMatrix& w, const float* x,
                           int64_t rows) {
  // One column more than needed, to see writes beyond the row.
  const int64_t stride = w.rows() + 1;
  std::vector<float> y(static_cast<size_t>(rows * stride), -7.0f);
  runner.Run(
      {.w = &w, .x = x, .x_stride = w.cols(), .rows = rows, .y = y.data(), .y_stride = stride});
  std::vector<float> out;
  for (int64_t r = 0; r < rows; ++r) {
    EXPECT_EQ(y[static_cast<size_t>(r * stride + w.rows())], -7.0f);
    out.insert(out.end(), y.begin() + r * stride, y.begin() + r * stride + w.rows());
  }
  return out;
}

std::vector<float> Oracle(const EncodedMatrix& m, const float* x, int64_t rows) {
  std::vector<float> y(static_cast<size_t>(rows * m.rows));
  for (int64_t r = 0; r < rows; ++r) LinearRef(m, x + r * m.cols, y.data() + r * m.rows);
  return y;
}

// Fused multiply-add or not decides whether the portable path has the oracle's bits.
bool BitExact(std::string_view implementation) {
  return implementation != "portable" || LinearPortableTarget().substr(0, 3) == "AVX";
}

class LinearTest : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    auto runner = LinearRunner::Create(pool_, DetectCpu(), GetParam());
    if (!runner.ok()) GTEST_SKIP() << runner.error().message();
    runner_.emplace(std::move(runner).value());
  }
  ThreadPool pool_{2};
  HugePageArena arena_{size_t{4} << 20};
  std::optional<LinearRunner> runner_;
};

TEST_P(LinearTest, EqualsTheOracle) {
  for (const Form form : kForms) {
    EXPECT_EQ(runner_->ImplementationName(form), GetParam());  // the forced one runs
    for (const auto& [n, k] :
         {std::pair<int64_t, int64_t>{40, 160}, {16, 32}, {136, 640}, {7, 4096}}) {
      const Problem p(form, n, k, arena_);
      for (const int64_t rows : {1, 2, 3, 4, 5, 13, 29}) {
        const auto x = RandomActivations(rows * k, 11);
        const auto y = Product(*runner_, p.w, x.data(), rows);
        const auto want = Oracle(p.m.view, x.data(), rows);
        for (size_t i = 0; i < y.size(); ++i) {
          if (BitExact(GetParam())) {
            ASSERT_EQ(y[i], want[i]) << NameOf(form) << " " << n << "x" << k << " rows " << rows;
          } else {
            ASSERT_NEAR(y[i], want[i], 1e-5 * std::abs(want[i]) + 1e-3 * std::sqrt(double(k)));
          }
        }
      }
    }
  }
}

// The oracle itself against the decoded weights in double: the sums of K products in F32 err by
// less than K * 2^-24 of the sum of magnitudes.
TEST(LinearRefTest, WithinTheBoundOfF32Sums) {
  const int64_t n = 24, k = 640;
  for (const Form form : kForms) {
    const RandomMatrix m(form, n, k, 3);
    const auto x = RandomActivations(k, 4);
    std::vector<float> y(n);
    LinearRef(m.view, x.data(), y.data());
    std::vector<double> w(k);
    for (int64_t row = 0; row < n; ++row) {
      DecodeRow(m.view, row, w);
      double sum = 0, magnitudes = 0;
      for (size_t c = 0; c < w.size(); ++c) {
        sum += w[c] * double{x[c]};
        magnitudes += std::abs(w[c] * double{x[c]});
      }
      EXPECT_NEAR(y[static_cast<size_t>(row)], sum, magnitudes * k * 0x1p-24) << NameOf(form);
    }
  }
}

TEST_P(LinearTest, BatchOfRowsHasTheBitsOfEachRow) {
  const int64_t n = 100, k = 1024;
  for (const Form form : kForms) {
    const Problem p(form, n, k, arena_);
    const auto x = RandomActivations(40 * k, 5);
    std::vector<float> alone;
    for (int64_t r = 0; r < 40; ++r) {
      const auto y = Product(*runner_, p.w, x.data() + r * k, 1);
      alone.insert(alone.end(), y.begin(), y.end());
    }
    for (int64_t rows = 1; rows <= 40; ++rows) {
      const auto y = Product(*runner_, p.w, x.data(), rows);
      for (size_t i = 0; i < y.size(); ++i) ASSERT_EQ(y[i], alone[i]) << NameOf(form) << rows;
    }
  }
}

TEST_P(LinearTest, ThreadsChangeNoBit) {
  const int64_t n = 2000, k = 512;
  for (const Form form : kForms) {
    const Problem p(form, n, k, arena_);
    for (const int64_t rows : {1, 3, 30}) {
      const auto x = RandomActivations(rows * k, 6);
      const auto want = Product(*runner_, p.w, x.data(), rows);
      for (const size_t threads : {1u, 3u, 5u}) {
        ThreadPool pool(threads);
        auto other = LinearRunner::Create(pool, DetectCpu(), GetParam()).value();
        EXPECT_EQ(Product(other, p.w, x.data(), rows), want) << NameOf(form);
      }
    }
  }
}

TEST_P(LinearTest, LosslessCastChangesNoBit) {
  const int64_t n = 48, k = 512;
  const Problem mx(Form::kMxfp4, n, k, arena_);
  RandomMatrix nv(Form::kNvfp4, n, k, 1);
  const int kmax = CastKmax(LargestE8m0(mx.m.scales));
  const auto counts =
      CastMxfp4ToNvfp4(mx.m.data, mx.m.scales, kmax, false, nv.data.data(), nv.scales.data());
  ASSERT_EQ(counts.blocks_out_of_range, 0u);
  nv.view.tensor_scale = CastTensorScale(kmax);
  const PackedMatrix cast = PackedMatrix::Build(nv.view, arena_).value();
  for (const int64_t rows : {1, 2, 4, 20}) {
    const auto x = RandomActivations(rows * k, 8);
    const auto a = Product(*runner_, mx.w, x.data(), rows);
    const auto b = Product(*runner_, cast, x.data(), rows);
    EXPECT_EQ(0, std::memcmp(a.data(), b.data(), a.size() * sizeof(float))) << rows;
  }
}

TEST_P(LinearTest, AllScaleCodes) {
  // E4M3 with its subnormals and negatives, E8M0 with byte 0, F32 scales: each against the oracle.
  const int64_t n = 16, k = 2048;
  for (const Form form : {Form::kNvfp4, Form::kMxfp4, Form::kFp8}) {
    RandomMatrix m(form, n, k, 9);
    std::vector<float> f32_scales(m.scales.size(), 0.3f);
    for (size_t i = 0; i < m.scales.size(); ++i) {
      m.scales[i] = static_cast<uint8_t>(form == Form::kMxfp4 ? i % 160 : i % 255);
      if (form == Form::kNvfp4 && (m.scales[i] & 0x7Fu) == 0x7Fu) m.scales[i] = 0;
    }
    if (form == Form::kFp8) {
      m.view.f32_scales = true;
      m.view.scales = reinterpret_cast<const uint8_t*>(f32_scales.data());
    }
    const PackedMatrix w = PackedMatrix::Build(m.view, arena_).value();
    const auto x = RandomActivations(k, 10);
    const auto y = Product(*runner_, w, x.data(), 1);
    const auto want = Oracle(m.view, x.data(), 1);
    for (size_t i = 0; i < y.size(); ++i)
      EXPECT_NEAR(y[i], want[i], BitExact(GetParam()) ? 0 : 1e-3) << NameOf(form);
  }
}

TEST_P(LinearTest, RoundsToBf16WhenAsked) {
  const Problem p(Form::kFp8, 40, 256, arena_);
  for (const int64_t rows : {1, 7}) {
    const auto x = RandomActivations(rows * 256, 14);
    const auto exact = Product(*runner_, p.w, x.data(), rows);
    std::vector<float> y(exact.size());
    runner_->Run({.w = &p.w,
                  .x = x.data(),
                  .x_stride = 256,
                  .rows = rows,
                  .y = y.data(),
                  .y_stride = 40,
                  .round_to_bf16 = true});
    for (size_t i = 0; i < y.size(); ++i) ASSERT_EQ(y[i], RoundToBf16(exact[i]));
  }
}

TEST_P(LinearTest, ManyJobsAtOnce) {
  const Problem a(Form::kNvfp4, 100, 256, arena_), b(Form::kFp8, 24, 128, arena_);
  const auto x = RandomActivations(9 * 256, 12);
  std::vector<float> ya(100), yb(9 * 24);
  const auto job = [&](const Problem& p, int64_t rows, float* y) {
    return LinearJob{
        .w = &p.w, .x = x.data(), .x_stride = 256, .rows = rows, .y = y, .y_stride = p.w.rows()};
  };
  const LinearJob jobs[] = {job(a, 1, ya.data()), job(a, 0, nullptr), job(b, 9, yb.data())};
  runner_->Run(jobs);
  EXPECT_EQ(ya, Product(*runner_, a.w, x.data(), 1));
  for (int64_t r = 0; r < 9; ++r) {
    const auto want = Product(*runner_, b.w, x.data() + r * 256, 1);
    EXPECT_EQ(std::vector<float>(yb.begin() + r * 24, yb.begin() + r * 24 + 24), want);
  }
}

TEST_P(LinearTest, GatheredRowsAndARangeOfTheWeight) {
  const int64_t k = 256;
  for (const Form form : kForms) {
    const Problem p(form, 300, k, arena_);
    const auto x = RandomActivations(9 * k, 13);
    const std::vector<int32_t> picks = {8, 0, 3, 3, 7};
    std::vector<float> y(5 * 131, -7.0f);
    runner_->Run({.w = &p.w,
                  .x = x.data(),
                  .x_stride = k,
                  .rows = 5,
                  .y = y.data(),
                  .y_stride = 131,
                  .x_rows = picks.data(),
                  .w_begin = 144,
                  .w_rows = 130});
    for (size_t r = 0; r < picks.size(); ++r) {
      const auto want = Product(*runner_, p.w, x.data() + picks[r] * k, 1);
      for (size_t n = 0; n < 130; ++n) ASSERT_EQ(y[r * 131 + n], want[144 + n]) << NameOf(form);
      EXPECT_EQ(y[r * 131 + 130], -7.0f);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, LinearTest, testing::Values("avx512_bf16", "portable"),
                         [](const auto& param) { return std::string(param.param); });

TEST(LinearDispatchTest, MachinesWithoutBf16GetThePortableOne) {
  ThreadPool pool(1);
  CpuFeatures cpu = DetectCpu();
  cpu.avx512_bf16 = false;
  EXPECT_EQ(LinearRunner::Create(pool, cpu)->ImplementationName(Form::kNvfp4), "portable");
  EXPECT_FALSE(LinearRunner::Create(pool, cpu, "avx512_bf16").ok());
  EXPECT_FALSE(LinearRunner::Create(pool, cpu, "cuda").ok());
}

TEST(PackPairs, EveryBf16BoundaryOnEveryTarget) {
  // Each BF16 code with low halves around the tie, NaN and infinity among them.
  std::vector<float> x;
  for (uint32_t code = 0; code < 65536; ++code) {
    for (const uint32_t low : {0u, 0x7FFFu, 0x8000u, 0x8001u}) {
      x.push_back(std::bit_cast<float>(code << 16 | low));
    }
  }
  x.resize(x.size() - 6);  // no whole vector at the end
  ForEachTarget(Targets::kAll, [&](const char* target) {
    std::vector<uint32_t> words(x.size() / 2);
    PackPairs(x.data(), static_cast<int64_t>(words.size()), words.data());
    for (size_t p = 0; p < words.size(); ++p) {
      ASSERT_EQ(words[p] & 0xFFFFu, Bf16FromF32(x[2 * p])) << target << " " << p;
      ASSERT_EQ(words[p] >> 16, Bf16FromF32(x[2 * p + 1])) << target << " " << p;
    }
  });
}

// Sums of 16 terms and more, of which each may be rounded once more without FMA.
TEST(LinearPortable, EveryInstructionSet) {
  constexpr int64_t kN = 40, kK = 160;
  ThreadPool pool(1);
  HugePageArena arena(size_t{4} << 20);
  auto runner = LinearRunner::Create(pool, DetectCpu(), "portable").value();
  for (const Form form : kForms) {
    const Problem p(form, kN, kK, arena);
    for (const int64_t rows : {1, 2, 3, 7, 29}) {
      const auto x = RandomActivations(rows * kK, 11);
      const auto want = Oracle(p.m.view, x.data(), rows);
      ForEachTarget(Targets::kAll, [&](const char* target) {
        const auto y = Product(runner, p.w, x.data(), rows);
        for (size_t i = 0; i < y.size(); ++i)
          ASSERT_NEAR(y[i], want[i], 1e-5 * std::abs(want[i]) + 1e-3 * std::sqrt(double(kK)))
              << target << " " << NameOf(form) << " rows " << rows;
      });
      ForEachTarget(Targets::kWithFma, [&](const char* target) {
        ASSERT_EQ(Product(runner, p.w, x.data(), rows), want)
            << target << " " << NameOf(form) << " rows " << rows;
      });
    }
  }
}

}  // namespace
}  // namespace nibble
