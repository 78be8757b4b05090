#include "kernels/matmul/matmul.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace nibble {
namespace {

template <class T>
std::vector<T> Noise(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<T> uniform(-1, 1);
  std::vector<T> out(static_cast<size_t>(count));
  for (T& v : out) v = uniform(random);
  return out;
}

template <class T>
class MatMul : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(MatMul, Types);

// Odd sizes reach every remainder of the blocking.
TYPED_TEST(MatMul, InnerProducts) {
  using T = TypeParam;
  const T bound = std::is_same_v<T, float> ? T(1e-4) : T(1e-12);
  for (const int64_t depth : {1, 16, 77, 130}) {
    for (const int64_t rows : {1, 4, 6, 9}) {
      const auto a = Noise<T>(rows * depth, 1);
      const auto b = Noise<T>(7 * depth, 2);
      std::vector<T> c(static_cast<size_t>(rows * 7));
      MatMulTransposed(a.data(), depth, rows, b.data(), depth, 7, depth, c.data(), 7);
      for (int64_t i = 0; i < rows; ++i) {
        std::vector<T> alone(7);
        MatMulTransposed(a.data() + i * depth, depth, 1, b.data(), depth, 7, depth, alone.data(),
                         7);
        for (int64_t j = 0; j < 7; ++j) {
          double sum = 0;
          for (int64_t k = 0; k < depth; ++k) {
            sum += double{a[size_t(i * depth + k)]} * double{b[size_t(j * depth + k)]};
          }
          EXPECT_NEAR(double{c[size_t(i * 7 + j)]}, sum, double{bound});
          EXPECT_EQ(c[size_t(i * 7 + j)], alone[size_t(j)]) << "depends on the number of rows";
        }
      }
    }
  }
}

TYPED_TEST(MatMul, WeightedRows) {
  using T = TypeParam;
  const T bound = std::is_same_v<T, float> ? T(1e-4) : T(1e-12);
  for (const int64_t cols : {3, 16, 64, 141}) {
    const auto p = Noise<T>(6 * 5, 3);
    const auto v = Noise<T>(5 * cols, 4);
    std::vector<T> out(static_cast<size_t>(6 * cols), T(1));
    AddWeightedRows(p.data(), 5, 6, 5, v.data(), cols, cols, out.data(), cols);
    for (int64_t i = 0; i < 6; ++i) {
      for (int64_t k = 0; k < cols; ++k) {
        double sum = 1;
        for (int64_t j = 0; j < 5; ++j) {
          sum += double{p[size_t(i * 5 + j)]} * double{v[size_t(j * cols + k)]};
        }
        EXPECT_NEAR(double{out[size_t(i * cols + k)]}, sum, double{bound});
      }
    }
  }
}

}  // namespace
}  // namespace nibble
