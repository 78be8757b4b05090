// The report of `nibble inspect`, for people and as JSON.
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "study/inspect.h"

namespace nibble {
namespace {

std::string Human(uint64_t bytes) { return HumanBytes(static_cast<double>(bytes)); }

// 48,852,402,019 as "48.9 B".
std::string HumanCount(uint64_t count) {
  const auto value = static_cast<double>(count);
  if (value >= 1e9) return fmt::format("{:.4g} B", value * 1e-9);
  if (value >= 1e6) return fmt::format("{:.4g} M", value * 1e-6);
  return fmt::format("{}", count);
}

// "nvfp4", or "nvfp4 12, bf16 3" where modules differ.
std::string FormsText(const std::map<Form, uint64_t>& stored) {
  if (stored.size() == 1) return std::string(NameOf(stored.begin()->first));
  std::string out;
  for (const auto& [form, count] : stored)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", NameOf(form), count);
  return out;
}

const char* NamesText(Names names) { return names == Names::kOfficial ? "official" : "hf"; }

std::string LayersText(const InspectReport& r) {
  std::map<int64_t, int64_t> ratios;
  for (const LayerSummary& layer : r.layers) ratios[layer.compress_ratio] += layer.mtp ? 0 : 1;
  const ModelConfig& c = *r.config;
  std::string out = fmt::format("layers      {}", c.num_hidden_layers);
  for (const auto& [ratio, count] : ratios) {
    if (count == 0) continue;
    out += ratio == 0 ? fmt::format(", {} window only", count)
                      : fmt::format(", {} ratio {}", count, ratio);
  }
  return out + fmt::format("; the first {} route by token id\n", c.num_hash_layers);
}

std::string ModelText(const InspectReport& r) {
  const ModelConfig& c = *r.config;
  const Census& census = r.census;
  const uint64_t tables = census.classes.contains(ModuleClass::kHashTables)
                              ? census.classes.at(ModuleClass::kHashTables).parameters
                              : 0;
  std::string out = LayersText(r);
  out += fmt::format("experts     {} routed, {} for each token, {} shared; width {}\n",
                     c.n_routed_experts, c.num_experts_per_tok, c.n_shared_experts,
                     c.moe_intermediate_size);
  out += fmt::format("sizes       hidden {}, vocabulary {}, {} heads of {}, {} residual streams\n",
                     c.hidden_size, c.vocab_size, c.num_attention_heads, c.head_dim, c.hc_mult);
  out += fmt::format("draft       {} ({} blocks under mtp.*{})\n", census.draft, c.mtp_blocks(),
                     census.draft != "none" && r.missing_mtp_modules > 0
                         ? fmt::format(", {} modules missing", r.missing_mtp_modules)
                         : "");
  out += fmt::format("parameters  {}, active for each token {}\n",
                     HumanCount(census.Total().parameters - tables),
                     HumanCount(census.active_parameters));
  out += fmt::format("weight bytes read for each token  {}\n", Human(census.active_bytes));
  if (r.missing_modules > 0) {
    out += fmt::format("MISSING     {} modules of the trunk: {}{}\n", r.missing_modules,
                       fmt::join(r.first_missing, ", "),
                       r.missing_modules > r.first_missing.size() ? ", ..." : "");
  }
  out += fmt::format("\n{:<20}{:>9}{:>12}{:>8}{:>13}  stored as\n", "class", "tensors", "bytes",
                     "share", "parameters");
  for (const auto& [name, total] : census.classes) {
    out += fmt::format("{:<20}{:>9}{:>12}{:>6.1f} %{:>13}  {}\n", NameOf(name), total.tensors,
                       Human(total.bytes),
                       100 * static_cast<double>(total.bytes) / static_cast<double>(r.tensor_bytes),
                       HumanCount(total.parameters), FormsText(total.stored));
  }
  out += fmt::format("\n{:<36}{:>9}{:>12}  {:<18}stored as\n", "role", "tensors", "bytes", "shape");
  for (const auto& [role, total] : r.roles) {
    out += fmt::format(
        "{:<36}{:>9}{:>12}  {:<18}{}\n", RowOf(role).official, total.tensors, Human(total.bytes),
        total.shape.empty() ? "by layer" : ShapeText(total.shape), FormsText(total.stored));
  }
  return out;
}

json::Value FormsJson(const std::map<Form, uint64_t>& stored) {
  json::Object out;
  for (const auto& [form, count] : stored) out.emplace_back(std::string(NameOf(form)), count);
  return out;
}

json::Value ShapeJson(const Shape& shape) {
  json::Array out;
  for (const uint64_t dim : shape) out.emplace_back(dim);
  return out;
}

void SetModel(const InspectReport& r, json::Value* out) {
  const ModelConfig& c = *r.config;
  out->Set("form", r.census.form);
  out->Set("names", NamesText(r.names));
  out->Set("draft", r.census.draft);
  out->Set("num_hidden_layers", c.num_hidden_layers);
  out->Set("n_routed_experts", c.n_routed_experts);
  out->Set("num_experts_per_tok", c.num_experts_per_tok);
  out->Set("mtp_blocks", c.mtp_blocks());
  out->Set("parameters", r.census.Total().parameters);
  out->Set("active_parameters", r.census.active_parameters);
  out->Set("active_bytes_per_token", r.census.active_bytes);
  out->Set("missing_modules", r.missing_modules);
  out->Set("missing_mtp_modules", r.missing_mtp_modules);
  json::Value classes = json::Object();
  for (const auto& [name, total] : r.census.classes) {
    json::Value row;
    row.Set("tensors", total.tensors);
    row.Set("bytes", total.bytes);
    row.Set("parameters", total.parameters);
    row.Set("stored", FormsJson(total.stored));
    classes.Set(NameOf(name), std::move(row));
  }
  out->Set("classes", std::move(classes));
  json::Value roles = json::Object();
  for (const auto& [role, total] : r.roles) {
    json::Value row;
    row.Set("tensors", total.tensors);
    row.Set("bytes", total.bytes);
    if (!total.shape.empty()) row.Set("shape", ShapeJson(total.shape));
    row.Set("stored", FormsJson(total.stored));
    roles.Set(RowOf(role).official, std::move(row));
  }
  out->Set("roles", std::move(roles));
  json::Array layers;
  for (const LayerSummary& layer : r.layers) {
    json::Value row;
    row.Set("compress_ratio", layer.compress_ratio);
    row.Set("routing", layer.hash_routed ? "hash" : "learned");
    row.Set("mtp", layer.mtp);
    row.Set("modules", layer.modules);
    row.Set("bytes", layer.bytes);
    layers.push_back(std::move(row));
  }
  out->Set("layers", std::move(layers));
  json::Array warnings;
  for (const std::string& warning : r.warnings) warnings.emplace_back(warning);
  out->Set("warnings", std::move(warnings));
}

}  // namespace

std::string ToText(const InspectReport& r) {
  std::string out = fmt::format(
      "{}: {}{} tensors, {} in {} {}\n", Escape(r.path.string(), 400),
      r.config ? fmt::format("DeepSeek-V4, form {}, {} names, ", r.census.form, NamesText(r.names))
               : "",
      r.tensors, Human(r.tensor_bytes), r.shards, r.shards == 1 ? "shard" : "shards");
  if (r.config) out += ModelText(r);
  out += fmt::format("\n{:<14}{:>9}{:>12}\n", "dtype", "tensors", "bytes");
  for (const auto& [dtype, total] : r.dtypes)
    out += fmt::format("{:<14}{:>9}{:>12}\n", NameOf(dtype), total.tensors, Human(total.bytes));
  for (const auto& [key, value] : r.metadata)
    out += fmt::format("metadata \"{}\": \"{}\"\n", Escape(key), Escape(value));
  return out;
}

json::Value ToJson(const InspectReport& r) {
  json::Value out;
  out.Set("path", r.path.string());
  out.Set("tensors", r.tensors);
  out.Set("tensor_bytes", r.tensor_bytes);
  out.Set("shards", uint64_t{r.shards});
  json::Value dtypes = json::Object();
  for (const auto& [dtype, total] : r.dtypes) {
    json::Value row;
    row.Set("tensors", total.tensors);
    row.Set("bytes", total.bytes);
    dtypes.Set(NameOf(dtype), std::move(row));
  }
  out.Set("dtypes", std::move(dtypes));
  if (r.config) {
    SetModel(r, &out);
  } else {
    json::Value metadata = json::Object();
    for (const auto& [key, value] : r.metadata) metadata.as_object()->emplace_back(key, value);
    out.Set("metadata", std::move(metadata));
  }
  return out;
}

}  // namespace nibble
