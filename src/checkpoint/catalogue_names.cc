// Names of tensors, in both directions.
#include <fmt/format.h>

#include <charconv>
#include <unordered_map>

#include "checkpoint/catalogue.h"

namespace nibble {
namespace {

struct SuffixRow {
  std::string_view suffix;
  Part part;
};
// How a quantised module's tensors end. Transformers' fused experts have parameters instead of
// submodules, hence the underscore.
constexpr SuffixRow kSuffixes[] = {
    {".weight", Part::kWeight},
    {".scale", Part::kScale},
    {".weight_scale_inv", Part::kScale},
    {".weight_scale", Part::kScale},
    {".weight_scale_2", Part::kTensorScale},
    {".input_scale", Part::kInputScale},
};
constexpr SuffixRow kFusedSuffixes[] = {
    {"", Part::kWeight},
    {"_scale_inv", Part::kScale},
    {"_weight_scale_inv", Part::kScale},
    {"_weight_scale", Part::kScale},
    {"_weight_scale_2", Part::kTensorScale},
    {"_input_scale", Part::kInputScale},
};
struct FusedRow {
  std::string_view name;  // behind "experts."
  Role role;
};
constexpr FusedRow kFused[] = {{"gate_up_proj", Role::kExpertW1}, {"down_proj", Role::kExpertW2}};

// The older place of one module under HF names.
constexpr std::string_view kOldWeightsProj = "self_attn.compressor.indexer.weights_proj";

using RowMap = std::unordered_map<std::string_view, const CatalogueRow*>;
struct Maps {
  RowMap official;  // top or block, by the row's pattern
  RowMap hf;
  Maps() {
    for (const CatalogueRow& row : CatalogueRows()) {
      official.emplace(row.official, &row);
      if (!row.hf.empty()) hf.emplace(row.hf, &row);
    }
    hf.emplace(kOldWeightsProj, &RowOf(Role::kIndexerWeightsProj));
  }
};
const Maps& AllMaps() {
  static const Maps maps;
  return maps;
}

bool Strip(std::string_view prefix, std::string_view* name) {
  if (!name->starts_with(prefix)) return false;
  name->remove_prefix(prefix.size());
  return true;
}

// A number without sign or leading zeros, and the dot behind it.
std::optional<int32_t> StripNumber(std::string_view* name) {
  int32_t number = 0;
  const auto r = std::from_chars(name->data(), name->data() + name->size(), number);
  const auto digits = static_cast<size_t>(r.ptr - name->data());
  if (r.ec != std::errc() || number < 0 || digits == name->size() || *r.ptr != '.' ||
      (digits > 1 && name->front() == '0') || name->front() == '-') {
    return std::nullopt;
  }
  name->remove_prefix(digits + 1);
  return number;
}

const CatalogueRow* Lookup(const RowMap& map, std::string_view pattern) {
  const auto it = map.find(pattern);
  return it == map.end() ? nullptr : it->second;
}

// "w1.scale" or "gate_up_proj" behind "experts.", without the expert's number.
bool ResolveExpert(std::string_view rest, const RowMap& map, std::string_view prefix,
                   ResolvedName* out) {
  if (const auto expert = StripNumber(&rest)) {
    out->module.expert = *expert;
  } else {
    for (const FusedRow& fused : kFused) {
      std::string_view suffix = rest;
      if (!Strip(fused.name, &suffix)) continue;
      out->module.role = fused.role;
      out->fused = true;
      out->suffix = suffix;
      for (const auto* table : {&kFusedSuffixes, &kSuffixes}) {
        for (const SuffixRow& s : *table) {
          if (s.suffix == suffix) {
            out->part = s.part;
            return true;
          }
        }
      }
    }
    return false;
  }
  const size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return false;
  const CatalogueRow* row = Lookup(map, fmt::format("{}{{E}}.{}", prefix, rest.substr(0, dot)));
  if (row == nullptr) return false;
  out->module.role = row->role;
  out->suffix = rest.substr(dot);
  for (const SuffixRow& s : kSuffixes) {
    if (s.suffix == out->suffix) {
      out->part = s.part;
      return true;
    }
  }
  return false;
}

// A name below its block (or a whole name outside the blocks).
bool ResolveBelow(std::string_view rest, const RowMap& map, std::string_view experts,
                  ResolvedName* out) {
  if (std::string_view behind = rest; Strip(experts, &behind))
    return ResolveExpert(behind, map, experts, out);
  if (const CatalogueRow* row = Lookup(map, rest); row != nullptr && !row->suffixed) {
    out->module.role = row->role;
    out->part = Part::kWeight;
    out->suffix = {};
    return true;
  }
  for (const SuffixRow& s : kSuffixes) {
    if (!rest.ends_with(s.suffix)) continue;
    const CatalogueRow* row = Lookup(map, rest.substr(0, rest.size() - s.suffix.size()));
    if (row == nullptr || !row->suffixed) continue;
    out->module.role = row->role;
    out->part = s.part;
    out->suffix = s.suffix;
    return true;
  }
  return false;
}

bool ResolveOfficial(std::string_view name, const ModelConfig& config, ResolvedName* out) {
  Strip("model.", &name);
  out->names = Names::kOfficial;
  const bool layer = Strip("layers.", &name);
  if (layer || Strip("mtp.", &name)) {
    const auto number = StripNumber(&name);
    if (!number || (layer && *number >= config.num_hidden_layers) ||
        (!layer && *number >= config.mtp_blocks())) {
      return false;
    }
    out->module.mtp = !layer;
    out->module.layer = static_cast<int32_t>(*number + (layer ? 0 : config.num_hidden_layers));
  }
  return ResolveBelow(name, AllMaps().official, "ffn.experts.", out);
}

bool ResolveHf(std::string_view name, const ModelConfig& config, ResolvedName* out) {
  out->names = Names::kHf;
  if (Strip("model.layers.", &name)) {
    const auto number = StripNumber(&name);
    if (!number || *number >= config.num_hidden_layers) return false;
    out->module.layer = *number;
  }
  return ResolveBelow(name, AllMaps().hf, "mlp.experts.", out);
}

}  // namespace

std::optional<ResolvedName> Resolve(std::string_view tensor_name, const ModelConfig& config) {
  for (const auto resolve : {ResolveHf, ResolveOfficial}) {
    ResolvedName out;
    if (!resolve(tensor_name, config, &out)) continue;
    // The model must have such a module: no indexer in a ratio-128 layer, no expert beyond E.
    if (!ShapeOf(config, out.module.role, out.module.layer)) continue;
    if (out.module.expert >= config.n_routed_experts) continue;
    return out;
  }
  return std::nullopt;
}

std::string BaseName(const Module& module, Names names, const ModelConfig& config) {
  const CatalogueRow& row = RowOf(module.role);
  const bool hf = names == Names::kHf && !module.mtp;
  std::string name;
  if (module.mtp) {
    name = fmt::format("mtp.{}.", module.layer - config.num_hidden_layers);
  } else if (module.layer >= 0) {
    name = fmt::format("{}layers.{}.", hf ? "model." : "", module.layer);
  }
  const std::string_view pattern = hf ? row.hf : row.official;
  name += pattern;
  if (module.IsRoutedExpert()) name.replace(name.find("{E}"), 3, std::to_string(module.expert));
  return name;
}

}  // namespace nibble
