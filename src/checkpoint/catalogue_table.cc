#include "checkpoint/catalogue.h"

namespace nibble {
namespace {

constexpr auto R = Sharding::kReplicated;
constexpr auto C0 = Sharding::kDim0;
constexpr auto C1 = Sharding::kDim1;
constexpr auto EP = Sharding::kExpert;
constexpr auto bf16 = Form::kBF16;
constexpr auto f32 = Form::kF32;
constexpr auto i64 = Form::kI64;
constexpr auto fp8 = Form::kFp8;
constexpr auto mxfp4 = Form::kMxfp4;
// Columns `suffixed` and `linear`.
constexpr bool weight = true;  // ".weight" follows
constexpr bool bare = false;
constexpr bool linear = true;
constexpr bool other = false;

using enum Dim;
using enum Where;

// clang-format off
constexpr CatalogueRow kRows[] = {
    {Role::kEmbed, "embed", "model.embed_tokens", {kVocab, kHidden}, weight, other, bf16, C0, kTop},
    {Role::kHead, "head", "lm_head", {kVocab, kHidden}, weight, other, bf16, C0, kTop},
    {Role::kFinalNorm, "norm", "model.norm", {kHidden}, weight, other, bf16, R, kTopAndMtp},
    {Role::kHcHeadFn, "hc_head_fn", "model.hc_head.hc_fn", {kStreams, kStreamsWidth}, bare, other, f32, R, kTopAndMtp},
    {Role::kHcHeadBase, "hc_head_base", "model.hc_head.hc_base", {kStreams}, bare, other, f32, R, kTopAndMtp},
    {Role::kHcHeadScale, "hc_head_scale", "model.hc_head.hc_scale", {k1}, bare, other, f32, R, kTopAndMtp},
    {Role::kAttnNorm, "attn_norm", "input_layernorm", {kHidden}, weight, other, bf16, R, kBlock},
    {Role::kFfnNorm, "ffn_norm", "post_attention_layernorm", {kHidden}, weight, other, bf16, R, kBlock},
    {Role::kHcAttnFn, "hc_attn_fn", "attn_hc.fn", {kMix, kStreamsWidth}, bare, other, f32, R, kBlock},
    {Role::kHcAttnBase, "hc_attn_base", "attn_hc.base", {kMix}, bare, other, f32, R, kBlock},
    {Role::kHcAttnScale, "hc_attn_scale", "attn_hc.scale", {k3}, bare, other, f32, R, kBlock},
    {Role::kHcFfnFn, "hc_ffn_fn", "ffn_hc.fn", {kMix, kStreamsWidth}, bare, other, f32, R, kBlock},
    {Role::kHcFfnBase, "hc_ffn_base", "ffn_hc.base", {kMix}, bare, other, f32, R, kBlock},
    {Role::kHcFfnScale, "hc_ffn_scale", "ffn_hc.scale", {k3}, bare, other, f32, R, kBlock},
    {Role::kWqA, "attn.wq_a", "self_attn.q_a_proj", {kQLora, kHidden}, weight, linear, fp8, R, kBlock},
    {Role::kQNorm, "attn.q_norm", "self_attn.q_a_norm", {kQLora}, weight, other, bf16, R, kBlock},
    {Role::kWqB, "attn.wq_b", "self_attn.q_b_proj", {kAllHeads, kQLora}, weight, linear, fp8, C0, kBlock},
    {Role::kWkv, "attn.wkv", "self_attn.kv_proj", {kHeadDim, kHidden}, weight, linear, fp8, R, kBlock},
    {Role::kKvNorm, "attn.kv_norm", "self_attn.kv_norm", {kHeadDim}, weight, other, bf16, R, kBlock},
    {Role::kWoA, "attn.wo_a", "self_attn.o_a_proj", {kGroupsRank, kHeadsPerGroup}, weight, linear, fp8, C0, kBlock},
    {Role::kWoB, "attn.wo_b", "self_attn.o_b_proj", {kHidden, kGroupsRank}, weight, linear, fp8, C1, kBlock},
    {Role::kAttnSink, "attn.attn_sink", "self_attn.sinks", {kHeads}, bare, other, f32, C0, kBlock},
    {Role::kCompressorWkv, "attn.compressor.wkv", "self_attn.compressor.kv_proj", {kCompressor, kHidden}, weight, linear, bf16, R, kCompressed},
    {Role::kCompressorWgate, "attn.compressor.wgate", "self_attn.compressor.gate_proj", {kCompressor, kHidden}, weight, linear, bf16, R, kCompressed},
    {Role::kCompressorApe, "attn.compressor.ape", "self_attn.compressor.position_bias", {kRatio, kCompressor}, bare, other, f32, R, kCompressed},
    {Role::kCompressorNorm, "attn.compressor.norm", "self_attn.compressor.kv_norm", {kHeadDim}, weight, other, bf16, R, kCompressed},
    {Role::kIndexerWqB, "attn.indexer.wq_b", "self_attn.compressor.indexer.q_b_proj", {kIndexQuery, kQLora}, weight, linear, fp8, C0, kIndexed},
    {Role::kIndexerWeightsProj, "attn.indexer.weights_proj", "self_attn.compressor.indexer.scorer.weights_proj", {kIndexHeads, kHidden}, weight, linear, bf16, C0, kIndexed},
    {Role::kIndexerCompressorWkv, "attn.indexer.compressor.wkv", "self_attn.compressor.indexer.kv_proj", {kIndexCompressor, kHidden}, weight, linear, bf16, R, kIndexed},
    {Role::kIndexerCompressorWgate, "attn.indexer.compressor.wgate", "self_attn.compressor.indexer.gate_proj", {kIndexCompressor, kHidden}, weight, linear, bf16, R, kIndexed},
    {Role::kIndexerCompressorApe, "attn.indexer.compressor.ape", "self_attn.compressor.indexer.position_bias", {kRatio, kIndexCompressor}, bare, other, f32, R, kIndexed},
    {Role::kIndexerCompressorNorm, "attn.indexer.compressor.norm", "self_attn.compressor.indexer.kv_norm", {kIndexHeadDim}, weight, other, bf16, R, kIndexed},
    {Role::kGateWeight, "ffn.gate", "mlp.gate", {kExperts, kHidden}, weight, other, bf16, R, kBlock},
    {Role::kGateBias, "ffn.gate.bias", "mlp.gate.e_score_correction_bias", {kExperts}, bare, other, f32, R, kLearned},
    {Role::kGateTid2Eid, "ffn.gate.tid2eid", "mlp.gate.tid2eid", {kVocab, kTopK}, bare, other, i64, R, kHashRouted},
    {Role::kSharedW1, "ffn.shared_experts.w1", "mlp.shared_experts.gate_proj", {kExpertWidth, kHidden}, weight, linear, fp8, R, kBlock},
    {Role::kSharedW2, "ffn.shared_experts.w2", "mlp.shared_experts.down_proj", {kHidden, kExpertWidth}, weight, linear, fp8, R, kBlock},
    {Role::kSharedW3, "ffn.shared_experts.w3", "mlp.shared_experts.up_proj", {kExpertWidth, kHidden}, weight, linear, fp8, R, kBlock},
    {Role::kExpertW1, "ffn.experts.{E}.w1", "mlp.experts.{E}.gate_proj", {kExpertWidth, kHidden}, weight, linear, mxfp4, EP, kBlock},
    {Role::kExpertW2, "ffn.experts.{E}.w2", "mlp.experts.{E}.down_proj", {kHidden, kExpertWidth}, weight, linear, mxfp4, EP, kBlock},
    {Role::kExpertW3, "ffn.experts.{E}.w3", "mlp.experts.{E}.up_proj", {kExpertWidth, kHidden}, weight, linear, mxfp4, EP, kBlock},
    {Role::kMtpEProj, "e_proj", "", {kHidden, kHidden}, weight, linear, fp8, R, kMtp},
    {Role::kMtpHProj, "h_proj", "", {kHidden, kHidden}, weight, linear, fp8, R, kMtp},
    {Role::kMtpENorm, "enorm", "", {kHidden}, weight, other, bf16, R, kMtp},
    {Role::kMtpHNorm, "hnorm", "", {kHidden}, weight, other, bf16, R, kMtp},
    {Role::kDsparkMainProj, "main_proj", "", {kHidden, kDsparkTargets}, weight, linear, fp8, R, kDsparkFirst},
    {Role::kDsparkMainNorm, "main_norm", "", {kHidden}, weight, other, bf16, R, kDsparkFirst},
    {Role::kDsparkMarkovW1, "markov_head.markov_w1", "", {kVocab, kDsparkRank}, weight, other, bf16, R, kDsparkLast},
    {Role::kDsparkMarkovW2, "markov_head.markov_w2", "", {kVocab, kDsparkRank}, weight, other, bf16, R, kDsparkLast},
    {Role::kDsparkConfidence, "confidence_head.proj", "", {k1, Dim::kDsparkConfidence}, weight, other, bf16, R, kDsparkLast},
};
// clang-format on

constexpr bool InOrderOfRoles() {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<size_t>(kRows[i].role) != i) return false;
  }
  return std::size(kRows) == kRoleCount;
}
static_assert(InOrderOfRoles());

}  // namespace

std::span<const CatalogueRow> CatalogueRows() { return kRows; }
const CatalogueRow& RowOf(Role role) { return kRows[static_cast<size_t>(role)]; }

}  // namespace nibble
