// The operations of the reference backend: tensors to the problems of src/kernels.
#include "model/reference_backend.h"

#include <algorithm>

#include "kernels/attention/attention.h"
#include "kernels/hyper_connection/hyper_connection.h"
#include "kernels/indexer/indexer.h"
#include "kernels/norm/norm.h"
#include "kernels/numerics_policy.h"
#include "kernels/rope/rope.h"
#include "kernels/router/router.h"
#include "model/experts_problem.h"
#include "model/sequence_state.h"

namespace nibble {
namespace {

template <class N>
HyperConnectionPre<N> HcProblem(const ModelConfig& config, const HcWeights& weights,
                                const Tensor& streams, const Tensor& y) {
  return {.weights = {weights.fn.encoded, weights.base.data(), weights.scale.data()},
          .streams = reinterpret_cast<const typename N::Real*>(streams.bytes()),
          .tokens = streams.rows,
          .m = config.hc_mult,
          .d = config.hidden_size,
          .norm_eps = config.rms_norm_eps,
          .hc_eps = config.hc_eps,
          .sinkhorn_iters = config.hc_sinkhorn_iters,
          .y = reinterpret_cast<typename N::Real*>(y.bytes())};
}

ExpertWeights EncodedExpert(const ExpertMatrices& e) {
  return {e.w1.encoded, e.w2.encoded, e.w3.encoded, e.w1.quant, e.w2.quant, e.w3.quant};
}

}  // namespace

template <class N>
void ReferenceBackend<N>::Embed(const Matrix& table, std::span<const int32_t> ids, int64_t copies,
                                const Tensor& y) {
  const auto width = static_cast<size_t>(table.encoded.cols);
  std::vector<typename N::Acc> row(width);
  Real* out = Reals(y);
  for (const int32_t id : ids) {
    DecodeRow(table.encoded, id, std::span(row));
    for (int64_t copy = 0; copy < copies; ++copy, out += width) {
      std::transform(row.begin(), row.end(), out, [](auto v) { return N::Bf(v); });
    }
  }
}

template <class N>
void ReferenceBackend<N>::Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
                                  OutputRounding rounding) {
  CountRead(matrix);
  ProjectRef<N>({.weight = matrix.encoded,
                 .rows = matrix.encoded.rows,
                 .x = Reals(x),
                 .ldx = x.cols,
                 .tokens = x.rows,
                 .y = Reals(y),
                 .ldy = y.cols,
                 .quant = matrix.quant,
                 .rounding = rounding},
                pool_);
}

template <class N>
void ReferenceBackend<N>::ProjectGroups(const Matrix& matrix, int64_t groups, const Tensor& x,
                                        const Tensor& y) {
  CountRead(matrix);
  const int64_t rows = matrix.encoded.rows / groups;
  for (int64_t g = 0; g < groups; ++g) {
    ProjectRef<N>({.weight = matrix.encoded,
                   .first_row = g * rows,
                   .rows = rows,
                   .x = Reals(x) + g * matrix.encoded.cols,
                   .ldx = x.cols,
                   .tokens = x.rows,
                   .y = Reals(y) + g * rows,
                   .ldy = y.cols,
                   .quant = matrix.quant,
                   .rounding = OutputRounding::kBf16},
                  pool_);
  }
}

template <class N>
RmsNormProblem<N> ReferenceBackend<N>::RmsNormOf(const Tensor& x, const Vector& weight,
                                                 const Tensor& y) const {
  const auto cols = static_cast<int64_t>(weight.size());
  return {.x = Reals(x),
          .weight = weight.data(),
          .y = Reals(y),
          .rows = x.rows * x.cols / cols,
          .cols = cols,
          .eps = config_.rms_norm_eps};
}

template <class N>
void ReferenceBackend<N>::RmsNorm(const Tensor& x, const Vector& weight, const Tensor& y) {
  RmsNormRef(RmsNormOf(x, weight, y), pool_);
}

template <class N>
RmsNormProblem<N> ReferenceBackend<N>::HeadNormOf(const Tensor& x, int64_t head_dim) const {
  return {.x = Reals(x),
          .weight = nullptr,
          .y = Reals(x),
          .rows = x.rows * x.cols / head_dim,
          .cols = head_dim,
          .eps = config_.rms_norm_eps};
}

template <class N>
void ReferenceBackend<N>::HeadNorm(const Tensor& x, int64_t head_dim) {
  HeadNormRef(HeadNormOf(x, head_dim), pool_);
}

template <class N>
RopeProblem<N> ReferenceBackend<N>::RopeOf(const Tensor& x, int64_t head_dim,
                                           std::span<const int64_t> positions,
                                           const std::vector<float>& frequencies,
                                           bool inverse) const {
  return {.x = Reals(x),
          .tokens = x.rows,
          .heads = x.cols / head_dim,
          .head_dim = head_dim,
          .positions = positions.data(),
          .frequencies = &frequencies,
          .inverse = inverse};
}

template <class N>
void ReferenceBackend<N>::Rope(const Tensor& x, int64_t head_dim,
                               std::span<const int64_t> positions,
                               const std::vector<float>& frequencies, bool inverse) {
  RopeRef(RopeOf(x, head_dim, positions, frequencies, inverse), pool_);
}

template <class N>
void ReferenceBackend<N>::FinishRows(const RowLayout& layout, const Tensor& x) {
  const int64_t per_token = x.cols / layout.width;
  pool_.ParallelFor(static_cast<size_t>(x.rows), [&](size_t token, size_t) {
    Real* row = Reals(x) + static_cast<int64_t>(token) * x.cols;
    for (int64_t i = 0; i < per_token; ++i) FinishRow<N>(layout, row + i * layout.width);
  });
}

template <class N>
void ReferenceBackend<N>::Scale(const Tensor& x, double factor) {
  using Acc = typename N::Acc;
  std::transform(Reals(x), Reals(x) + x.rows * x.cols, Reals(x),
                 [&](Real v) { return N::Bf(Acc{v} * static_cast<Acc>(factor)); });
}

template <class N>
HyperConnectionPre<N> ReferenceBackend<N>::HcPreOf(const HcWeights& weights, const Tensor& streams,
                                                   const HcResult& out) const {
  auto problem = HcProblem<N>(config_, weights, streams, out.y);
  problem.pre = Reals(out.pre);
  problem.post = Reals(out.post);
  problem.comb = Reals(out.comb);
  return problem;
}

template <class N>
void ReferenceBackend<N>::HcPre(const HcWeights& weights, const Tensor& streams,
                                const HcResult& out) {
  CountRead(weights.fn);
  HyperConnectionPreRef(HcPreOf(weights, streams, out), pool_);
}

template <class N>
HyperConnectionPost<N> ReferenceBackend<N>::HcPostOf(const Tensor& o, const HcResult& mix,
                                                     const Tensor& streams) const {
  return {.streams = Reals(streams),
          .o = Reals(o),
          .post = Reals(mix.post),
          .comb = Reals(mix.comb),
          .tokens = streams.rows,
          .m = config_.hc_mult,
          .d = config_.hidden_size};
}

template <class N>
void ReferenceBackend<N>::HcPost(const Tensor& o, const HcResult& mix, const Tensor& streams) {
  HyperConnectionPostRef(HcPostOf(o, mix, streams), pool_);
}

template <class N>
void ReferenceBackend<N>::HcHead(const HcWeights& weights, const Tensor& streams, const Tensor& y) {
  CountRead(weights.fn);
  HyperConnectionHeadRef(HcProblem<N>(config_, weights, streams, y), pool_);
}

template <class N>
CompressorProblem<N> ReferenceBackend<N>::CompressorOf(const CompressArgs& args) const {
  CompressorCache& cache = *args.cache;
  return {.shape = cache.shape,
          .layout = cache.layout,
          .values = Reals(args.values),
          .scores = Reals(args.scores),
          .first_position = args.first_position,
          .tokens = args.values.rows,
          .ape = args.weights->ape.data(),
          .norm_weight = args.weights->norm.data(),
          .norm_eps = config_.rms_norm_eps,
          .rope_frequencies = args.rope,
          .state_values = Reals(cache.state_values),
          .state_scores = Reals(cache.state_scores),
          .entries = cache.entries.bytes()};
}

template <class N>
void ReferenceBackend<N>::Compress(std::span<const CompressArgs> sequences) {
  for (const CompressArgs& args : sequences) CompressorRef(CompressorOf(args));
}

template <class N>
IndexerProblem<N> ReferenceBackend<N>::IndexerOf(const SelectArgs& args) const {
  IndexerProblem<N> p{.q = Reals(args.q),
                      .weights = Reals(args.weights),
                      .tokens = args.q.rows,
                      .heads = config_.index_n_heads,
                      .layout = args.cache->layout,
                      .entries = args.cache->entries.bytes(),
                      .first_position = args.first_position,
                      .ratio = args.cache->shape.ratio,
                      .top_k = args.picks.cols,
                      .picks = Indices(args.picks)};
  if (args.scores.storage) {
    p.scores = Reals(args.scores);
    p.scores_cols = args.scores.cols;
  }
  return p;
}

template <class N>
void ReferenceBackend<N>::SelectEntries(std::span<const SelectArgs> sequences) {
  for (const SelectArgs& args : sequences) IndexerRef(IndexerOf(args), pool_);
}

template <class N>
AttentionProblem<N> ReferenceBackend<N>::AttentionOf(const AttendArgs& args) const {
  AttentionProblem<N> p{.q = Reals(args.q),
                        .tokens = args.q.rows,
                        .heads = config_.num_attention_heads,
                        .first_position = args.first_position,
                        .layout = AttentionLayout(config_),
                        .window = config_.sliding_window,
                        .ring = args.window.bytes(),
                        .fresh = Reals(args.fresh),
                        .sink = args.sink->data(),
                        .out = Reals(args.out)};
  if (args.entries != nullptr) {
    p.ratio = args.entries->shape.ratio;
    p.entries = args.entries->entries.bytes();
  }
  if (args.picks.storage) {
    p.picks = Indices(args.picks);
    p.picks_per_token = args.picks.cols;
  }
  return p;
}

template <class N>
void ReferenceBackend<N>::Attend(std::span<const AttendArgs> sequences) {
  for (const AttendArgs& args : sequences) AttentionRef(AttentionOf(args), pool_);
}

template <class N>
void ReferenceBackend<N>::CommitWindow(std::span<const AttendArgs> sequences) {
  for (const AttendArgs& args : sequences) {
    nibble::CommitWindow(AttentionOf(args), args.window.bytes());
  }
}

template <class N>
void ReferenceBackend<N>::Route(const RouteArgs& args) {
  RouterProblem<N> p{.logits = Reals(args.logits),
                     .tokens = args.logits.rows,
                     .experts = config_.n_routed_experts,
                     .top_k = config_.num_experts_per_tok,
                     .scaling_factor = config_.routed_scaling_factor,
                     .indices = Indices(args.indices),
                     .weights = Reals(args.routing_weights)};
  if (args.weights->table.empty()) {
    p.bias = args.weights->bias.data();
  } else {
    p.table = args.weights->table.data();
    p.token_ids = args.token_ids.data();
  }
  RouterRef(p, pool_);
}

template <class N>
void ReferenceBackend<N>::CountExpertsRead(const ExpertsArgs& args) {
  std::vector<bool> used(args.weights->routed.size(), false);
  const int32_t* indices = Indices(args.indices);
  for (int64_t i = 0; i < args.indices.rows * args.indices.cols; ++i) {
    used[static_cast<size_t>(indices[i])] = true;
  }
  const auto count = [&](const ExpertMatrices& e) {
    CountRead(e.w1);
    CountRead(e.w2);
    CountRead(e.w3);
  };
  for (size_t e = 0; e < used.size(); ++e) {
    if (used[e]) count(args.weights->routed[e]);
  }
  count(args.weights->shared);
}

template <class N>
void ReferenceBackend<N>::Experts(const ExpertsArgs& args) {
  CountExpertsRead(args);
  const ExpertsOf<ExpertWeights> experts(*args.weights, EncodedExpert);
  ExpertsRef(experts.template ProblemOf<ExpertsProblem<N>, Real>(args, config_.swiglu_limit),
             pool_);
}

template <class N>
void ReferenceBackend<N>::MixMtpInput(const Tensor& e, const Tensor& h, const Tensor& streams) {
  using Acc = typename N::Acc;
  const int64_t d = e.cols;
  const int64_t m = streams.cols / d;
  for (int64_t row = 0; row < e.rows * m; ++row) {
    const Real* a = Reals(e) + row / m * d;
    const Real* b = Reals(h) + row * d;
    Real* out = Reals(streams) + row * d;
    for (int64_t i = 0; i < d; ++i) out[i] = N::Bf(Acc{a[i]} + Acc{b[i]});
  }
}

template class ReferenceBackend<IdealNumerics>;
template class ReferenceBackend<OfficialNumerics>;
template class ReferenceBackend<ServingNumerics>;

}  // namespace nibble
