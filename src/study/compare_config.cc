#include "study/compare_config.h"

#include <array>
#include <utility>

namespace nibble {
namespace {

template <class T>
using Field = std::pair<std::string_view, T ModelConfig::*>;

constexpr auto kShapes = std::to_array<Field<int64_t>>({
    {"vocab_size", &ModelConfig::vocab_size},
    {"hidden_size", &ModelConfig::hidden_size},
    {"num_hidden_layers", &ModelConfig::num_hidden_layers},
    {"num_hash_layers", &ModelConfig::num_hash_layers},
    {"num_attention_heads", &ModelConfig::num_attention_heads},
    {"head_dim", &ModelConfig::head_dim},
    {"qk_rope_head_dim", &ModelConfig::qk_rope_head_dim},
    {"q_lora_rank", &ModelConfig::q_lora_rank},
    {"o_groups", &ModelConfig::o_groups},
    {"o_lora_rank", &ModelConfig::o_lora_rank},
    {"index_n_heads", &ModelConfig::index_n_heads},
    {"index_head_dim", &ModelConfig::index_head_dim},
    {"index_topk", &ModelConfig::index_topk},
    {"n_routed_experts", &ModelConfig::n_routed_experts},
    {"num_experts_per_tok", &ModelConfig::num_experts_per_tok},
    {"moe_intermediate_size", &ModelConfig::moe_intermediate_size},
    {"hc_mult", &ModelConfig::hc_mult},
});

constexpr auto kIntegers = std::to_array<Field<int64_t>>({
    {"sliding_window", &ModelConfig::sliding_window},
    {"rope_scaling.original_max_position_embeddings",
     &ModelConfig::rope_original_max_position_embeddings},
    {"hc_sinkhorn_iters", &ModelConfig::hc_sinkhorn_iters},
});

constexpr auto kReals = std::to_array<Field<double>>({
    {"rope_theta", &ModelConfig::rope_theta},
    {"compress_rope_theta", &ModelConfig::compress_rope_theta},
    {"rope_scaling.factor", &ModelConfig::rope_factor},
    {"rope_scaling.beta_fast", &ModelConfig::rope_beta_fast},
    {"rope_scaling.beta_slow", &ModelConfig::rope_beta_slow},
    {"routed_scaling_factor", &ModelConfig::routed_scaling_factor},
    {"swiglu_limit", &ModelConfig::swiglu_limit},
    {"hc_eps", &ModelConfig::hc_eps},
    {"rms_norm_eps", &ModelConfig::rms_norm_eps},
});

template <class T, size_t n>
void Differences(const std::array<Field<T>, n>& fields, const ModelConfig& a, const ModelConfig& b,
                 std::vector<std::string>* out) {
  for (const auto& [name, member] : fields) {
    if (a.*member != b.*member)
      out->push_back(
          fmt::format("config.json: {} is {} in A and {} in B", name, a.*member, b.*member));
  }
}

}  // namespace

Result<std::vector<std::string>> CompareConfigs(const Checkpoint& a, const Checkpoint& b,
                                                const CompareOptions& options) {
  std::vector<std::string> fatal;
  Differences(kShapes, a.config(), b.config(), &fatal);
  if (!fatal.empty())
    return InvalidInput("{} and {} are not of one shape and cannot be compared: {}",
                        a.folder().string(), b.folder().string(), fatal.front());
  for (int64_t layer = 0; layer < a.config().num_hidden_layers; ++layer) {
    if (a.config().ratio(layer) != b.config().ratio(layer))
      return InvalidInput(
          "{} and {} are not of one shape and cannot be compared: compress_ratios[{}] is {} in A "
          "and {} in B",
          a.folder().string(), b.folder().string(), layer, a.config().ratio(layer),
          b.config().ratio(layer));
  }
  for (const Checkpoint* side : {&a, &b}) {
    const auto mtp = static_cast<int32_t>(side->config().num_hidden_layers);
    if (options.mtp && !side->HasModule(Role::kMtpEProj, mtp))
      return NotFound("{} has no MTP block (mtp.0.e_proj.weight is missing): leave out --mtp",
                      side->folder().string());
  }
  std::vector<std::string> differences;
  Differences(kIntegers, a.config(), b.config(), &differences);
  Differences(kReals, a.config(), b.config(), &differences);
  return differences;
}

}  // namespace nibble
