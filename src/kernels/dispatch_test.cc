#include "kernels/dispatch.h"

#include <gtest/gtest.h>

namespace nibble {
namespace {

using Row = Implementation<int, int>;
constexpr Row kRows[] = {
    {"fast", [](const int& n, const CpuFeatures& cpu) { return n % 2 == 0 && cpu.avx512_bf16; }, 1},
    {"plain", [](const int& n, const CpuFeatures&) { return n < 100; }, 2},
};
constexpr CpuFeatures kOld{};
constexpr CpuFeatures kNew{
    .avx2_fma = true, .avx512 = true, .avx512_bf16 = true, .avx512_vbmi = true};

std::string_view Chosen(int problem, const CpuFeatures& cpu, std::string_view forced = "") {
  const auto row = Choose(std::span<const Row>(kRows), problem, cpu, forced);
  return row.ok() ? row.value()->name : std::string_view(row.error().message());
}

TEST(DispatchTest, TakesTheFirstThatSupports) {
  EXPECT_EQ(Chosen(2, kNew), "fast");
  EXPECT_EQ(Chosen(3, kNew), "plain");
  EXPECT_EQ(Chosen(2, kOld), "plain");
}

TEST(DispatchTest, ForcedByName) {
  EXPECT_EQ(Chosen(2, kNew, "plain"), "plain");
  const auto unknown = Choose(std::span<const Row>(kRows), 2, kNew, "slow");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().message(), "no kernel is called slow; there are: fast, plain");
  const auto unable = Choose(std::span<const Row>(kRows), 2, kOld, "fast");
  ASSERT_FALSE(unable.ok());
  EXPECT_EQ(unable.error().message(),
            "kernel fast does not run this problem on this machine (baseline)");
  EXPECT_FALSE(Choose(std::span<const Row>(kRows), 101, kOld).ok());
}

TEST(DispatchTest, FeaturesText) {
  EXPECT_EQ(FeaturesText(kOld), "baseline");
  EXPECT_EQ(FeaturesText(kNew), "avx2+fma avx512 bf16 vbmi");
}

}  // namespace
}  // namespace nibble
