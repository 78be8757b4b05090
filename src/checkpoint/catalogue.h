// The tensor catalogue: the one truth about the weights of DeepSeek-V4. Everything that needs to
// know a tensor's name, shape, stored form, sharding or role asks here; there is no second list of
// names.
//
// A *module* is what carries a weight ("layers.3.attn.wq_a"); its *tensors* depend on the form it
// is stored in:
//   plain (BF16/F32/I64):  X.weight or X itself
//   FP8 128x128:           X.weight F8_E4M3, X.scale F8_E8M0 (or .weight_scale_inv; F32 in Base
//   checkpoints) MXFP4:                 X.weight I8 [N, K/2], X.scale F8_E8M0 [N, K/32] NVFP4:
//   X.weight U8 [N, K/2], X.weight_scale F8_E4M3 [N, K/16], X.weight_scale_2 and X.input_scale F32
//   []
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/config.h"
#include "formats/form.h"
#include "tensor/dtype.h"

namespace nibble {

enum class Role : uint8_t {
  kEmbed,
  kHead,
  kFinalNorm,
  kHcHeadFn,
  kHcHeadBase,
  kHcHeadScale,
  kAttnNorm,
  kFfnNorm,
  kHcAttnFn,
  kHcAttnBase,
  kHcAttnScale,
  kHcFfnFn,
  kHcFfnBase,
  kHcFfnScale,
  kWqA,
  kQNorm,
  kWqB,
  kWkv,
  kKvNorm,
  kWoA,
  kWoB,
  kAttnSink,
  kCompressorWkv,
  kCompressorWgate,
  kCompressorApe,
  kCompressorNorm,
  kIndexerWqB,
  kIndexerWeightsProj,
  kIndexerCompressorWkv,
  kIndexerCompressorWgate,
  kIndexerCompressorApe,
  kIndexerCompressorNorm,
  kGateWeight,
  kGateBias,
  kGateTid2Eid,
  kSharedW1,
  kSharedW2,
  kSharedW3,
  kExpertW1,
  kExpertW2,
  kExpertW3,
  kMtpEProj,
  kMtpHProj,
  kMtpENorm,
  kMtpHNorm,
};

enum class Names : uint8_t { kOfficial, kHf };

// How tensor-parallel ranks cut it: replicated, on dim 0, on dim 1, whole experts.
enum class Sharding : uint8_t { kReplicated, kDim0, kDim1, kExpert };

// One row of the table; patterns hold {L} (layer) and {E} (expert).
struct CatalogueRow {
  Role role;
  std::string_view official;  // below "layers.{L}." or "mtp.{L}." for block tensors, the whole name
                              // for the others
  std::string_view hf;  // below "model.layers.{L}."; empty when transformers has no such tensor
  bool suffixed;  // ".weight" follows (linears, norms, embeddings); false for hc_*, ape, attn_sink
                  // ...
  Form native;    // the form of the release
  Sharding sharding;
};
std::span<const CatalogueRow> CatalogueRows();
const CatalogueRow& RowOf(Role role);

// One module of a concrete model.
struct Module {
  Role role = Role::kEmbed;
  int32_t layer = -1;   // -1 for tensors outside the blocks; MTP block k is layer L + k
  int32_t expert = -1;  // -1 when not a routed expert
  bool mtp = false;     // belongs to an MTP block
  Shape shape;          // logical [N, K] (or [N], [rho, c*D'] ...)

  bool IsLinear() const;  // may be stored as FP8, MXFP4, NVFP4 or BF16
  bool IsRoutedExpert() const {
    return role == Role::kExpertW1 || role == Role::kExpertW2 || role == Role::kExpertW3;
  }
};

// Every module of a model in checkpoint order (embed, layers, norm, head, hc_head, mtp).
std::vector<Module> ModulesOf(const ModelConfig& config);
// The shape of one module; an empty optional when the model has no such module (an indexer in a
// ratio-128 layer, say).
std::optional<Shape> ShapeOf(const ModelConfig& config, Role role, int32_t layer);

// The module's base name under a scheme, without ".weight": "layers.3.attn.wq_a",
// "model.layers.3.self_attn.q_a_proj". Empty when HF has no such tensor.
std::string BaseName(const Module& module, Names names, const ModelConfig& config);

struct NamedTensor {
  std::string name;
  DType dtype;
  Shape shape;
};
// The tensors that store `module` in `form`.
std::vector<NamedTensor> TensorsOf(const Module& module, Form form, Names names,
                                   const ModelConfig& config);

// What a tensor name means. `suffix` is "", ".weight", ".scale", ".weight_scale_inv",
// ".weight_scale", ".weight_scale_2" or ".input_scale". Both schemes and the stray "model." prefix
// before official names are understood.
struct ResolvedName {
  Module module;
  Names names;
  std::string suffix;
};
std::optional<ResolvedName> Resolve(std::string_view tensor_name, const ModelConfig& config);

}  // namespace nibble
