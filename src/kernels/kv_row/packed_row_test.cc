#include "kernels/kv_row/packed_row.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/numerics_policy.h"
#include "kernels/simd_targets.h"

namespace nibble {
namespace {

using Reals = std::vector<float>;

// Equal bits, or both not a number.
void ExpectSame(const Reals& got, const Reals& want, const char* target) {
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(want[i])) {
      ASSERT_TRUE(std::isnan(got[i])) << target << " " << i;
    } else {
      ASSERT_EQ(std::bit_cast<uint32_t>(got[i]), std::bit_cast<uint32_t>(want[i]))
          << target << " " << i << ": " << got[i] << ", " << want[i];
    }
  }
}

// Every code in every place of a row, every kind of scale.
TEST(PackedRow, DecodesAsTheReference) {
  const RowLayout layout{.kind = RowKind::kAttention, .width = 192, .rope_dim = 64};
  const auto bytes = static_cast<size_t>(RowBytes<ServingNumerics>(layout));
  for (int shift = 0; shift < 256; ++shift) {
    std::vector<uint8_t> row(bytes);
    for (size_t i = 0; i < bytes; ++i) row[i] = static_cast<uint8_t>(i * 3 + size_t(shift));
    Reals want(192);
    DecodeRow<ServingNumerics>(layout, row.data(), want.data());
    ForEachTarget(Targets::kAll, [&](const char* target) {
      Reals got(192);
      DecodePackedRow(layout, row.data(), got.data());
      for (size_t i = 0; i < got.size(); ++i) {
        if (std::isnan(want[i])) {
          ASSERT_TRUE(std::isnan(got[i])) << target << " " << i;
        } else {
          ASSERT_EQ(got[i], want[i]) << target << " " << i << " " << shift;
        }
      }
    });
  }
}

// Values over many magnitudes: exact ties of both formats, zeros of both signs, blocks of zeros,
// and now and then infinity or NaN.
Reals Hard(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 1);
  Reals out;
  for (int64_t i = 0; i < count; ++i) {
    switch (random() % 8) {
      case 0:
        out.push_back(static_cast<float>(static_cast<int>(random() % 97) - 48) * 0.125f);
        break;
      case 1:
        out.push_back(random() % 2 == 0 ? 0.0f : -0.0f);
        break;
      case 2:
        out.push_back(std::ldexp(normal(random), static_cast<int>(random() % 40) - 30));
        break;
      default:
        out.push_back(ServingNumerics::Bf(normal(random)));
    }
  }
  if (seed % 5 == 0) std::fill_n(out.begin() + 16, 64, -0.0f);
  if (seed % 7 == 1) out[seed % out.size()] = std::numeric_limits<float>::quiet_NaN();
  if (seed % 7 == 2) out[seed % out.size()] = -std::numeric_limits<float>::infinity();
  return out;
}

TEST(PackedRow, FinishesAsTheReference) {
  const RowLayout layouts[] = {
      {.kind = RowKind::kAttention, .width = 128, .rope_dim = 64},
      {.kind = RowKind::kAttention, .width = 512, .rope_dim = 64},
      {.kind = RowKind::kAttention, .width = 144, .rope_dim = 48},  // a block of 32 at the end
      {.kind = RowKind::kAttention, .width = 100, .rope_dim = 50},
      {.kind = RowKind::kIndex, .width = 128, .rope_dim = 64},
      {.kind = RowKind::kIndex, .width = 32, .rope_dim = 0}};
  for (const RowLayout& layout : layouts) {
    for (uint32_t seed = 0; seed < 200; ++seed) {
      const Reals x = Hard(std::max<int64_t>(layout.width, 100), seed);
      Reals want(x.begin(), x.begin() + layout.width);
      FinishRow<ServingNumerics>(layout, want.data());
      ForEachTarget(Targets::kAll, [&](const char* target) {
        Reals got(x.begin(), x.begin() + layout.width);
        FinishPackedRow(layout, got.data());
        ExpectSame(got, want, target);
      });
    }
  }
}

}  // namespace
}  // namespace nibble
