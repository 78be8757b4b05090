#include "model/weights.h"

#include "base/text.h"
#include "checkpoint/input_bound.h"
#include "formats/nvfp4.h"
#include "model/backend.h"

namespace nibble {
namespace {

// The linears whose input the release quantises to FP8.
bool TakesFp8Input(Role role) {
  switch (role) {
    case Role::kWqA:
    case Role::kWqB:
    case Role::kWkv:
    case Role::kWoB:
    case Role::kIndexerWqB:
    case Role::kSharedW1:
    case Role::kSharedW2:
    case Role::kSharedW3:
    case Role::kExpertW1:
    case Role::kExpertW2:
    case Role::kExpertW3:
    case Role::kMtpEProj:
    case Role::kMtpHProj:
      return true;
    default:
      return false;
  }
}

bool IsRoutedExpert(Role role) {
  return role == Role::kExpertW1 || role == Role::kExpertW2 || role == Role::kExpertW3;
}

}  // namespace

WeightLoader::WeightLoader(const Checkpoint& checkpoint, Numerics numerics, Activations activations,
                           Backend& backend)
    : checkpoint_(checkpoint),
      config_(checkpoint.config()),
      numerics_(numerics),
      activations_(activations),
      backend_(backend) {}

InputQuant WeightLoader::QuantOf(Role role, Form form) const {
  if (numerics_ == Numerics::kIdeal) return InputQuant::kNone;
  const InputQuant native = TakesFp8Input(role) ? InputQuant::kFp8 : InputQuant::kNone;
  if (form == Form::kNvfp4 || IsRoutedExpert(role)) {
    if (activations_ == Activations::kNone) return InputQuant::kNone;
    return activations_ == Activations::kNvfp4 ? InputQuant::kNvfp4 : native;
  }
  return numerics_ == Numerics::kOfficial ? native : InputQuant::kNone;
}

Result<StoredModule> WeightLoader::Find(Role role, int64_t layer, int64_t expert) const {
  return checkpoint_.FindModule(role, static_cast<int32_t>(layer), static_cast<int32_t>(expert));
}

Result<Matrix> WeightLoader::LoadMatrix(Role role, int64_t layer, int64_t expert) {
  NIBBLE_ASSIGN(const StoredModule stored, Find(role, layer, expert));
  Matrix out;
  out.module = stored.module;
  NIBBLE_ASSIGN(out.loaded, nibble::LoadMatrix(stored));
  out.encoded = out.loaded.view();
  out.stored_bytes = out.loaded.bytes();
  out.quant = QuantOf(role, stored.form);
  if (out.quant == InputQuant::kNvfp4 && !out.loaded.has_input_scale) {
    NIBBLE_ASSIGN(out.encoded.input_scale, SynthesizedInputScale(role, layer));
  }
  bytes_ += out.stored_bytes;
  if (role == Role::kEmbed) return out;  // is looked up, not multiplied
  const Status prepared = backend_.Prepare(&out);
  if (!prepared.ok()) {
    return Error(prepared.error().code(), fmt::format("{}: {}", Escape(stored.weight.info->name),
                                                      prepared.error().message()));
  }
  return out;
}

// Of a linear that is asked to take NVFP4 activations and has no input_scale of its own: no input
// can exceed the bound it comes from.
Result<float> WeightLoader::SynthesizedInputScale(Role role, int64_t layer) {
  float norm_amax = 0;
  if (layer >= 0) {
    NIBBLE_ASSIGN(const Vector norm, LoadVector(Role::kFfnNorm, layer));
    norm_amax = AbsMax(norm);
  }
  return Nvfp4TensorScale(InputAmaxBound(config_, role, norm_amax));
}

Result<Vector> WeightLoader::LoadVector(Role role, int64_t layer) {
  NIBBLE_ASSIGN(const StoredModule stored, Find(role, layer, -1));
  return nibble::LoadVector(stored);
}

Result<HcWeights> WeightLoader::LoadHc(Role fn, Role base, Role scale, int64_t layer) {
  HcWeights out;
  NIBBLE_ASSIGN(out.fn, LoadMatrix(fn, layer));
  NIBBLE_ASSIGN(out.base, LoadVector(base, layer));
  NIBBLE_ASSIGN(out.scale, LoadVector(scale, layer));
  return out;
}

Result<CompressorWeights> WeightLoader::LoadCompressor(Role wkv, Role wgate, Role ape, Role norm,
                                                       int64_t layer) {
  CompressorWeights out;
  NIBBLE_ASSIGN(out.wkv, LoadMatrix(wkv, layer));
  NIBBLE_ASSIGN(out.wgate, LoadMatrix(wgate, layer));
  NIBBLE_ASSIGN(out.ape, LoadVector(ape, layer));
  NIBBLE_ASSIGN(out.norm, LoadVector(norm, layer));
  return out;
}

Result<AttentionWeights> WeightLoader::LoadAttention(int64_t layer) {
  AttentionWeights out;
  NIBBLE_ASSIGN(out.wq_a, LoadMatrix(Role::kWqA, layer));
  NIBBLE_ASSIGN(out.q_norm, LoadVector(Role::kQNorm, layer));
  NIBBLE_ASSIGN(out.wq_b, LoadMatrix(Role::kWqB, layer));
  NIBBLE_ASSIGN(out.wkv, LoadMatrix(Role::kWkv, layer));
  NIBBLE_ASSIGN(out.kv_norm, LoadVector(Role::kKvNorm, layer));
  NIBBLE_ASSIGN(out.wo_a, LoadMatrix(Role::kWoA, layer));
  NIBBLE_ASSIGN(out.wo_b, LoadMatrix(Role::kWoB, layer));
  NIBBLE_ASSIGN(out.sink, LoadVector(Role::kAttnSink, layer));
  if (config_.ratio(layer) != 0) {
    NIBBLE_ASSIGN(out.compressor,
                  LoadCompressor(Role::kCompressorWkv, Role::kCompressorWgate, Role::kCompressorApe,
                                 Role::kCompressorNorm, layer));
  }
  if (config_.ratio(layer) == 4) {
    IndexerWeights indexer;
    NIBBLE_ASSIGN(indexer.wq_b, LoadMatrix(Role::kIndexerWqB, layer));
    NIBBLE_ASSIGN(indexer.weights_proj, LoadMatrix(Role::kIndexerWeightsProj, layer));
    NIBBLE_ASSIGN(indexer.compressor,
                  LoadCompressor(Role::kIndexerCompressorWkv, Role::kIndexerCompressorWgate,
                                 Role::kIndexerCompressorApe, Role::kIndexerCompressorNorm, layer));
    out.indexer = std::move(indexer);
  }
  return out;
}

Result<ExpertMatrices> WeightLoader::LoadExpert(Role w1, Role w2, Role w3, int64_t layer,
                                                int64_t expert) {
  ExpertMatrices out;
  NIBBLE_ASSIGN(out.w1, LoadMatrix(w1, layer, expert));
  NIBBLE_ASSIGN(out.w2, LoadMatrix(w2, layer, expert));
  NIBBLE_ASSIGN(out.w3, LoadMatrix(w3, layer, expert));
  return out;
}

Result<MoeWeights> WeightLoader::LoadMoe(int64_t layer) {
  MoeWeights out;
  NIBBLE_ASSIGN(out.gate, LoadMatrix(Role::kGateWeight, layer));
  if (layer < config_.num_hash_layers) {
    NIBBLE_ASSIGN(const StoredModule table, Find(Role::kGateTid2Eid, layer, -1));
    NIBBLE_ASSIGN(out.table, LoadIds(table, config_.n_routed_experts));
  } else {
    NIBBLE_ASSIGN(out.bias, LoadVector(Role::kGateBias, layer));
  }
  for (int64_t e = 0; e < config_.n_routed_experts; ++e) {
    NIBBLE_ASSIGN(ExpertMatrices expert,
                  LoadExpert(Role::kExpertW1, Role::kExpertW2, Role::kExpertW3, layer, e));
    out.routed.push_back(std::move(expert));
  }
  NIBBLE_ASSIGN(out.shared,
                LoadExpert(Role::kSharedW1, Role::kSharedW2, Role::kSharedW3, layer, -1));
  return out;
}

Result<BlockWeights> WeightLoader::Block(int64_t layer) {
  BlockWeights out;
  out.layer = layer;
  NIBBLE_ASSIGN(out.hc_attn, LoadHc(Role::kHcAttnFn, Role::kHcAttnBase, Role::kHcAttnScale, layer));
  NIBBLE_ASSIGN(out.attn_norm, LoadVector(Role::kAttnNorm, layer));
  NIBBLE_ASSIGN(out.attn, LoadAttention(layer));
  NIBBLE_ASSIGN(out.hc_ffn, LoadHc(Role::kHcFfnFn, Role::kHcFfnBase, Role::kHcFfnScale, layer));
  NIBBLE_ASSIGN(out.ffn_norm, LoadVector(Role::kFfnNorm, layer));
  NIBBLE_ASSIGN(out.moe, LoadMoe(layer));
  return out;
}

Result<HeadWeights> WeightLoader::Head(int64_t layer) {
  HeadWeights out;
  NIBBLE_ASSIGN(out.hc, LoadHc(Role::kHcHeadFn, Role::kHcHeadBase, Role::kHcHeadScale, layer));
  NIBBLE_ASSIGN(out.norm, LoadVector(Role::kFinalNorm, layer));
  return out;
}

Result<MtpWeights> WeightLoader::Mtp() {
  const int64_t layer = config_.num_hidden_layers;
  MtpWeights out;
  NIBBLE_ASSIGN(out.e_proj, LoadMatrix(Role::kMtpEProj, layer));
  NIBBLE_ASSIGN(out.h_proj, LoadMatrix(Role::kMtpHProj, layer));
  NIBBLE_ASSIGN(out.enorm, LoadVector(Role::kMtpENorm, layer));
  NIBBLE_ASSIGN(out.hnorm, LoadVector(Role::kMtpHNorm, layer));
  NIBBLE_ASSIGN(out.block, Block(layer));
  NIBBLE_ASSIGN(out.head, Head(layer));
  return out;
}

}  // namespace nibble
