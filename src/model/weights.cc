#include "model/weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "formats/bf16.h"
#include "model/backend.h"

namespace nibble {
namespace {

std::span<std::byte> AsBytes(std::vector<uint8_t>* v) {
  return std::as_writable_bytes(std::span(*v));
}

Result<std::vector<uint8_t>> ReadBytes(const StoredTensor& tensor) {
  std::vector<uint8_t> out(tensor.info->bytes);
  NIBBLE_TRY(tensor.Read(0, AsBytes(&out)));
  return out;
}

Result<float> ReadScalar(const StoredTensor& tensor) {
  float value = 0;
  if (tensor.info->bytes != sizeof value || tensor.info->dtype != DType::kF32)
    return InvalidInput("{}: tensor {} should be one F32 value", tensor.file->path().string(),
                        tensor.info->name);
  NIBBLE_TRY(tensor.Read(0, std::as_writable_bytes(std::span(&value, 1))));
  return value;
}

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

Result<Matrix> WeightLoader::LoadMatrix(Role role, int64_t layer, int64_t expert) {
  NIBBLE_ASSIGN(const StoredModule stored, checkpoint_.FindModule(role, static_cast<int32_t>(layer),
                                                                  static_cast<int32_t>(expert)));
  Matrix out;
  EncodedMatrix& m = out.encoded;
  m.form = stored.form;
  m.rows = static_cast<int64_t>(stored.module.shape.at(0));
  m.cols = static_cast<int64_t>(stored.module.shape.at(1));
  NIBBLE_ASSIGN(out.data, ReadBytes(stored.weight));
  if (stored.scale.info != nullptr) {
    NIBBLE_ASSIGN(out.scales, ReadBytes(stored.scale));
    m.f32_scales = stored.scale.info->dtype == DType::kF32;
  }
  if (stored.tensor_scale.info != nullptr) {
    NIBBLE_ASSIGN(m.tensor_scale, ReadScalar(stored.tensor_scale));
  }
  if (stored.input_scale.info != nullptr) {
    NIBBLE_ASSIGN(m.input_scale, ReadScalar(stored.input_scale));
  }
  m.data = out.data.data();
  m.scales = out.scales.data();
  out.stored_bytes = out.data.size() + out.scales.size();
  out.quant = QuantOf(role, stored.form);
  bytes_ += out.stored_bytes;
  NIBBLE_TRY(backend_.Prepare(&out));
  return out;
}

Result<Vector> WeightLoader::LoadVector(Role role, int64_t layer) {
  NIBBLE_ASSIGN(const StoredModule stored,
                checkpoint_.FindModule(role, static_cast<int32_t>(layer)));
  NIBBLE_ASSIGN(const std::vector<uint8_t> bytes, ReadBytes(stored.weight));
  const TensorInfo& info = *stored.weight.info;
  bytes_ += bytes.size();
  if (info.dtype == DType::kF32) {
    Vector out(bytes.size() / sizeof(float));
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
  }
  if (info.dtype != DType::kBF16)
    return InvalidInput("{}: tensor {} is {}, expected BF16 or F32",
                        stored.weight.file->path().string(), info.name, NameOf(info.dtype));
  Vector out(bytes.size() / 2);
  for (size_t i = 0; i < out.size(); ++i) {
    uint16_t code = 0;
    std::memcpy(&code, bytes.data() + 2 * i, sizeof code);
    out[i] = Bf16ToF32(code);
  }
  return out;
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

Result<std::vector<int32_t>> WeightLoader::LoadTable(int64_t layer) {
  NIBBLE_ASSIGN(const StoredModule stored,
                checkpoint_.FindModule(Role::kGateTid2Eid, static_cast<int32_t>(layer)));
  NIBBLE_ASSIGN(const std::vector<uint8_t> bytes, ReadBytes(stored.weight));
  if (stored.weight.info->dtype != DType::kI64)
    return InvalidInput("{}: tensor {} is {}, expected I64", stored.weight.file->path().string(),
                        stored.weight.info->name, NameOf(stored.weight.info->dtype));
  std::vector<int32_t> out(bytes.size() / sizeof(int64_t));
  for (size_t i = 0; i < out.size(); ++i) {
    int64_t value = 0;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    if (value < 0 || value >= config_.n_routed_experts)
      return InvalidInput("{}: tensor {} names expert {} at element {}, but there are {} experts",
                          stored.weight.file->path().string(), stored.weight.info->name, value, i,
                          config_.n_routed_experts);
    out[i] = static_cast<int32_t>(value);
  }
  return out;
}

Result<MoeWeights> WeightLoader::LoadMoe(int64_t layer, const Vector& ffn_norm) {
  MoeWeights out;
  NIBBLE_ASSIGN(out.gate, LoadMatrix(Role::kGateWeight, layer));
  if (layer < config_.num_hash_layers) {
    NIBBLE_ASSIGN(out.table, LoadTable(layer));
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
  (void)ffn_norm;
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
  NIBBLE_ASSIGN(out.moe, LoadMoe(layer, out.ffn_norm));
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
