#include "checkpoint/config.h"

#include <cmath>

#include "base/text.h"
#include "checkpoint/config_fields.h"

namespace nibble {
namespace {

// Ranges generous for anything this architecture may grow to, and small enough that no product of
// two fields, times a byte count, leaves 64 bits.
constexpr int64_t kMaxWidth = 1 << 17;
constexpr int64_t kMaxCount = 1 << 20;
constexpr int64_t kMaxLayers = 1000;
constexpr int64_t kMaxExperts = 65536;
constexpr int64_t kMaxExpertsInAllLayers = 1 << 20;
constexpr double kMaxReal = 1e12;

// Models that are not this one: refused by their name.
Status CheckArchitecture(const json::Value& root, std::string_view what) {
  const json::Value* type = root.Find("model_type");
  const std::string* name = type == nullptr ? nullptr : type->as_string();
  if (root.Find("text_config") != nullptr || (name != nullptr && *name == "deepseek_v41")) {
    return Unsupported(
        "{}: this is DeepSeek-V4.1, a different architecture, which nibble does not read", what);
  }
  for (const json::Member& m : *root.as_object()) {
    if (m.first.starts_with("vision") || m.first.starts_with("image_") ||
        m.first.starts_with("aligner")) {
      return Unsupported(
          "{}: \"{}\" marks the Vision variant of DeepSeek-V4, which nibble does not read", what,
          Escape(m.first));
    }
  }
  if (root.Find("n_layers") != nullptr && root.Find("num_hidden_layers") == nullptr) {
    return Unsupported(
        "{}: this is the config.json of DeepSeek's inference code; use the Hugging Face one that "
        "lies beside the weights",
        what);
  }
  if (type == nullptr) return InvalidInput("{}: model_type is missing", what);
  if (name == nullptr || *name != "deepseek_v4") {
    return Unsupported("{}: model_type is {}, only \"deepseek_v4\" is supported", what,
                       ShowJson(*type));
  }
  if (const json::Value* list = root.Find("architectures"); list != nullptr) {
    const json::Array* items = list->as_array();
    if (items == nullptr || items->size() != 1 ||
        items->front() != json::Value("DeepseekV4ForCausalLM")) {
      return Unsupported(
          "{}: architectures must be [\"DeepseekV4ForCausalLM\"], found {}", what,
          items != nullptr && items->size() == 1 ? ShowJson(items->front()) : ShowJson(*list));
    }
  }
  return {};
}

// One fact in two spellings: the value of either, a problem when they differ or both are missing.
template <class T>
T Either(const ConfigFields& fields, std::string_view key, std::optional<T> a,
         std::string_view other_key, std::optional<T> b, T fallback) {
  if (!a && !b) fields.Refuse(key, "is missing");
  if (a && b && *a != *b)
    fields.Refuse(key, fmt::format("is {} but {} says {}", *a, other_key, *b));
  return a ? *a : b ? *b : fallback;
}

class ConfigParser {
 public:
  ConfigParser(const json::Value& root, std::string_view what)
      : what_(what), root_(root), f_(&root, what_, "", &problem_) {}
  Result<ModelConfig> Parse();

 private:
  void ReadSizes();
  void ReadRope();
  void ReadCompressRatios();
  void ReadHashLayers();
  void ReadDspark();
  void ReadQuantization();
  void ReadTokens();
  void CheckFixedValues();
  void CheckDivisibility();
  std::optional<std::vector<int64_t>> RatiosOfLayerTypes() const;
  std::optional<std::vector<int64_t>> RatiosAsListed() const;

  const std::string what_;
  const json::Value& root_;
  std::optional<Error> problem_;
  const ConfigFields f_;
  ModelConfig c_;
};

void ConfigParser::ReadSizes() {
  c_.vocab_size = f_.Int("vocab_size", 1, 1 << 24);
  c_.hidden_size = f_.Int("hidden_size", 1, kMaxWidth);
  c_.num_hidden_layers = f_.Int("num_hidden_layers", 1, kMaxLayers);
  c_.num_attention_heads = f_.Int("num_attention_heads", 1, 4096);
  c_.head_dim = f_.Int("head_dim", 1, 8192);
  c_.q_lora_rank = f_.Int("q_lora_rank", 1, kMaxWidth);
  c_.o_groups = f_.Int("o_groups", 1, 4096);
  c_.o_lora_rank = f_.Int("o_lora_rank", 1, kMaxWidth);
  c_.sliding_window = f_.Int("sliding_window", 1, kMaxCount);
  c_.max_position_embeddings = f_.Int("max_position_embeddings", 1, 1 << 30);
  c_.index_n_heads = f_.Int("index_n_heads", 1, 4096);
  c_.index_head_dim = f_.Int("index_head_dim", 1, 8192);
  c_.index_topk = f_.Int("index_topk", 1, kMaxCount);
  c_.n_routed_experts = f_.Int("n_routed_experts", 1, kMaxExperts);
  c_.num_experts_per_tok = f_.Int("num_experts_per_tok", 1, c_.n_routed_experts);
  c_.moe_intermediate_size = f_.Int("moe_intermediate_size", 1, kMaxWidth);
  c_.routed_scaling_factor = f_.Positive("routed_scaling_factor", kMaxReal);
  c_.swiglu_limit = f_.Positive("swiglu_limit", kMaxReal);
  c_.hc_mult = f_.Int("hc_mult", 1, 16);
  c_.hc_sinkhorn_iters = f_.Int("hc_sinkhorn_iters", 1, 1000);
  c_.hc_eps = f_.OptionalPositive("hc_eps", 1).value_or(1e-6);
  c_.rms_norm_eps = f_.OptionalPositive("rms_norm_eps", 1).value_or(1e-6);
  // transformers may say which share of a head is rotated, in one of two places.
  const ConfigFields main_rope = f_.Sub("rope_parameters").Sub("main");
  std::optional<int64_t> rotated;
  for (const auto& factor : {f_.OptionalPositive("partial_rotary_factor", 1),
                             main_rope.OptionalPositive("partial_rotary_factor", 1)}) {
    if (factor) rotated = std::llround(*factor * static_cast<double>(c_.head_dim));
  }
  c_.qk_rope_head_dim = Either(f_, "qk_rope_head_dim", f_.OptionalInt("qk_rope_head_dim", 1, 8192),
                               "partial_rotary_factor x head_dim", rotated, int64_t{1});
}

void ConfigParser::ReadRope() {
  const ConfigFields both = f_.Sub("rope_parameters");
  const ConfigFields main = both.Sub("main");
  const ConfigFields compress = both.Sub("compress");
  main.Only("rope_type", "default");
  compress.Only("rope_type", "yarn");
  c_.rope_theta =
      Either(f_, "rope_theta", f_.OptionalPositive("rope_theta", kMaxReal),
             "rope_parameters.main.rope_theta", main.OptionalPositive("rope_theta", kMaxReal), 1.0);
  c_.compress_rope_theta =
      Either(f_, "compress_rope_theta", f_.OptionalPositive("compress_rope_theta", kMaxReal),
             "rope_parameters.compress.rope_theta",
             compress.OptionalPositive("rope_theta", kMaxReal), 1.0);
  const ConfigFields scaling = f_.Sub("rope_scaling");
  scaling.Only("type", "yarn");
  scaling.Only("rope_type", "yarn");
  const auto real = [&](std::string_view key) {
    return Either(scaling, key, scaling.OptionalPositive(key, kMaxReal),
                  fmt::format("rope_parameters.compress.{}", key),
                  compress.OptionalPositive(key, kMaxReal), 1.0);
  };
  c_.rope_factor = real("factor");
  c_.rope_beta_fast = real("beta_fast");
  c_.rope_beta_slow = real("beta_slow");
  constexpr std::string_view kOriginal = "original_max_position_embeddings";
  c_.rope_original_max_position_embeddings =
      Either(scaling, kOriginal, scaling.OptionalInt(kOriginal, 1, 1 << 30),
             "rope_parameters.compress.original_max_position_embeddings",
             compress.OptionalInt(kOriginal, 1, 1 << 30), int64_t{1});
}

std::optional<std::vector<int64_t>> ConfigParser::RatiosAsListed() const {
  const json::Value* list = f_.Find("compress_ratios");
  if (list == nullptr) return std::nullopt;
  std::vector<int64_t> ratios;
  if (!list->is_array()) {
    f_.Refuse("compress_ratios", fmt::format("is {}, expected an array", ShowJson(*list)));
    return ratios;
  }
  for (const json::Value& item : *list->as_array()) {
    const int64_t ratio = item.as_int().value_or(-1);
    if (ratio != 0 && ratio != 4 && ratio != 128) {
      f_.Refuse("compress_ratios",
                fmt::format("[{}] is {}, expected 0, 4 or 128", ratios.size(), ShowJson(item)));
      return ratios;
    }
    ratios.push_back(ratio);
  }
  return ratios;
}

// The trunk's ratios in the spelling of transformers.
std::optional<std::vector<int64_t>> ConfigParser::RatiosOfLayerTypes() const {
  const json::Value* list = f_.Find("layer_types");
  if (list == nullptr) return std::nullopt;
  const ConfigFields rates = f_.Sub("compress_rates");
  rates.Only("compressed_sparse_attention", 4);
  rates.Only("heavily_compressed_attention", 128);
  std::vector<int64_t> ratios;
  const json::Array empty;
  const json::Array* items = list->as_array();
  if (items == nullptr) f_.Refuse("layer_types", "is not an array");
  for (const json::Value& item : items == nullptr ? empty : *items) {
    const std::string* type = item.as_string();
    if (type != nullptr && *type == "sliding_attention") {
      ratios.push_back(0);
    } else if (type != nullptr && *type == "compressed_sparse_attention") {
      ratios.push_back(4);
    } else if (type != nullptr && *type == "heavily_compressed_attention") {
      ratios.push_back(128);
    } else {
      f_.Refuse("layer_types",
                fmt::format("[{}] is {}, not a kind of attention layer of DeepSeek-V4",
                            ratios.size(), ShowJson(item)));
      return ratios;
    }
  }
  if (ratios.size() != static_cast<size_t>(c_.num_hidden_layers)) {
    f_.Refuse("layer_types", fmt::format("has {} entries, num_hidden_layers is {}", ratios.size(),
                                         c_.num_hidden_layers));
  }
  return ratios;
}

void ConfigParser::ReadCompressRatios() {
  const auto listed = RatiosAsListed();
  const auto of_types = RatiosOfLayerTypes();
  const auto layers = static_cast<size_t>(c_.num_hidden_layers);
  const auto mtp = f_.OptionalInt("num_nextn_predict_layers", 0, 16);
  if (!listed && !of_types) return f_.Refuse("compress_ratios", "is missing");
  if (!listed) {
    c_.num_nextn_predict_layers = mtp.value_or(0);
    c_.compress_ratios = *of_types;
    c_.compress_ratios.resize(layers + static_cast<size_t>(c_.num_nextn_predict_layers), 0);
    return;
  }
  c_.num_nextn_predict_layers = mtp.value_or(listed->size() > layers ? 1 : 0);
  c_.compress_ratios = *listed;
  const size_t expected = layers + static_cast<size_t>(c_.num_nextn_predict_layers);
  // The stages of DSpark are listed behind, though num_nextn_predict_layers stays 1.
  if (listed->size() < expected || (listed->size() > expected && !c_.has_dspark) ||
      listed->size() > layers + 16) {
    return f_.Refuse("compress_ratios",
                     fmt::format("has {} entries, expected {} (num_hidden_layers {} + "
                                 "num_nextn_predict_layers {})",
                                 listed->size(), expected, layers, c_.num_nextn_predict_layers));
  }
  for (size_t i = layers; i < listed->size(); ++i) {
    if ((*listed)[i] != 0) {
      return f_.Refuse("compress_ratios",
                       fmt::format("[{}] is {}, but MTP blocks have ratio 0", i, (*listed)[i]));
    }
  }
  for (size_t i = 0; of_types && i < std::min(layers, of_types->size()); ++i) {
    if ((*listed)[i] != (*of_types)[i]) {
      return f_.Refuse("compress_ratios", fmt::format("[{}] is {} but layer_types says {}", i,
                                                      (*listed)[i], (*of_types)[i]));
    }
  }
}

void ConfigParser::ReadHashLayers() {
  std::optional<int64_t> of_types;
  if (const json::Value* list = f_.Find("mlp_layer_types"); list != nullptr) {
    const json::Array* items = list->as_array();
    if (items == nullptr || items->size() != static_cast<size_t>(c_.num_hidden_layers)) {
      return f_.Refuse("mlp_layer_types", fmt::format("is not an array of {} (num_hidden_layers)",
                                                      c_.num_hidden_layers));
    }
    of_types = 0;
    for (size_t i = 0; i < items->size(); ++i) {
      const bool hash = (*items)[i] == json::Value("hash_moe");
      if ((!hash && (*items)[i] != json::Value("moe")) ||
          (hash && static_cast<size_t>(*of_types) != i)) {
        return f_.Refuse("mlp_layer_types",
                         fmt::format("[{}] is {}, expected some \"hash_moe\", then only \"moe\"", i,
                                     ShowJson((*items)[i])));
      }
      if (hash) ++*of_types;
    }
  }
  c_.num_hash_layers =
      Either(f_, "num_hash_layers", f_.OptionalInt("num_hash_layers", 0, c_.num_hidden_layers),
             "mlp_layer_types", of_types, int64_t{0});
}

void ConfigParser::ReadDspark() {
  for (const json::Member& m : *root_.as_object()) {
    c_.has_dspark = c_.has_dspark || m.first.starts_with("dspark_");
  }
  if (!c_.has_dspark) return;
  c_.dspark_markov_rank = f_.Int("dspark_markov_rank", 1, kMaxWidth);
  const json::Value* targets = f_.Find("dspark_target_layer_ids");
  if (targets == nullptr || !targets->is_array() || targets->as_array()->empty() ||
      targets->as_array()->size() > 16) {
    return f_.Refuse("dspark_target_layer_ids", "is not an array of 1 to 16 layers");
  }
  c_.dspark_target_layers = static_cast<int64_t>(targets->as_array()->size());
}

void ConfigParser::ReadQuantization() {
  const ConfigFields q = f_.Sub("quantization_config");
  const auto inner = q.OptionalString("expert_dtype");
  const auto outer = f_.OptionalString("expert_dtype");
  if (inner && outer && *inner != *outer) {
    f_.Refuse("expert_dtype", fmt::format("is \"{}\" but quantization_config.expert_dtype says "
                                          "\"{}\"",
                                          Escape(*outer), Escape(*inner)));
  }
  c_.expert_dtype = outer ? *outer : inner.value_or("");
  if (!c_.expert_dtype.empty() && c_.expert_dtype != "fp4" && c_.expert_dtype != "fp8") {
    f_.Refuse("expert_dtype",
              fmt::format("is \"{}\", expected \"fp4\" or \"fp8\"", Escape(c_.expert_dtype)));
  }
  c_.quant_method = q.OptionalString("quant_method").value_or("");
  if (!c_.quant_method.empty() && c_.quant_method != "fp8" &&
      c_.quant_method != "deepseek_v4_fp8" && c_.quant_method != "modelopt" &&
      c_.quant_method != "modelopt_fp4") {
    q.Refuse("quant_method",
             fmt::format("is \"{}\", nibble reads fp8, deepseek_v4_fp8 and modelopt",
                         Escape(c_.quant_method)));
  }
  if (q.Find("weight_block_size") != nullptr) q.Only("weight_block_size", json::Array{128, 128});
  q.Only("fmt", "e4m3");
  q.Only("scale_fmt", "ue8m0");
}

void ConfigParser::ReadTokens() {
  c_.bos_token_id = f_.OptionalInt("bos_token_id", 0, c_.vocab_size - 1).value_or(0);
  const json::Value* eos = f_.Find("eos_token_id");
  if (eos != nullptr && eos->is_array()) {
    for (const json::Value& item : *eos->as_array()) {
      const auto id = item.as_int();
      if (!id || *id < 0 || *id >= c_.vocab_size || c_.eos_token_ids.size() == 64) {
        return f_.Refuse("eos_token_id",
                         fmt::format("has the entry {}, expected at most 64 integers from 0 to {}",
                                     ShowJson(item), c_.vocab_size - 1));
      }
      c_.eos_token_ids.push_back(*id);
    }
  } else if (const auto id = f_.OptionalInt("eos_token_id", 0, c_.vocab_size - 1)) {
    c_.eos_token_ids = {*id};
  }
}

void ConfigParser::CheckFixedValues() {
  f_.Only("hidden_act", "silu");
  f_.Only("attention_bias", false);
  f_.Only("tie_word_embeddings", false);
  f_.Only("scoring_func", "sqrtsoftplus");
  f_.Only("topk_method", "noaux_tc");
  f_.Only("norm_topk_prob", true);
  f_.Only("num_key_value_heads", 1);
  f_.Only("n_shared_experts", 1);
  if (f_.Find("auto_map") != nullptr) {
    c_.warnings.push_back(
        fmt::format("{}: auto_map names code to be fetched and run; it is ignored", what_));
  }
}

void ConfigParser::CheckDivisibility() {
  const struct {
    const char* field;
    const char* tensor;
    int64_t k;
  } widths[] = {
      {"hidden_size", "layers.0.ffn.experts.0.w1", c_.hidden_size},
      {"moe_intermediate_size", "layers.0.ffn.experts.0.w2", c_.moe_intermediate_size},
      {"q_lora_rank", "layers.0.attn.wq_b", c_.q_lora_rank},
      {"o_groups x o_lora_rank", "layers.0.attn.wo_b", c_.o_groups * c_.o_lora_rank},
      {"num_attention_heads x head_dim / o_groups", "layers.0.attn.wo_a",
       c_.num_attention_heads * c_.head_dim / c_.o_groups},
  };
  if (c_.num_attention_heads % c_.o_groups != 0) {
    f_.Refuse("num_attention_heads", fmt::format("{} is not a multiple of o_groups {}",
                                                 c_.num_attention_heads, c_.o_groups));
  }
  constexpr std::pair<int64_t, const char*> kBlocks[] = {
      {16, "NVFP4 block 16"}, {32, "MXFP4 block 32"}, {128, "FP8 block 128"}};
  for (const auto& w : widths) {
    for (const auto& [block, name] : kBlocks) {
      if (w.k % block != 0) {
        f_.Refuse(w.field,
                  fmt::format("gives tensor \"{}\" K={}, which is not a multiple of the {}",
                              w.tensor, w.k, name));
      }
    }
  }
  if (c_.qk_rope_head_dim > c_.head_dim || (c_.head_dim - c_.qk_rope_head_dim) % 64 != 0 ||
      c_.qk_rope_head_dim % 2 != 0) {
    f_.Refuse("qk_rope_head_dim",
              fmt::format("{} must be even and head_dim {} minus it a multiple of 64",
                          c_.qk_rope_head_dim, c_.head_dim));
  }
  if (c_.index_head_dim % 32 != 0 || (c_.index_head_dim & (c_.index_head_dim - 1)) != 0) {
    f_.Refuse("index_head_dim",
              fmt::format("{} is not a power of two that is a multiple of 32", c_.index_head_dim));
  }
  if (c_.qk_rope_head_dim > c_.index_head_dim) {
    f_.Refuse("index_head_dim", fmt::format("{} is less than qk_rope_head_dim {}",
                                            c_.index_head_dim, c_.qk_rope_head_dim));
  }
  const auto blocks = static_cast<int64_t>(c_.compress_ratios.size());
  if (blocks * c_.n_routed_experts > kMaxExpertsInAllLayers) {
    f_.Refuse(
        "n_routed_experts",
        fmt::format("{} in {} layers gives {} experts, over the limit of {}", c_.n_routed_experts,
                    blocks, blocks * c_.n_routed_experts, kMaxExpertsInAllLayers));
  }
}

Result<ModelConfig> ConfigParser::Parse() {
  ReadSizes();
  ReadDspark();
  ReadRope();
  ReadCompressRatios();
  ReadHashLayers();
  ReadQuantization();
  ReadTokens();
  CheckFixedValues();
  CheckDivisibility();
  if (problem_) return *problem_;
  c_.raw = root_;
  return std::move(c_);
}

}  // namespace

Result<ModelConfig> ParseModelConfig(const json::Value& value, std::string_view what) {
  if (!value.is_object())
    return InvalidInput("{}: the config is {}, expected an object", what, value.kind());
  NIBBLE_TRY(CheckArchitecture(value, what));
  return ConfigParser(value, what).Parse();
}

Result<ModelConfig> LoadModelConfig(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::path file =
      std::filesystem::is_directory(path, ignored) ? path / "config.json" : path;
  NIBBLE_ASSIGN(const json::Value value, json::ParseFile(file.string(), kMaxConfigBytes));
  return ParseModelConfig(value, Escape(file.string(), 400));
}

}  // namespace nibble
