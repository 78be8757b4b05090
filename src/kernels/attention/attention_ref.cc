#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/attention/attention.h"
#include "kernels/matmul/matmul.h"
#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

constexpr int64_t kTile = 64;  // keys, as the reference walks them

// The keys that one query sees, decoded, [count, width].
template <class N>
std::vector<typename N::Acc> GatherKeys(const AttentionProblem<N>& p, int64_t token) {
  using Acc = typename N::Acc;
  const int64_t width = p.layout.width;
  const int64_t position = p.first_position + token;
  const int64_t oldest = std::max<int64_t>(0, position - p.window + 1);
  const int64_t row_bytes = RowBytes<N>(p.layout);
  const int64_t visible = p.ratio == 0 ? 0 : (position + 1) / p.ratio;
  const int64_t listed = p.picks == nullptr ? visible : p.picks_per_token;
  std::vector<Acc> keys(static_cast<size_t>((position - oldest + 1 + listed) * width));
  Acc* out = keys.data();
  for (int64_t t = oldest; t <= position; ++t, out += width) {
    if (t < p.first_position) {
      DecodeRow<N>(p.layout, p.ring + t % p.window * row_bytes, out);
    } else {
      std::copy_n(p.fresh + (t - p.first_position) * width, width, out);
    }
  }
  for (int64_t i = 0; i < listed; ++i) {
    const int64_t j = p.picks == nullptr ? i : p.picks[token * p.picks_per_token + i];
    if (j < 0) continue;
    DecodeRow<N>(p.layout, p.entries + j * row_bytes, out);
    out += width;
  }
  keys.resize(static_cast<size_t>(out - keys.data()));
  return keys;
}

// The softmax of one head while the tiles pass.
template <class Acc>
struct Running {
  Acc largest = -std::numeric_limits<Acc>::infinity();
  Acc denominator = 0;
};

// Turns the logits of a tile into p in place and rescales what was summed before.
template <class N>
void SoftmaxTile(typename N::Acc* logits, int64_t count, int64_t width, double scale,
                 Running<typename N::Acc>* running, typename N::Acc* out) {
  using Acc = typename N::Acc;
  Acc largest = running->largest;
  for (int64_t k = 0; k < count; ++k) {
    logits[k] *= static_cast<Acc>(scale);
    largest = std::max(largest, logits[k]);
  }
  const Acc shrink = std::exp(running->largest - largest);
  if (shrink != 1) {
    for (int64_t i = 0; i < width; ++i) out[i] *= shrink;
  }
  Acc sum = running->denominator * shrink;
  for (int64_t k = 0; k < count; ++k) {
    const Acc p = std::exp(logits[k] - largest);
    sum += p;
    logits[k] = N::Bf(p);
  }
  running->largest = largest;
  running->denominator = sum;
}

// Heads [first_head, first_head + heads) of one query.
template <class N>
void AttendHeads(const AttentionProblem<N>& p, int64_t token, int64_t first_head, int64_t heads) {
  using Acc = typename N::Acc;
  const int64_t width = p.layout.width;
  const std::vector<Acc> keys = GatherKeys(p, token);
  const auto key_count = static_cast<int64_t>(keys.size()) / width;
  const auto* q = p.q + (token * p.heads + first_head) * width;
  const std::vector<Acc> queries(q, q + heads * width);
  std::vector<Acc> out(static_cast<size_t>(heads * width), Acc{0});
  std::vector<Acc> logits(static_cast<size_t>(heads * kTile));
  std::vector<Running<Acc>> running(static_cast<size_t>(heads));
  const double scale = 1 / std::sqrt(static_cast<double>(width));
  for (int64_t first = 0; first < key_count; first += kTile) {
    const int64_t count = std::min(kTile, key_count - first);
    const Acc* tile = keys.data() + first * width;
    MatMulTransposed(queries.data(), width, heads, tile, width, count, width, logits.data(), kTile);
    for (int64_t h = 0; h < heads; ++h) {
      SoftmaxTile<N>(logits.data() + h * kTile, count, width, scale,
                     &running[static_cast<size_t>(h)], out.data() + h * width);
    }
    AddWeightedRows(logits.data(), kTile, heads, count, tile, width, width, out.data(), width);
  }
  for (int64_t h = 0; h < heads; ++h) {
    const Running<Acc>& r = running[static_cast<size_t>(h)];
    const Acc denominator = r.denominator + std::exp(Acc{p.sink[first_head + h]} - r.largest);
    auto* result = p.out + (token * p.heads + first_head + h) * width;
    for (int64_t i = 0; i < width; ++i) {
      result[i] = N::Bf(out[static_cast<size_t>(h * width + i)] / denominator);
    }
  }
}

}  // namespace

template <class N>
void AttentionRef(const AttentionProblem<N>& p, ThreadPool& pool) {
  // One query at a time per task; a single query is split by heads instead.
  const auto threads = static_cast<int64_t>(pool.size());
  const int64_t parts = p.tokens >= 2 * threads ? 1 : std::min(p.heads, threads);
  const int64_t heads_per_part = (p.heads + parts - 1) / parts;
  pool.ParallelFor(static_cast<size_t>(p.tokens * parts), [&](size_t task, size_t) {
    const int64_t first_head = static_cast<int64_t>(task) % parts * heads_per_part;
    const int64_t heads = std::min(heads_per_part, p.heads - first_head);
    if (heads > 0) AttendHeads(p, static_cast<int64_t>(task) / parts, first_head, heads);
  });
}

template <class N>
void CommitWindow(const AttentionProblem<N>& p, uint8_t* ring) {
  for (int64_t t = std::max<int64_t>(0, p.tokens - p.window); t < p.tokens; ++t) {
    const int64_t slot = (p.first_position + t) % p.window;
    EncodeRow<N>(p.layout, p.fresh + t * p.layout.width, ring + slot * RowBytes<N>(p.layout));
  }
}

#define NIBBLE_INSTANTIATE(N)                                          \
  template void AttentionRef(const AttentionProblem<N>&, ThreadPool&); \
  template void CommitWindow(const AttentionProblem<N>&, uint8_t*);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
