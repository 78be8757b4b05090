// The operations of `serving` beside the linears, each against its reference in the same run: a
// step of some tokens at the end of a text of 2,000, for the bundled tiny model's shape (256 wide,
// 8 heads of 128) and for Flash's (4,096 wide, 64 heads of 512). One thread.
//   serving_bench --benchmark_filter=attention
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "kernels/attention/attention_serving.h"
#include "kernels/compressor/compressor_serving.h"
#include "kernels/hyper_connection/hyper_connection_serving.h"
#include "kernels/indexer/indexer_serving.h"
#include "kernels/kv_row/packed_row.h"
#include "kernels/norm/norm_serving.h"
#include "kernels/rope/rope_serving.h"

namespace nibble {
namespace {

using Reals = std::vector<float>;

struct Dims {
  int64_t hidden, heads, head_dim, index_heads, top_k;
};
constexpr Dims kTiny{.hidden = 256, .heads = 8, .head_dim = 128, .index_heads = 4, .top_k = 64};
constexpr Dims kFlash{
    .hidden = 4096, .heads = 64, .head_dim = 512, .index_heads = 64, .top_k = 512};
constexpr int64_t kText = 2000;

Reals Noise(int64_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 1);
  Reals out(static_cast<size_t>(count));
  for (float& v : out) v = ServingNumerics::Bf(normal(random));
  return out;
}

std::vector<uint8_t> Rows(const RowLayout& layout, int64_t count) {
  const int64_t row_bytes = RowBytes<ServingNumerics>(layout);
  std::vector<uint8_t> rows(static_cast<size_t>(count * row_bytes));
  Reals x = Noise(count * layout.width);
  for (int64_t i = 0; i < count; ++i) {
    FinishRow<ServingNumerics>(layout, x.data() + i * layout.width);
    EncodeRow<ServingNumerics>(layout, x.data() + i * layout.width, rows.data() + i * row_bytes);
  }
  return rows;
}

Dims DimsOf(const benchmark::State& state) { return state.range(0) == 0 ? kTiny : kFlash; }
int64_t TokensOf(const benchmark::State& state) { return state.range(1); }
void Finish(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * TokensOf(state));
  state.SetLabel(state.range(0) == 0 ? "tiny" : "flash");
}

template <bool reference>
void Attention(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const int64_t tokens = TokensOf(state), first = kText - tokens;
  const RowLayout layout{.kind = RowKind::kAttention, .width = d.head_dim, .rope_dim = 64};
  const Reals q = Noise(tokens * d.heads * d.head_dim), fresh = Noise(tokens * d.head_dim),
              sink = Noise(d.heads);
  const auto ring = Rows(layout, 128), entries = Rows(layout, kText / 4);
  std::vector<int32_t> picks;
  for (int64_t t = 0; t < tokens; ++t) {
    for (int64_t i = 0; i < d.top_k; ++i) {
      const int64_t visible = (first + t + 1) / 4;
      picks.push_back(i < visible ? static_cast<int32_t>((i * 7 + t) % visible) : -1);
    }
  }
  Reals out(q.size());
  const ServingAttentionProblem p{.q = q.data(),
                                  .tokens = tokens,
                                  .heads = d.heads,
                                  .first_position = first,
                                  .layout = layout,
                                  .window = 128,
                                  .ring = ring.data(),
                                  .fresh = fresh.data(),
                                  .ratio = 4,
                                  .entries = entries.data(),
                                  .picks = picks.data(),
                                  .picks_per_token = d.top_k,
                                  .sink = sink.data(),
                                  .out = out.data()};
  ThreadPool pool(1);
  ServingAttention attention(pool);
  for (auto _ : state) {
    if constexpr (reference) {
      AttentionRef(p, pool);
    } else {
      attention.Run({&p, 1});
    }
  }
  Finish(state);
}

template <bool reference>
void Indexer(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const int64_t tokens = TokensOf(state);
  const RowLayout layout{.kind = RowKind::kIndex, .width = 128, .rope_dim = 64};
  Reals q = Noise(tokens * d.index_heads * 128);
  for (int64_t i = 0; i < tokens * d.index_heads; ++i) {
    FinishPackedRow(layout, q.data() + i * 128);
  }
  const Reals weights = Noise(tokens * d.index_heads);
  const auto entries = Rows(layout, kText / 4);
  std::vector<int32_t> picks(static_cast<size_t>(tokens * d.top_k));
  const ServingIndexerProblem p{.q = q.data(),
                                .weights = weights.data(),
                                .tokens = tokens,
                                .heads = d.index_heads,
                                .layout = layout,
                                .entries = entries.data(),
                                .first_position = kText - tokens,
                                .ratio = 4,
                                .top_k = d.top_k,
                                .picks = picks.data()};
  ThreadPool pool(1);
  ServingIndexer indexer(pool);
  for (auto _ : state) {
    if constexpr (reference) {
      IndexerRef(p, pool);
    } else {
      indexer.Run({&p, 1});
    }
  }
  Finish(state);
}

template <bool reference>
void Compressor(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const int64_t tokens = TokensOf(state);
  const CompressorShape shape{.ratio = 4, .width = d.head_dim, .overlap = true};
  const RowLayout layout{.kind = RowKind::kAttention, .width = d.head_dim, .rope_dim = 64};
  const Reals values = Noise(tokens * shape.channels()), scores = values,
              ape = Noise(4 * shape.channels()), norm = Noise(d.head_dim);
  const auto frequencies = RopeFrequencies({.theta = 160000, .rope_dim = 64});
  Reals state_values(static_cast<size_t>(shape.state_rows() * shape.channels()), 0.0f);
  Reals state_scores = state_values;
  std::vector<uint8_t> entries = Rows(layout, kText / 4);
  const ServingCompressorProblem p{.shape = shape,
                                   .layout = layout,
                                   .values = values.data(),
                                   .scores = scores.data(),
                                   .first_position = kText - tokens,
                                   .tokens = tokens,
                                   .ape = ape.data(),
                                   .norm_weight = norm.data(),
                                   .norm_eps = 1e-6,
                                   .rope_frequencies = &frequencies,
                                   .state_values = state_values.data(),
                                   .state_scores = state_scores.data(),
                                   .entries = entries.data()};
  ThreadPool pool(1);
  ServingCompressor compressor(pool);
  for (auto _ : state) {
    if constexpr (reference) {
      CompressorRef(p);
    } else {
      compressor.Run({&p, 1});
    }
  }
  Finish(state);
}

template <bool reference>
void HyperConnection(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const int64_t tokens = TokensOf(state);
  const Reals fn = Noise(24 * 4 * d.hidden), base = Noise(24), scale = Noise(3),
              o = Noise(tokens * d.hidden);
  Reals streams = Noise(tokens * 4 * d.hidden), y(o.size()), pre(static_cast<size_t>(tokens * 4)),
        post(pre), comb(static_cast<size_t>(tokens * 16));
  const HyperConnectionPre<ServingNumerics> before{
      .weights = {{.form = Form::kF32,
                   .rows = 24,
                   .cols = 4 * d.hidden,
                   .data = reinterpret_cast<const uint8_t*>(fn.data())},
                  base.data(),
                  scale.data()},
      .streams = streams.data(),
      .tokens = tokens,
      .m = 4,
      .d = d.hidden,
      .norm_eps = 1e-6,
      .hc_eps = 1e-6,
      .sinkhorn_iters = 20,
      .y = y.data(),
      .pre = pre.data(),
      .post = post.data(),
      .comb = comb.data()};
  const HyperConnectionPost<ServingNumerics> after{.streams = streams.data(),
                                                   .o = o.data(),
                                                   .post = post.data(),
                                                   .comb = comb.data(),
                                                   .tokens = tokens,
                                                   .m = 4,
                                                   .d = d.hidden};
  ThreadPool pool(1);
  ServingHyperConnection hc(pool);
  for (auto _ : state) {
    if constexpr (reference) {
      HyperConnectionPreRef(before, pool);
      HyperConnectionPostRef(after, pool);
    } else {
      hc.Pre(before);
      hc.Post(after);
    }
  }
  Finish(state);
}

template <bool reference>
void HeadNorm(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const int64_t rows = TokensOf(state) * d.heads;
  Reals x = Noise(rows * d.head_dim);
  const RmsNormProblem<ServingNumerics> p{
      .x = x.data(), .y = x.data(), .rows = rows, .cols = d.head_dim, .eps = 1e-6};
  ThreadPool pool(1);
  for (auto _ : state) reference ? HeadNormRef(p, pool) : HeadNormServing(p, pool);
  Finish(state);
}

template <bool reference>
void RmsNorm(benchmark::State& state) {
  const Dims d = DimsOf(state);
  Reals x = Noise(TokensOf(state) * d.hidden);
  const Reals weight = Noise(d.hidden);
  const RmsNormProblem<ServingNumerics> p{.x = x.data(),
                                          .weight = weight.data(),
                                          .y = x.data(),
                                          .rows = TokensOf(state),
                                          .cols = d.hidden,
                                          .eps = 1e-6};
  ThreadPool pool(1);
  for (auto _ : state) reference ? RmsNormRef(p, pool) : RmsNormServing(p, pool);
  Finish(state);
}

template <bool reference>
void Rope(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const int64_t tokens = TokensOf(state);
  Reals x = Noise(tokens * d.heads * d.head_dim);
  std::vector<int64_t> positions;
  for (int64_t t = 0; t < tokens; ++t) positions.push_back(t);
  const auto frequencies = RopeFrequencies({.rope_dim = 64});
  const RopeProblem<ServingNumerics> p{.x = x.data(),
                                       .tokens = tokens,
                                       .heads = d.heads,
                                       .head_dim = d.head_dim,
                                       .positions = positions.data(),
                                       .frequencies = &frequencies};
  ThreadPool pool(1);
  ServingRope rope(pool);
  for (auto _ : state) reference ? RopeRef(p, pool) : rope.Run(p);
  Finish(state);
}

// The index queries of a token: Hadamard and FP4.
template <bool reference>
void FinishIndexRows(benchmark::State& state) {
  const Dims d = DimsOf(state);
  const RowLayout layout{.kind = RowKind::kIndex, .width = 128, .rope_dim = 64};
  const int64_t rows = TokensOf(state) * d.index_heads;
  const Reals x = Noise(rows * 128);
  Reals y;
  for (auto _ : state) {
    y = x;
    for (int64_t i = 0; i < rows; ++i) {
      float* row = y.data() + i * 128;
      reference ? FinishRow<ServingNumerics>(layout, row) : FinishPackedRow(layout, row);
    }
  }
  Finish(state);
}

// {0 tiny, 1 Flash} x tokens.
void Shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"flash", "tokens"})->ArgsProduct({{0, 1}, {1, 64}});
}

#define NIBBLE_BENCH(operation)                                      \
  BENCHMARK_TEMPLATE(operation, true)->Apply(Shapes)->MinTime(0.05); \
  BENCHMARK_TEMPLATE(operation, false)->Apply(Shapes)->MinTime(0.05)
NIBBLE_BENCH(Attention);
NIBBLE_BENCH(Indexer);
NIBBLE_BENCH(Compressor);
NIBBLE_BENCH(HyperConnection);
NIBBLE_BENCH(HeadNorm);
NIBBLE_BENCH(RmsNorm);
NIBBLE_BENCH(Rope);
NIBBLE_BENCH(FinishIndexRows);

}  // namespace
}  // namespace nibble

BENCHMARK_MAIN();
