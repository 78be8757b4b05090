#include "study/operations.h"

#include <algorithm>
#include <array>

namespace nibble {
namespace {

constexpr std::array kInputs = {Role::kEmbed, Role::kMtpEProj, Role::kMtpHProj, Role::kMtpENorm,
                                Role::kMtpHNorm};
constexpr std::array kHcAttn = {Role::kHcAttnFn, Role::kHcAttnBase, Role::kHcAttnScale};
constexpr std::array kHcFfn = {Role::kHcFfnFn, Role::kHcFfnBase, Role::kHcFfnScale};
constexpr std::array kQLatent = {Role::kAttnNorm, Role::kWqA, Role::kQNorm};
constexpr std::array kQ = {Role::kWqB};
constexpr std::array kKv = {Role::kAttnNorm, Role::kWkv, Role::kKvNorm};
constexpr std::array kEntries = {Role::kAttnNorm, Role::kCompressorWkv, Role::kCompressorWgate,
                                 Role::kCompressorApe, Role::kCompressorNorm};
constexpr std::array kIndexEntries = {Role::kAttnNorm, Role::kIndexerCompressorWkv,
                                      Role::kIndexerCompressorWgate, Role::kIndexerCompressorApe,
                                      Role::kIndexerCompressorNorm};
constexpr std::array kIndexQ = {Role::kIndexerWqB};
constexpr std::array kIndexWeights = {Role::kAttnNorm, Role::kIndexerWeightsProj};
constexpr std::array kAttnOut = {Role::kAttnSink};
constexpr std::array kAttnProj = {Role::kWoA, Role::kWoB};
constexpr std::array kRouterLogits = {Role::kFfnNorm, Role::kGateWeight};
constexpr std::array kRouterIndices = {Role::kGateBias, Role::kGateTid2Eid};
constexpr std::array kRouted = {Role::kFfnNorm, Role::kExpertW1, Role::kExpertW2, Role::kExpertW3};
constexpr std::array kShared = {Role::kFfnNorm, Role::kSharedW1, Role::kSharedW2, Role::kSharedW3};
constexpr std::array kLogits = {Role::kHcHeadFn, Role::kHcHeadBase, Role::kHcHeadScale,
                                Role::kFinalNorm, Role::kHead};
constexpr std::span<const Role> kNone;

constexpr auto kOperations = std::to_array<Operation>({
    {"x_in", "the streams that enter", kInputs},
    {"hc_attn_pre", "hyper-connection weights into attention", kHcAttn},
    {"hc_attn_post", "hyper-connection weights out of attention", kHcAttn},
    {"hc_attn_comb", "hyper-connection stream mix of attention", kHcAttn},
    {"hc_attn_y", "mixed input of attention", kNone},
    {"q_latent", "latent query", kQLatent},
    {"q", "queries", kQ},
    {"kv", "window key/value", kKv},
    {"entries", "compressed entries", kEntries},
    {"index_entries", "indexer's compressed entries", kIndexEntries},
    {"index_q", "indexer's queries", kIndexQ},
    {"index_weights", "indexer's head weights", kIndexWeights},
    {"index_scores", "indexer's scores", kNone},
    {"index_order", "indexer's picks", kNone, true},
    {"attn_out", "attention", kAttnOut},
    {"attn_proj", "attention's output projection", kAttnProj},
    {"x_mid", "streams after attention", kNone},
    {"hc_ffn_pre", "hyper-connection weights into the experts", kHcFfn},
    {"hc_ffn_post", "hyper-connection weights out of the experts", kHcFfn},
    {"hc_ffn_comb", "hyper-connection stream mix of the experts", kHcFfn},
    {"hc_ffn_y", "mixed input of the experts", kNone},
    {"router_logits", "router's logits", kRouterLogits},
    {"router_indices", "choice of experts", kRouterIndices, true},
    {"router_weights", "weights of the chosen experts", kNone},
    {"moe_routed", "routed experts", kRouted},
    {"moe_shared", "shared expert", kShared},
    {"moe_out", "sum of the experts", kNone},
    {"x_out", "streams that leave", kNone},
    {"logits", "head", kLogits},
});

// Where `role` lies for a block: the embedding and the head's matrix belong to no block, and a role
// of another kind of block has no place here.
std::optional<int64_t> LayerOf(Role role, std::string_view operation, int64_t layer,
                               int64_t layers) {
  const bool mtp = layer >= layers;
  if (role == Role::kEmbed) return layer == 0 || mtp ? std::optional<int64_t>(-1) : std::nullopt;
  if (role == Role::kHead) return -1;
  if (operation == "x_in" && !mtp) return std::nullopt;
  return layer;
}

}  // namespace

std::span<const Operation> Operations() { return kOperations; }

std::optional<size_t> OperationIndex(std::string_view name) {
  const auto it = std::find_if(kOperations.begin(), kOperations.end(),
                               [&](const Operation& o) { return o.name == name; });
  if (it == kOperations.end()) return std::nullopt;
  return static_cast<size_t>(it - kOperations.begin());
}

std::vector<Module> ModulesFeeding(const ModelConfig& config, const Operation& operation,
                                   int64_t layer) {
  std::vector<Module> modules;
  for (const Role role : operation.tensors) {
    const auto where = LayerOf(role, operation.name, layer, config.num_hidden_layers);
    if (!where) continue;
    Module module;
    module.role = role;
    module.layer = static_cast<int32_t>(*where);
    module.mtp = *where >= config.num_hidden_layers;
    const auto shape = ShapeOf(config, role, module.layer);
    if (!shape) continue;
    module.shape = *shape;
    if (!module.IsRoutedExpert()) {
      modules.push_back(module);
      continue;
    }
    for (int32_t expert = 0; expert < config.n_routed_experts; ++expert) {
      module.expert = expert;
      modules.push_back(module);
    }
  }
  return modules;
}

}  // namespace nibble
