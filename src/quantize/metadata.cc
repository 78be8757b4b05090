#include "quantize/metadata.h"

#include <algorithm>
#include <set>

namespace nibble {
namespace {

constexpr int kGroupSize = 16;

json::Value Strings(const std::vector<std::string>& values) {
  json::Array array;
  for (const std::string& v : values) array.emplace_back(v);
  return array;
}

json::Value ConfigGroups() {
  const json::Object floats = {
      {"dynamic", false}, {"num_bits", 4}, {"type", "float"}, {"group_size", kGroupSize}};
  return json::Object{{"group_0", json::Object{{"input_activations", floats},
                                               {"weights", floats},
                                               {"targets", Strings({"Linear"})}}}};
}

// "layers.3.ffn.experts" of "layers.3.ffn.experts.17.w1".
std::string WithoutLast(std::string name, int parts) {
  for (; parts > 0; --parts) name.resize(name.rfind('.'));
  return name;
}

// {"layers.N.ffn.experts": {"quant_algo": "NVFP4", "group_size": 16}} for each layer.
json::Value QuantizedLayers(const Plan& plan) {
  json::Object layers;
  std::string last;
  for (const PlannedLinear& linear : plan.linears) {
    if (!linear.source.module.IsRoutedExpert()) continue;
    std::string name = WithoutLast(linear.base, 2);
    if (name == last) continue;
    last = name;
    const auto same = [&](const json::Member& m) { return m.first == name; };
    if (std::any_of(layers.begin(), layers.end(), same)) continue;
    layers.emplace_back(name, json::Object{{"quant_algo", "NVFP4"}, {"group_size", kGroupSize}});
  }
  return layers;
}

bool DraftStays(const Plan& plan) {
  return plan.settings.names == Names::kOfficial && plan.settings.draft == Draft::kNative;
}

// What is not NVFP4, as patterns: everything but the routed experts.
std::vector<std::string> ExpertsOnlyIgnore(const Plan& plan) {
  const bool official = plan.settings.names == Names::kOfficial;
  std::vector<std::string> ignore =
      official ? std::vector<std::string>{"*.attn.*", "*.ffn.shared_experts.*", "head"}
               : std::vector<std::string>{"*.self_attn.*", "*.mlp.shared_experts.*", "lm_head"};
  if (!plan.fp8_rest) ignore.insert(ignore.begin() + 2, official ? "*.ffn.gate" : "*.mlp.gate");
  if (DraftStays(plan)) ignore.emplace_back("mtp.*");
  return ignore;
}

// What is not NVFP4 under scope all, module by module: head, gates, weights_proj.
std::vector<std::string> ModuleIgnore(const Plan& plan, const ModelConfig& config) {
  std::set<std::string> ignore;
  for (const Module& module : ModulesOf(config)) {
    if (module.role != Role::kHead && module.role != Role::kGateWeight &&
        module.role != Role::kIndexerWeightsProj)
      continue;
    if (module.mtp && (plan.settings.names == Names::kHf || DraftStays(plan))) continue;
    ignore.insert(BaseName(module, plan.settings.names, config));
  }
  std::vector<std::string> list(ignore.begin(), ignore.end());
  if (DraftStays(plan)) list.emplace_back("mtp.*");
  return list;
}

std::vector<std::string> Ignore(const Plan& plan, const ModelConfig& config) {
  return plan.settings.scope == Scope::kAll ? ModuleIgnore(plan, config) : ExpertsOnlyIgnore(plan);
}

// FP8 linears and NVFP4 experts in one file.
bool MixedPrecision(const Plan& plan) {
  return plan.settings.scope == Scope::kExperts && plan.fp8_rest;
}

void SetIfAbsent(json::Value* object, std::string_view key, json::Value value) {
  if (object->Find(key) == nullptr) object->Set(key, std::move(value));
}

json::Value MixedPrecisionConfig(const Plan& plan, const ModelConfig& config) {
  const json::Value* source = config.raw.Find("quantization_config");
  json::Value out = source != nullptr && source->is_object() ? *source : json::Object{};
  out.Set("quant_method", "fp8");
  out.Set("activation_scheme", "dynamic");
  SetIfAbsent(&out, "fmt", "e4m3");
  if (!plan.f32_scales) SetIfAbsent(&out, "scale_fmt", "ue8m0");
  SetIfAbsent(&out, "weight_block_size", json::Array{128, 128});
  out.Set("moe_quant_algo", "NVFP4");
  out.Set("quant_algo", "MIXED_PRECISION");
  out.Set("kv_cache_quant_algo", nullptr);
  out.Set("group_size", kGroupSize);
  out.Set("producer", ProducerOf(plan.settings));
  out.Set("config_groups", ConfigGroups());
  out.Set("quantized_layers", QuantizedLayers(plan));
  out.Set("ignore", Strings(Ignore(plan, config)));
  // vLLM would build what these match unquantised, experts included.
  out.Erase("ignored_layers");
  out.Erase("modules_to_not_convert");
  if (!plan.f32_scales && out.Find("expert_dtype") != nullptr) out.Set("expert_dtype", "fp4");
  return out;
}

}  // namespace

json::Value OutputConfig(const Plan& plan, const ModelConfig& config) {
  json::Value out = config.raw;
  if (MixedPrecision(plan)) {
    out.Set("quantization_config", MixedPrecisionConfig(plan, config));
    // Base checkpoints say "fp8" or nothing; F32 block scales elsewhere go with "fp8" for readers.
    if (!plan.f32_scales && config.expert_dtype != "fp4") out.Set("expert_dtype", "fp4");
    return out;
  }
  out.Set("quantization_config", json::Object{{"config_groups", ConfigGroups()},
                                              {"ignore", Strings(Ignore(plan, config))},
                                              {"quant_algo", "NVFP4"},
                                              {"producer", ProducerOf(plan.settings)},
                                              {"quant_method", "modelopt"}});
  return out;
}

json::Value OutputHfQuantConfig(const Plan& plan, const ModelConfig& config) {
  json::Object quantization = {{"quant_algo", MixedPrecision(plan) ? "MIXED_PRECISION" : "NVFP4"},
                               {"kv_cache_quant_algo", nullptr},
                               {"group_size", kGroupSize}};
  if (MixedPrecision(plan)) quantization.emplace_back("quantized_layers", QuantizedLayers(plan));
  quantization.emplace_back("exclude_modules", Strings(Ignore(plan, config)));
  return json::Object{{"producer", ProducerOf(plan.settings)},
                      {"quantization", std::move(quantization)}};
}

json::Value OutputIndex(const Plan& plan) {
  json::Object weight_map;
  weight_map.reserve(plan.tensors);
  for (const PlannedShard& shard : plan.shards) {
    for (const SafetensorsWriter::Entry& entry : shard.entries)
      weight_map.emplace_back(entry.name, shard.file_name);
  }
  std::sort(weight_map.begin(), weight_map.end(),
            [](const json::Member& a, const json::Member& b) { return a.first < b.first; });
  return json::Object{{"metadata", json::Object{{"total_size", plan.tensor_bytes}}},
                      {"weight_map", std::move(weight_map)}};
}

}  // namespace nibble
