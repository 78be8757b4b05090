// The tensor catalogue: the one truth about the weights of DeepSeek-V4. Everything that needs to
// know a tensor's name, shape, stored form, sharding or role asks here; there is no second list of
// names.
//
// A *module* is what carries a weight ("layers.3.attn.wq_a"); its *tensors* depend on the form it
// is stored in:
//   plain (BF16, F32, I64):  X.weight, or X itself
//   FP8 128x128:             X.weight F8_E4M3 [N, K], X.scale F8_E8M0 [ceil(N/128), ceil(K/128)]
//                            (also .weight_scale_inv; F32 in Base checkpoints)
//   MXFP4:                   X.weight I8 [N, K/2], X.scale F8_E8M0 [N, K/32]
//   NVFP4:                   X.weight U8 [N, K/2], X.weight_scale F8_E4M3 [N, K/16],
//                            X.weight_scale_2 and X.input_scale F32 []
#pragma once

#include <array>
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
  kDsparkMainProj,
  kDsparkMainNorm,
  kDsparkMarkovW1,
  kDsparkMarkovW2,
  kDsparkConfidence,
};
inline constexpr size_t kRoleCount = 50;

enum class Names : uint8_t { kOfficial, kHf };

// How tensor-parallel ranks cut it: replicated, on dim 0, on dim 1, whole experts.
enum class Sharding : uint8_t { kReplicated, kDim0, kDim1, kExpert };

// Which blocks have the module. A block is a layer of the trunk or a block under mtp.*.
enum class Where : uint8_t {
  kTop,         // once, outside the blocks
  kTopAndMtp,   // once, and in the last block under mtp.* (without DSpark: in each)
  kBlock,       // in every block
  kCompressed,  // where the compress ratio is not 0
  kIndexed,     // where it is 4
  kHashRouted,  // in the first num_hash_layers layers
  kLearned,     // in the other blocks
  kMtp,         // in the MTP blocks of a model without DSpark
  kDsparkFirst,
  kDsparkLast,
};

// A dimension as a function of the config and the block's compress ratio.
enum class Dim : uint8_t {
  kNone,  // the end of the shape
  k1,
  k3,
  kVocab,
  kHidden,
  kQLora,
  kHeads,
  kHeadDim,
  kAllHeads,         // H * D
  kHeadsPerGroup,    // H * D / G: the columns of wo_a
  kGroupsRank,       // G * R
  kRatio,            // rho
  kCompressor,       // D, doubled in ratio-4 layers, whose blocks overlap
  kIndexHeads,       // nI
  kIndexHeadDim,     // dI
  kIndexQuery,       // nI * dI
  kIndexCompressor,  // 2 * dI
  kExperts,
  kTopK,
  kExpertWidth,   // I
  kStreams,       // m
  kStreamsWidth,  // m * d
  kMix,           // (2 + m) * m
  kDsparkTargets,
  kDsparkRank,
  kDsparkConfidence,  // d + rank
};

// One row of the table.
struct CatalogueRow {
  Role role;
  std::string_view official;  // below "layers.N." or "mtp.k." for block tensors, else the whole;
                              // {E} stands for the expert's number
  std::string_view hf;        // below "model.layers.N."; empty when transformers has none
  std::array<Dim, 2> dims;    // [out, in]
  bool suffixed;              // ".weight" follows
  bool linear;                // a matrix product: may be stored as BF16, FP8, MXFP4 or NVFP4
  Form native;                // the form of the release
  Sharding sharding;
  Where where;
};
std::span<const CatalogueRow> CatalogueRows();  // in the order of Role
const CatalogueRow& RowOf(Role role);

// One module of a concrete model.
struct Module {
  Role role = Role::kEmbed;
  int32_t layer = -1;   // -1 for tensors outside the blocks; MTP block k is layer L + k
  int32_t expert = -1;  // -1 when not a routed expert
  bool mtp = false;     // belongs to a block under mtp.*
  Shape shape = {};     // logical [N, K] (or [N], [rho, c*D] ...)

  bool IsLinear() const { return RowOf(role).linear; }
  bool IsRoutedExpert() const {
    return role == Role::kExpertW1 || role == Role::kExpertW2 || role == Role::kExpertW3;
  }
};

// Every module of a model in checkpoint order (embed, layers, norm, head, hc_head, mtp).
std::vector<Module> ModulesOf(const ModelConfig& config);
// The shape of one module; nullopt when the model has no such module (an indexer in a ratio-128
// layer, say).
std::optional<Shape> ShapeOf(const ModelConfig& config, Role role, int32_t layer);

// The module's base name under a scheme, without ".weight": "layers.3.attn.wq_a",
// "model.layers.3.self_attn.q_a_proj". Blocks under mtp.* have official names in both schemes,
// because transformers drops them.
std::string BaseName(const Module& module, Names names, const ModelConfig& config);

struct NamedTensor {
  std::string name;
  DType dtype;
  Shape shape;
};
// The tensors that store `module` in `form`, the weight first.
std::vector<NamedTensor> TensorsOf(const Module& module, Form form, Names names,
                                   const ModelConfig& config);

// Which of a module's tensors.
enum class Part : uint8_t {
  kWeight,
  kScale,        // block scales: .scale, .weight_scale_inv, and .weight_scale of NVFP4
  kTensorScale,  // .weight_scale_2
  kInputScale,   // .input_scale
};

// What a tensor name means; the shape of `module` is not filled. Both schemes and the stray
// "model." prefix before official names are understood.
struct ResolvedName {
  Module module;
  Part part = Part::kWeight;
  Names names = Names::kOfficial;
  // Transformers' stack of all experts: experts.gate_up_proj [E, 2I, d] (module.role is kExpertW1
  // and stands for w1 and w3) or experts.down_proj [E, d, I]; module.expert is -1.
  bool fused = false;
  std::string_view suffix;  // "", ".weight", ".scale", ".weight_scale_inv", ".weight_scale", ...
};
std::optional<ResolvedName> Resolve(std::string_view tensor_name, const ModelConfig& config);

}  // namespace nibble
