#include "checkpoint/census.h"

#include <set>

#include "base/check.h"

namespace nibble {
namespace {

using Forms = std::set<Form>;

struct LinearForms {
  // Of the trunk.
  Forms experts;
  Forms dense;   // linears that the release stores as FP8
  Forms others;  // linears that it stores as BF16: compressors, weights_proj
  // Of the blocks under mtp.*.
  Forms draft_experts;
  bool f32_scales = false;  // of any
};

std::string FormName(const LinearForms& f, Names names) {
  const Forms bf16 = {Form::kBF16}, fp8 = {Form::kFp8}, mxfp4 = {Form::kMxfp4},
              nvfp4 = {Form::kNvfp4};
  const bool release_dense = f.dense == fp8 && (f.others == bf16 || f.others.empty());
  const bool official = names == Names::kOfficial;
  if (release_dense && f.experts == fp8) return "base";
  if (release_dense && official && !f.f32_scales) {
    const bool native_draft = f.draft_experts.empty() || f.draft_experts == mxfp4;
    if (f.experts == mxfp4 && native_draft) return "native";
    if (f.experts == nvfp4 && (native_draft || f.draft_experts == nvfp4)) return "portable";
  }
  const bool others_known = !f.others.contains(Form::kFp8) && !f.others.contains(Form::kMxfp4);
  if (f.experts == nvfp4 && f.dense == nvfp4 && others_known)
    return official ? "full-official" : "full-hf";
  if (f.experts == bf16 && f.dense == bf16 && (f.others == bf16 || f.others.empty())) return "bf16";
  return "mixed";
}

std::string DraftName(const ModelConfig& config, const Forms& experts, bool any) {
  if (!any) return "none";
  if (config.has_dspark) return "dspark";
  if (experts.size() != 1) return "mixed";
  return *experts.begin() == Form::kMxfp4 ? "native" : std::string(NameOf(*experts.begin()));
}

}  // namespace

std::string_view NameOf(ModuleClass c) {
  static constexpr std::string_view kNames[] = {
      "routed experts", "shared experts",    "attention", "compressors", "indexers", "gates",
      "hash tables",    "hyper-connections", "norms",     "embedding",   "head",     "mtp"};
  return kNames[static_cast<size_t>(c)];
}

ModuleClass ClassOf(const Module& module) {
  if (module.mtp) return ModuleClass::kMtp;
  switch (module.role) {
    case Role::kEmbed:
      return ModuleClass::kEmbedding;
    case Role::kHead:
      return ModuleClass::kHead;
    case Role::kFinalNorm:
    case Role::kAttnNorm:
    case Role::kFfnNorm:
      return ModuleClass::kNorms;
    case Role::kHcHeadFn:
    case Role::kHcHeadBase:
    case Role::kHcHeadScale:
    case Role::kHcAttnFn:
    case Role::kHcAttnBase:
    case Role::kHcAttnScale:
    case Role::kHcFfnFn:
    case Role::kHcFfnBase:
    case Role::kHcFfnScale:
      return ModuleClass::kHyperConnections;
    case Role::kWqA:
    case Role::kQNorm:
    case Role::kWqB:
    case Role::kWkv:
    case Role::kKvNorm:
    case Role::kWoA:
    case Role::kWoB:
    case Role::kAttnSink:
      return ModuleClass::kAttention;
    case Role::kCompressorWkv:
    case Role::kCompressorWgate:
    case Role::kCompressorApe:
    case Role::kCompressorNorm:
      return ModuleClass::kCompressors;
    case Role::kIndexerWqB:
    case Role::kIndexerWeightsProj:
    case Role::kIndexerCompressorWkv:
    case Role::kIndexerCompressorWgate:
    case Role::kIndexerCompressorApe:
    case Role::kIndexerCompressorNorm:
      return ModuleClass::kIndexers;
    case Role::kGateWeight:
    case Role::kGateBias:
      return ModuleClass::kGates;
    case Role::kGateTid2Eid:
      return ModuleClass::kHashTables;
    case Role::kSharedW1:
    case Role::kSharedW2:
    case Role::kSharedW3:
      return ModuleClass::kSharedExperts;
    case Role::kExpertW1:
    case Role::kExpertW2:
    case Role::kExpertW3:
      return ModuleClass::kRoutedExperts;
    default:
      NIBBLE_CHECK(false, "a role of mtp.* outside it");
      return ModuleClass::kMtp;
  }
}

ClassCensus Census::Total() const {
  ClassCensus total;
  for (const auto& [c, census] : classes) {
    total.tensors += census.tensors;
    total.bytes += census.bytes;
    total.parameters += census.parameters;
    for (const auto& [stored_form, count] : census.stored) total.stored[stored_form] += count;
  }
  return total;
}

Census TakeCensus(const ModelConfig& config, Names names, std::span<const StoredSize> modules) {
  Census census;
  LinearForms forms;
  for (const StoredSize& s : modules) {
    ClassCensus& c = census.classes[ClassOf(s.module)];
    c.tensors += s.tensors;
    c.bytes += s.bytes;
    c.parameters += ElementCount(s.module.shape).value_or(0);
    ++c.stored[s.form];
    if (s.module.IsRoutedExpert())
      (s.module.mtp ? forms.draft_experts : forms.experts).insert(s.form);
    if (!s.module.IsLinear()) continue;
    forms.f32_scales = forms.f32_scales || s.f32_scales;
    if (s.module.mtp || s.module.IsRoutedExpert()) continue;
    (RowOf(s.module.role).native == Form::kFp8 ? forms.dense : forms.others).insert(s.form);
  }
  const auto top_k = static_cast<uint64_t>(config.num_experts_per_tok);
  const auto experts = static_cast<uint64_t>(config.n_routed_experts);
  for (const auto& [name, c] : census.classes) {
    if (name == ModuleClass::kEmbedding || name == ModuleClass::kHashTables ||
        name == ModuleClass::kMtp) {
      continue;
    }
    const bool routed = name == ModuleClass::kRoutedExperts;
    census.active_parameters += routed ? c.parameters / experts * top_k : c.parameters;
    census.active_bytes += routed ? c.bytes / experts * top_k : c.bytes;
  }
  census.form = FormName(forms, names);
  census.draft = DraftName(config, forms.draft_experts, census.classes.contains(ModuleClass::kMtp));
  return census;
}

std::vector<StoredSize> StoredSizesOf(const Checkpoint& checkpoint) {
  std::vector<StoredSize> sizes;
  for (const Module& m : ModulesOf(checkpoint.config())) {
    if (!checkpoint.HasModule(m.role, m.layer, m.expert)) continue;
    const auto stored = checkpoint.FindModule(m.role, m.layer, m.expert);
    if (!stored.ok()) continue;
    StoredSize size{m, stored->form, stored->scale && stored->scale.dtype() == DType::kF32, 0, 0};
    for (const StoredTensor* t :
         {&stored->weight, &stored->scale, &stored->tensor_scale, &stored->input_scale}) {
      if (!*t) continue;
      ++size.tensors;
      size.bytes += t->bytes;
    }
    sizes.push_back(std::move(size));
  }
  return sizes;
}

Census TakeCensus(const Checkpoint& checkpoint) {
  return TakeCensus(checkpoint.config(), checkpoint.names(), StoredSizesOf(checkpoint));
}

}  // namespace nibble
