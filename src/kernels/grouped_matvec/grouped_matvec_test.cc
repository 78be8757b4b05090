#include "kernels/grouped_matvec/grouped_matvec.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/grouped_matvec/matvec_test_data.h"

namespace nibble {
namespace {

TEST(GroupPairsTest, ByExpertUpToEight) {
  const std::vector<int32_t> expert = {5, 2, 5, 5, 5, 5, 5, 5, 5, 5, 0};
  const auto groups = GroupPairs(expert);
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(groups[0].expert, 0);
  EXPECT_EQ(groups[0].pairs[0], 10);
  EXPECT_EQ(groups[1].expert, 2);
  EXPECT_EQ(groups[2].count, 8);
  EXPECT_EQ(groups[2].pairs[7], 8);
  EXPECT_EQ(groups[3].expert, 5);
  EXPECT_EQ(groups[3].count, 1);
  EXPECT_EQ(groups[3].pairs[0], 9);
}

TEST(GroupedMatVecTest, TheReferenceMultipliesTheStoredWeights) {
  for (const Form form : {Form::kNvfp4, Form::kMxfp4}) {
    const MatVecExperts experts(form, 3, 32, 192);
    const std::vector<int32_t> expert = {2, 0, 2, 1};
    const auto groups = GroupPairs(expert);
    const auto values = RandomActivations(2 * 192, 5);
    std::vector<uint16_t> x;
    for (const float v : values) x.push_back(Bf16FromF32(v));
    std::vector<float> y(4 * 32);
    const GroupedMatVecProblem p{.form = form,
                                 .rows = 32,
                                 .cols = 192,
                                 .codes = experts.codes.data(),
                                 .scales = experts.scales.data(),
                                 .tensor_scales = experts.tensor_scales.data(),
                                 .groups = groups.data(),
                                 .group_count = static_cast<int64_t>(groups.size()),
                                 .x = x.data(),
                                 .pairs_per_input = 2,
                                 .y = y.data()};
    const auto rows = GroupedMatVecImplementations();
    const auto chosen = Choose(std::span<const GroupedMatVecImplementation>(rows), p, DetectCpu());
    ASSERT_TRUE(chosen.ok());
    EXPECT_EQ(chosen.value()->name, "reference");
    ASSERT_TRUE(chosen.value()->run(p).ok());
    for (size_t pair = 0; pair < expert.size(); ++pair) {
      std::vector<double> w(192);
      for (size_t row = 0; row < 32; ++row) {
        DecodeRow(experts.matrices[static_cast<size_t>(expert[pair])]->view,
                  static_cast<int64_t>(row), std::span<double>(w));
        double sum = 0, magnitudes = 0;
        for (size_t c = 0; c < w.size(); ++c) {
          sum += w[c] * double{values[pair / 2 * 192 + c]};
          magnitudes += std::abs(w[c] * double{values[pair / 2 * 192 + c]});
        }
        ASSERT_NEAR(y[pair * 32 + row], sum, magnitudes * 192 * 0x1p-23) << NameOf(form);
      }
    }
  }
}

TEST(GroupedMatVecTest, RefusesWhatFillsNoTile) {
  const RandomMatrix m(Form::kNvfp4, 32, 96, 1);
  std::vector<uint8_t> codes(m.data.size()), scales(m.scales.size());
  EXPECT_FALSE(PackMatVecTiles(m.view, codes.data(), scales.data()).ok());
}

}  // namespace
}  // namespace nibble
