#include <algorithm>
#include <vector>

#include "base/check.h"
#include "formats/fp8_block.h"
#include "formats/nvfp4.h"
#include "kernels/matmul/matmul.h"
#include "kernels/numerics_policy.h"
#include "kernels/projection/projection.h"

namespace nibble {
namespace {

constexpr int64_t kRowsPerTask = 8;  // decoded once, then applied to all tokens from cache

// The activations as sums want them, [tokens, cols] without gaps.
template <class N>
std::vector<typename N::Acc> GatherInput(const ProjectionProblem<N>& p) {
  const int64_t cols = p.weight.cols;
  std::vector<typename N::Acc> out(static_cast<size_t>(p.tokens * cols));
  std::vector<float> row(static_cast<size_t>(cols));
  for (int64_t t = 0; t < p.tokens; ++t) {
    if (p.quant == InputQuant::kNone) {
      std::copy_n(p.x + t * p.ldx, cols, out.begin() + t * cols);
      continue;
    }
    std::transform(p.x + t * p.ldx, p.x + t * p.ldx + cols, row.begin(),
                   [](auto v) { return static_cast<float>(v); });
    QuantizeInput(p.quant, p.weight.input_scale, row.data(), cols);
    std::copy(row.begin(), row.end(), out.begin() + t * cols);
  }
  return out;
}

}  // namespace

void QuantizeInput(InputQuant quant, float input_scale, float* values, int64_t count) {
  const std::span<float> span(values, static_cast<size_t>(count));
  if (quant == InputQuant::kFp8) FakeQuantizeFp8(span, kFp8Block);
  if (quant == InputQuant::kNvfp4) FakeQuantizeNvfp4Activations(span, input_scale);
}

template <class N>
void ProjectRef(const ProjectionProblem<N>& p, ThreadPool& pool) {
  using Acc = typename N::Acc;
  NIBBLE_CHECK(N::kQuantizes || p.quant == InputQuant::kNone, "ideal quantises nothing");
  const std::vector<Acc> input = GatherInput(p);
  const int64_t rows = p.rows;
  const int64_t cols = p.weight.cols;
  const auto tasks = static_cast<size_t>((rows + kRowsPerTask - 1) / kRowsPerTask);
  pool.ParallelFor(tasks, [&](size_t task, size_t) {
    const int64_t first = static_cast<int64_t>(task) * kRowsPerTask;
    const int64_t count = std::min(kRowsPerTask, rows - first);
    std::vector<Acc> decoded(static_cast<size_t>(count * cols));
    for (int64_t r = 0; r < count; ++r) {
      DecodeRow(p.weight, p.first_row + first + r,
                std::span<Acc>(decoded.data() + r * cols, static_cast<size_t>(cols)));
    }
    std::vector<Acc> sums(static_cast<size_t>(p.tokens * count));
    MatMulTransposed(input.data(), cols, p.tokens, decoded.data(), cols, count, cols, sums.data(),
                     count);
    for (int64_t t = 0; t < p.tokens; ++t) {
      for (int64_t r = 0; r < count; ++r) {
        const Acc sum = sums[static_cast<size_t>(t * count + r)];
        p.y[t * p.ldy + first + r] =
            p.rounding == OutputRounding::kBf16 ? N::Bf(sum) : N::Wide(sum);
      }
    }
  });
}

#define NIBBLE_INSTANTIATE(N) template void ProjectRef(const ProjectionProblem<N>&, ThreadPool&);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
