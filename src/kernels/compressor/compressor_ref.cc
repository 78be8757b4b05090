#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/compressor/compressor.h"
#include "kernels/norm/norm.h"
#include "kernels/numerics_policy.h"
#include "kernels/rope/rope.h"

namespace nibble {
namespace {

// Per channel: softmax of the scores over the rows of the block (and of the previous one), times
// the values. A previous block that never was has scores of -inf and weight 0.
template <class N>
void Pool(const CompressorProblem<N>& p, typename N::Real* entry) {
  using Acc = typename N::Acc;
  const int64_t channels = p.shape.channels();
  for (int64_t c = 0; c < p.shape.width; ++c) {
    const auto at = [&](int64_t row) {
      const bool current = p.shape.overlap && row >= p.shape.ratio;
      return row * channels + c + (current ? p.shape.width : 0);
    };
    Acc largest = -std::numeric_limits<Acc>::infinity();
    for (int64_t r = 0; r < p.shape.state_rows(); ++r) {
      largest = std::max<Acc>(largest, p.state_scores[at(r)]);
    }
    Acc sum = 0;
    Acc pooled = 0;
    for (int64_t r = 0; r < p.shape.state_rows(); ++r) {
      const Acc weight = std::exp(Acc{p.state_scores[at(r)]} - largest);
      sum += weight;
      pooled += weight * Acc{p.state_values[at(r)]};
    }
    entry[c] = N::Bf(pooled / sum);
  }
}

template <class N>
void FinishEntry(const CompressorProblem<N>& p, int64_t j, typename N::Real* entry) {
  ThreadPool alone(1);
  RmsNormRef<N>({.x = entry,
                 .weight = p.norm_weight,
                 .y = entry,
                 .rows = 1,
                 .cols = p.shape.width,
                 .eps = p.norm_eps},
                alone);
  const int64_t position = j * p.shape.ratio;
  RopeRef<N>({.x = entry,
              .tokens = 1,
              .heads = 1,
              .head_dim = p.shape.width,
              .positions = &position,
              .frequencies = p.rope_frequencies,
              .inverse = false},
             alone);
  FinishRow<N>(p.layout, entry);
}

}  // namespace

template <class N>
void CompressorRef(const CompressorProblem<N>& p) {
  using Acc = typename N::Acc;
  const int64_t channels = p.shape.channels();
  const int64_t ratio = p.shape.ratio;
  const int64_t current = p.shape.overlap ? ratio : 0;  // first state row of the current block
  std::vector<typename N::Real> entry(static_cast<size_t>(p.shape.width));
  for (int64_t t = 0; t < p.tokens; ++t) {
    const int64_t position = p.first_position + t;
    const int64_t in_block = position % ratio;
    auto* value = p.state_values + (current + in_block) * channels;
    auto* score = p.state_scores + (current + in_block) * channels;
    for (int64_t c = 0; c < channels; ++c) {
      value[c] = p.values[t * channels + c];
      score[c] = N::Wide(Acc{p.scores[t * channels + c]} + Acc{p.ape[in_block * channels + c]});
    }
    if (in_block != ratio - 1) continue;
    const int64_t j = position / ratio;
    Pool(p, entry.data());
    FinishEntry(p, j, entry.data());
    EncodeRow<N>(p.layout, entry.data(), p.entries + j * RowBytes<N>(p.layout));
    if (p.shape.overlap) {
      const int64_t block = ratio * channels;
      std::copy_n(p.state_values + block, block, p.state_values);
      std::copy_n(p.state_scores + block, block, p.state_scores);
    }
  }
}

template <class N>
void ResetCompressorState(const CompressorShape& shape, typename N::Real* state_values,
                          typename N::Real* state_scores) {
  const int64_t count = shape.state_rows() * shape.channels();
  std::fill_n(state_values, count, typename N::Real{0});
  std::fill_n(state_scores, count, -std::numeric_limits<typename N::Real>::infinity());
}

#define NIBBLE_INSTANTIATE(N)                               \
  template void CompressorRef(const CompressorProblem<N>&); \
  template void ResetCompressorState<N>(const CompressorShape&, N::Real*, N::Real*);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
