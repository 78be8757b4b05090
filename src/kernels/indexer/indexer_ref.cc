#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/indexer/indexer.h"
#include "kernels/matmul/matmul.h"
#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

constexpr int64_t kEntriesPerTask = 256;
constexpr int64_t kScoresAtOnce = 1 << 22;  // bounds the scratch of a long prefill

template <class N>
int64_t VisibleEntries(const IndexerProblem<N>& p, int64_t token) {
  return (p.first_position + token + 1) / p.ratio;
}

// Scores of the entries [first, first + count) for one query.
template <class N>
void ScoreEntries(const IndexerProblem<N>& p, int64_t token, int64_t first, int64_t count,
                  typename N::Real* scores) {
  using Acc = typename N::Acc;
  const int64_t width = p.layout.width;
  std::vector<Acc> keys(static_cast<size_t>(count * width));
  for (int64_t j = 0; j < count; ++j) {
    DecodeRow<N>(p.layout, p.entries + (first + j) * RowBytes<N>(p.layout),
                 keys.data() + j * width);
  }
  const auto* q = p.q + token * p.heads * width;
  const std::vector<Acc> queries(q, q + p.heads * width);
  std::vector<Acc> products(static_cast<size_t>(p.heads * count));
  MatMulTransposed(queries.data(), width, p.heads, keys.data(), width, count, width,
                   products.data(), count);
  for (int64_t j = 0; j < count; ++j) {
    Acc sum = 0;
    for (int64_t h = 0; h < p.heads; ++h) {
      const Acc product = N::Bf(products[static_cast<size_t>(h * count + j)]);
      sum += Acc{N::Bf(std::max(product, Acc{0}) * Acc{p.weights[token * p.heads + h]})};
    }
    const typename N::Real score = N::Bf(sum);
    scores[j] = std::isnan(score) ? -std::numeric_limits<typename N::Real>::infinity() : score;
  }
}

template <class Real>
void PickBest(const Real* scores, int64_t count, int64_t top_k, int32_t* picks) {
  std::vector<int32_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  const auto better = [&](int32_t a, int32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  const int64_t kept = std::min(top_k, count);
  if (kept < count) {
    std::nth_element(order.begin(), order.begin() + kept, order.end(), better);
  }
  std::sort(order.begin(), order.begin() + kept, better);
  std::copy_n(order.begin(), kept, picks);
  std::fill(picks + kept, picks + top_k, -1);
}

// The queries [first, first + count).
template <class N>
void SelectForQueries(const IndexerProblem<N>& p, int64_t first, int64_t count, ThreadPool& pool) {
  using Real = typename N::Real;
  const int64_t most = VisibleEntries(p, first + count - 1);
  std::vector<Real> scores(static_cast<size_t>(count * most));
  const int64_t blocks = (most + kEntriesPerTask - 1) / kEntriesPerTask;
  pool.ParallelFor(static_cast<size_t>(count * blocks), [&](size_t task, size_t) {
    const int64_t token = static_cast<int64_t>(task) / blocks;
    const int64_t begin = static_cast<int64_t>(task) % blocks * kEntriesPerTask;
    const int64_t end = std::min(begin + kEntriesPerTask, VisibleEntries(p, first + token));
    if (begin >= end) return;
    ScoreEntries(p, first + token, begin, end - begin, scores.data() + token * most + begin);
  });
  pool.ParallelFor(static_cast<size_t>(count), [&](size_t index, size_t) {
    const auto token = static_cast<int64_t>(index);
    const Real* row = scores.data() + token * most;
    const int64_t visible = VisibleEntries(p, first + token);
    PickBest(row, visible, p.top_k, p.picks + (first + token) * p.top_k);
    if (p.scores != nullptr) {
      Real* out = p.scores + (first + token) * p.scores_cols;
      std::copy_n(row, visible, out);
      std::fill(out + visible, out + p.scores_cols, -std::numeric_limits<Real>::infinity());
    }
  });
}

}  // namespace

template <class N>
void IndexerRef(const IndexerProblem<N>& p, ThreadPool& pool) {
  const int64_t most = std::max<int64_t>(1, VisibleEntries(p, p.tokens - 1));
  const int64_t at_once = std::max<int64_t>(1, kScoresAtOnce / most);
  for (int64_t first = 0; first < p.tokens; first += at_once) {
    SelectForQueries(p, first, std::min(at_once, p.tokens - first), pool);
  }
}

#define NIBBLE_INSTANTIATE(N) template void IndexerRef(const IndexerProblem<N>&, ThreadPool&);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
