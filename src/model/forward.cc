#include "model/forward.h"

#include <algorithm>
#include <cmath>

#include "kernels/rope/rope.h"

namespace nibble {

RopeTables RopeTables::Of(const ModelConfig& config) {
  RopeParameters plain{.theta = config.rope_theta, .rope_dim = config.qk_rope_head_dim};
  RopeParameters compressed{
      .theta = config.compress_rope_theta,
      .rope_dim = config.qk_rope_head_dim,
      .factor = config.rope_factor,
      .beta_fast = config.rope_beta_fast,
      .beta_slow = config.rope_beta_slow,
      .original_max_position_embeddings = config.rope_original_max_position_embeddings};
  return {RopeFrequencies(plain), RopeFrequencies(compressed)};
}

ForwardPass::ForwardPass(const ModelConfig& config, Backend& backend, const RopeTables& ropes,
                         const Batch& batch, Tracer* tracer, InputAmax* input_amax)
    : config_(config),
      backend_(backend),
      ropes_(ropes),
      batch_(batch),
      tracer_(tracer),
      input_amax_(input_amax) {
  hc_ = NewHcResult();
  attn_q_ = New(config_.num_attention_heads * config_.head_dim);
}

void ForwardPass::Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
                          OutputRounding rounding) {
  SeeInput(matrix, x);
  backend_.Project(matrix, x, y, rounding);
}

Tensor ForwardPass::New(int64_t cols, Element element) {
  return backend_.NewTensor(batch_.rows(), cols, element);
}

HcResult ForwardPass::NewHcResult() {
  const int64_t m = config_.hc_mult;
  return {New(config_.hidden_size), New(m, Element::kWide), New(m, Element::kWide),
          New(m * m, Element::kWide)};
}

const std::vector<float>& ForwardPass::RopeOf(int64_t layer) const {
  const bool plain = layer >= config_.num_hidden_layers || config_.ratio(layer) == 0;
  return plain ? ropes_.plain : ropes_.compressed;
}

Tensor ForwardPass::Embed(const Matrix& table) {
  const Tensor streams = New(config_.hc_mult * config_.hidden_size);
  backend_.Embed(table, batch_.ids, config_.hc_mult, streams);
  return streams;
}

void ForwardPass::RunBlock(const BlockWeights& w, int64_t layer, const std::string& prefix,
                           const Tensor& streams) {
  prefix_ = prefix;
  const Tensor x = New(config_.hidden_size);
  const Tensor o = New(config_.hidden_size);
  Trace("x_in", streams);

  backend_.HcPre(w.hc_attn, streams, hc_);
  TraceHc("hc_attn", hc_);
  backend_.RmsNorm(hc_.y, w.attn_norm, x);
  Attention(w.attn, layer, x, o);
  backend_.HcPost(o, hc_, streams);
  Trace("x_mid", streams);

  backend_.HcPre(w.hc_ffn, streams, hc_);
  TraceHc("hc_ffn", hc_);
  backend_.RmsNorm(hc_.y, w.ffn_norm, x);
  Moe(w.moe, x, o);
  backend_.HcPost(o, hc_, streams);
  Trace("x_out", streams);
}

void ForwardPass::Attention(const AttentionWeights& w, int64_t layer, const Tensor& x,
                            const Tensor& y) {
  const std::vector<float>& rope = RopeOf(layer);
  const Tensor latent = New(config_.q_lora_rank);
  const Tensor& q = attn_q_;
  Queries(w, rope, x, latent, q);
  const Tensor fresh = WindowRows(w, rope, x);
  // Both compressors are updated before the selection: a block that ends here can be chosen here.
  if (w.compressor) Compress(*w.compressor, layer, /*index=*/false, x);
  Tensor picks;
  if (w.indexer) {
    Compress(w.indexer->compressor, layer, /*index=*/true, x);
    picks = SelectEntries(*w.indexer, layer, x, latent);
  }
  const Tensor out = New(config_.num_attention_heads * config_.head_dim);
  AttendSegments(w, layer, q, fresh, picks, out);
  backend_.Rope(out, config_.head_dim, batch_.positions, rope, /*inverse=*/true);
  Trace("attn_out", out);
  const Tensor z = New(config_.o_groups * config_.o_lora_rank);
  SeeInput(w.wo_a, out);
  backend_.ProjectGroups(w.wo_a, config_.o_groups, out, z);
  Project(w.wo_b, z, y);
  Trace("attn_proj", y);
}

void ForwardPass::Queries(const AttentionWeights& w, const std::vector<float>& rope,
                          const Tensor& x, const Tensor& latent, const Tensor& q) {
  Project(w.wq_a, x, latent);
  backend_.RmsNorm(latent, w.q_norm, latent);
  Trace("q_latent", latent);
  Project(w.wq_b, latent, q);
  backend_.HeadNorm(q, config_.head_dim);
  backend_.Rope(q, config_.head_dim, batch_.positions, rope, /*inverse=*/false);
  Trace("q", q);
}

Tensor ForwardPass::WindowRows(const AttentionWeights& w, const std::vector<float>& rope,
                               const Tensor& x) {
  const Tensor kv = New(config_.head_dim);
  Project(w.wkv, x, kv);
  backend_.RmsNorm(kv, w.kv_norm, kv);
  backend_.Rope(kv, config_.head_dim, batch_.positions, rope, /*inverse=*/false);
  backend_.FinishRows(AttentionLayout(config_), kv);
  Trace("kv", kv);
  return kv;
}

void ForwardPass::Compress(const CompressorWeights& w, int64_t layer, bool index, const Tensor& x) {
  const Tensor values = New(w.wkv.encoded.rows, Element::kWide);
  const Tensor scores = New(w.wgate.encoded.rows, Element::kWide);
  Project(w.wkv, x, values, OutputRounding::kF32);
  Project(w.wgate, x, scores, OutputRounding::kF32);
  std::vector<CompressArgs> sequences;
  for (const Segment& s : batch_.segments) {
    LayerCache& caches = s.sequence->Layer(layer);
    CompressorCache& cache = index ? *caches.index : *caches.attention;
    const int64_t needed = (s.first_position + s.rows) / cache.shape.ratio;
    if (needed > cache.entries.rows) {
      const int64_t rows = std::max({needed, 2 * cache.entries.rows, int64_t{16}});
      backend_.GrowRows(cache.layout, &cache.entries, rows);
    }
    sequences.push_back({.weights = &w,
                         .values = values.Rows(s.row_begin, s.rows),
                         .scores = scores.Rows(s.row_begin, s.rows),
                         .first_position = s.first_position,
                         .rope = &RopeOf(layer),
                         .cache = &cache});
  }
  backend_.Compress(sequences);
  for (size_t i = 0; i < sequences.size(); ++i) {
    TraceEntries(index ? "index_entries" : "entries", batch_.segments[i], *sequences[i].cache);
  }
}

Tensor ForwardPass::SelectEntries(const IndexerWeights& w, int64_t layer, const Tensor& x,
                                  const Tensor& latent) {
  const RowLayout layout = IndexLayout(config_);
  const Tensor q = New(config_.index_n_heads * config_.index_head_dim);
  Project(w.wq_b, latent, q);
  backend_.Rope(q, config_.index_head_dim, batch_.positions, RopeOf(layer), /*inverse=*/false);
  backend_.FinishRows(layout, q);
  Trace("index_q", q);
  const Tensor weights = New(config_.index_n_heads);
  Project(w.weights_proj, x, weights);
  backend_.Scale(weights, 1 / std::sqrt(static_cast<double>(config_.index_head_dim) *
                                        static_cast<double>(config_.index_n_heads)));
  Trace("index_weights", weights);
  int64_t most = 1;
  for (const Segment& s : batch_.segments) {
    most = std::max(most, (s.first_position + s.rows) / config_.ratio(layer));
  }
  const Tensor picks = New(std::min(config_.index_topk, most), Element::kIndex);
  std::vector<SelectArgs> sequences;
  for (const Segment& s : batch_.segments) {
    const CompressorCache& cache = *s.sequence->Layer(layer).index;
    Tensor scores;
    if (Traces("index_scores")) {
      const int64_t visible = (s.first_position + s.rows) / cache.shape.ratio;
      scores = backend_.NewTensor(s.rows, visible, Element::kActivation);
    }
    sequences.push_back({.q = q.Rows(s.row_begin, s.rows),
                         .weights = weights.Rows(s.row_begin, s.rows),
                         .first_position = s.first_position,
                         .cache = &cache,
                         .picks = picks.Rows(s.row_begin, s.rows),
                         .scores = scores});
  }
  backend_.SelectEntries(sequences);
  for (size_t i = 0; i < sequences.size(); ++i) {
    if (sequences[i].scores.storage) {
      Trace("index_scores", batch_.segments[i], sequences[i].scores);
    }
  }
  TraceIndices("index_order", picks);
  return picks;
}

void ForwardPass::AttendSegments(const AttentionWeights& w, int64_t layer, const Tensor& q,
                                 const Tensor& fresh, const Tensor& picks, const Tensor& out) {
  std::vector<AttendArgs> sequences;
  for (const Segment& s : batch_.segments) {
    LayerCache& caches = s.sequence->Layer(layer);
    const int64_t slots = std::min(config_.sliding_window, s.first_position + s.rows);
    if (slots > caches.window.rows) {
      const int64_t rows = std::min(config_.sliding_window, 2 * slots);
      backend_.GrowRows(AttentionLayout(config_), &caches.window, rows);
    }
    AttendArgs args{.q = q.Rows(s.row_begin, s.rows),
                    .fresh = fresh.Rows(s.row_begin, s.rows),
                    .first_position = s.first_position,
                    .sink = &w.sink,
                    .window = caches.window,
                    .entries = caches.attention ? &*caches.attention : nullptr,
                    .picks = {},
                    .out = out.Rows(s.row_begin, s.rows)};
    if (picks.storage) args.picks = picks.Rows(s.row_begin, s.rows);
    sequences.push_back(std::move(args));
  }
  backend_.Attend(sequences);
  backend_.CommitWindow(sequences);
}

void ForwardPass::Moe(const MoeWeights& w, const Tensor& x, const Tensor& y) {
  const int64_t top_k = config_.num_experts_per_tok;
  const Tensor logits = New(config_.n_routed_experts, Element::kWide);
  Project(w.gate, x, logits, OutputRounding::kF32);
  Trace("router_logits", logits);
  const Tensor indices = New(top_k, Element::kIndex);
  const Tensor weights = New(top_k, Element::kWide);
  backend_.Route({.logits = logits,
                  .weights = &w,
                  .token_ids = batch_.ids,
                  .indices = indices,
                  .routing_weights = weights});
  TraceIndices("router_indices", indices);
  Trace("router_weights", weights);
  ExpertsArgs args{.weights = &w,
                   .x = x,
                   .indices = indices,
                   .routing_weights = weights,
                   .y = y,
                   .routed = {},
                   .shared = {},
                   .w2_amax = NewW2Amax(w)};
  if (Traces("moe_routed") || Traces("moe_shared")) {
    args.routed = New(config_.hidden_size, Element::kWide);
    args.shared = New(config_.hidden_size);
  }
  backend_.Experts(args);
  SeeExpertInputs(args);
  if (args.routed.storage) {
    Trace("moe_routed", args.routed);
    Trace("moe_shared", args.shared);
  }
  Trace("moe_out", y);
}

Tensor ForwardPass::MtpInput(const MtpWeights& w, const Matrix& embed,
                             const Tensor& trunk_streams) {
  const int64_t d = config_.hidden_size;
  const int64_t m = config_.hc_mult;
  const Tensor token = New(d);
  backend_.Embed(embed, batch_.ids, 1, token);
  backend_.RmsNorm(token, w.enorm, token);
  const Tensor e = New(d);
  Project(w.e_proj, token, e);
  // Each stream is a row of its own here.
  const Tensor normed = backend_.NewTensor(batch_.rows() * m, d, Element::kActivation);
  backend_.RmsNorm(trunk_streams, w.hnorm, normed);
  const Tensor h = backend_.NewTensor(batch_.rows() * m, d, Element::kActivation);
  Project(w.h_proj, normed, h);
  const Tensor streams = New(m * d);
  backend_.MixMtpInput(e, h, streams);
  return streams;
}

Tensor ForwardPass::Head(const HeadWeights& w, const Matrix& head, const Tensor& streams) {
  const Tensor y = backend_.NewTensor(streams.rows, config_.hidden_size, Element::kActivation);
  backend_.HcHead(w.hc, streams, y);
  backend_.RmsNorm(y, w.norm, y);
  const Tensor logits = backend_.NewTensor(streams.rows, config_.vocab_size, Element::kWide);
  Project(head, y, logits, OutputRounding::kF32);
  return logits;
}

}  // namespace nibble
