// The HF config.json of a DeepSeek-V4 checkpoint, checked. Fields keep their HF key as name. Both
// spellings (the release's and newer transformers', which nests them) are read; a contradiction is
// refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace nibble {

// Real configs measure a few kB; those that list every quantised module a few hundred.
inline constexpr uint64_t kMaxConfigBytes = 4 << 20;

struct ModelConfig {
  int64_t vocab_size = 0;                // V
  int64_t hidden_size = 0;               // d, the width of one residual stream
  int64_t num_hidden_layers = 0;         // L, without the MTP block
  int64_t num_hash_layers = 0;           // the first layers route by token id
  int64_t num_nextn_predict_layers = 0;  // MTP blocks
  int64_t num_attention_heads = 0;       // H
  int64_t head_dim = 0;                  // D, rope dims included; one shared K=V head
  int64_t qk_rope_head_dim = 0;          // r, the last dims of each head
  int64_t q_lora_rank = 0;               // Q
  int64_t o_groups = 0;                  // G
  int64_t o_lora_rank = 0;               // R
  int64_t sliding_window = 0;            // W, counts the current token
  // One per layer, then one per block of mtp.*: 0, 4 or 128.
  std::vector<int64_t> compress_ratios;
  double rope_theta = 0;           // ratio 0
  double compress_rope_theta = 0;  // ratios 4 and 128
  double rope_factor = 1;          // YaRN, ratios 4 and 128 only
  double rope_beta_fast = 32;
  double rope_beta_slow = 1;
  int64_t rope_original_max_position_embeddings = 0;
  int64_t max_position_embeddings = 0;
  int64_t index_n_heads = 0;
  int64_t index_head_dim = 0;
  int64_t index_topk = 0;
  int64_t n_routed_experts = 0;  // E
  int64_t num_experts_per_tok = 0;
  int64_t n_shared_experts = 1;
  int64_t moe_intermediate_size = 0;  // I
  double routed_scaling_factor = 1;
  double swiglu_limit = 0;
  int64_t hc_mult = 0;  // m residual streams
  int64_t hc_sinkhorn_iters = 0;
  double hc_eps = 1e-6;
  double rms_norm_eps = 1e-6;
  int64_t bos_token_id = 0;
  std::vector<int64_t> eos_token_ids;  // one or several
  std::string expert_dtype;            // "fp4", "fp8" or empty
  std::string quant_method;            // of quantization_config; empty when there is none
  bool has_dspark = false;             // dspark_* keys: mtp.* holds DSpark stages
  int64_t dspark_markov_rank = 0;
  int64_t dspark_target_layers = 0;   // how many layers feed mtp.0.main_proj
  std::vector<std::string> warnings;  // odd but not wrong, one sentence each
  json::Value raw;                    // the whole file, for writers that change only some keys

  int64_t ratio(int64_t layer) const { return compress_ratios[static_cast<size_t>(layer)]; }
  // Blocks under mtp.*: the MTP block of the release, or the stages of DSpark.
  int64_t mtp_blocks() const {
    return static_cast<int64_t>(compress_ratios.size()) - num_hidden_layers;
  }
};

// Reads and checks `path`, a config.json or the folder that holds one.
Result<ModelConfig> LoadModelConfig(const std::filesystem::path& path);
// `what` names the source in errors. Errors: a field that is missing, of the wrong type or out of
// range (with the allowed range), two spellings that contradict each other, and models that are
// something else: DeepSeek-V4.1, the Vision variant, other architectures.
Result<ModelConfig> ParseModelConfig(const json::Value& value, std::string_view what);

}  // namespace nibble
