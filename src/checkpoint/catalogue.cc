#include "checkpoint/catalogue.h"

#include <fmt/format.h>

#include "base/check.h"

namespace nibble {
namespace {

int64_t ValueOf(Dim dim, const ModelConfig& c, int64_t ratio) {
  switch (dim) {
    case Dim::kNone:
      break;
    case Dim::k1:
      return 1;
    case Dim::k3:
      return 3;
    case Dim::kVocab:
      return c.vocab_size;
    case Dim::kHidden:
      return c.hidden_size;
    case Dim::kQLora:
      return c.q_lora_rank;
    case Dim::kHeads:
      return c.num_attention_heads;
    case Dim::kHeadDim:
      return c.head_dim;
    case Dim::kAllHeads:
      return c.num_attention_heads * c.head_dim;
    case Dim::kHeadsPerGroup:
      return c.num_attention_heads * c.head_dim / c.o_groups;
    case Dim::kGroupsRank:
      return c.o_groups * c.o_lora_rank;
    case Dim::kRatio:
      return ratio;
    case Dim::kCompressor:
      return c.head_dim * (ratio == 4 ? 2 : 1);
    case Dim::kIndexHeads:
      return c.index_n_heads;
    case Dim::kIndexHeadDim:
      return c.index_head_dim;
    case Dim::kIndexQuery:
      return c.index_n_heads * c.index_head_dim;
    case Dim::kIndexCompressor:
      return 2 * c.index_head_dim;
    case Dim::kExperts:
      return c.n_routed_experts;
    case Dim::kTopK:
      return c.num_experts_per_tok;
    case Dim::kExpertWidth:
      return c.moe_intermediate_size;
    case Dim::kStreams:
      return c.hc_mult;
    case Dim::kStreamsWidth:
      return c.hc_mult * c.hidden_size;
    case Dim::kMix:
      return (2 + c.hc_mult) * c.hc_mult;
    case Dim::kDsparkTargets:
      return c.dspark_target_layers * c.hidden_size;
    case Dim::kDsparkRank:
      return c.dspark_markov_rank;
    case Dim::kDsparkConfidence:
      return c.hidden_size + c.dspark_markov_rank;
  }
  NIBBLE_CHECK(false, "not a dimension");
  return 0;
}

// Whether the model has the module in block `layer` (-1: outside the blocks).
bool Exists(const CatalogueRow& row, const ModelConfig& c, int64_t layer) {
  if (layer < 0) return row.where == Where::kTop || row.where == Where::kTopAndMtp;
  const auto blocks = static_cast<int64_t>(c.compress_ratios.size());
  if (layer >= blocks) return false;
  const bool mtp = layer >= c.num_hidden_layers;
  const bool last = layer == blocks - 1;
  switch (row.where) {
    case Where::kTop:
      return false;
    case Where::kTopAndMtp:
      return mtp && (last || !c.has_dspark);
    case Where::kBlock:
      return true;
    case Where::kCompressed:
      return c.ratio(layer) != 0;
    case Where::kIndexed:
      return c.ratio(layer) == 4;
    case Where::kHashRouted:
      return layer < c.num_hash_layers;
    case Where::kLearned:
      return layer >= c.num_hash_layers;
    case Where::kMtp:
      return mtp && !c.has_dspark;
    case Where::kDsparkFirst:
      return c.has_dspark && layer == c.num_hidden_layers;
    case Where::kDsparkLast:
      return c.has_dspark && mtp && last;
  }
  return false;
}

void AppendModules(const ModelConfig& c, int64_t layer, Role first, Role last,
                   std::vector<Module>* out) {
  for (auto r = static_cast<size_t>(first); r <= static_cast<size_t>(last); ++r) {
    const auto role = static_cast<Role>(r);
    const auto shape = ShapeOf(c, role, static_cast<int32_t>(layer));
    // The three projections of an expert come together, below.
    if (!shape || role == Role::kExpertW2 || role == Role::kExpertW3) continue;
    Module module{.role = role,
                  .layer = static_cast<int32_t>(layer),
                  .mtp = layer >= c.num_hidden_layers,
                  .shape = *shape};
    if (role != Role::kExpertW1) {
      out->push_back(std::move(module));
      continue;
    }
    for (int64_t e = 0; e < c.n_routed_experts; ++e) {
      module.expert = static_cast<int32_t>(e);
      for (const Role part : {Role::kExpertW1, Role::kExpertW2, Role::kExpertW3}) {
        module.role = part;
        module.shape = *ShapeOf(c, part, static_cast<int32_t>(layer));
        out->push_back(module);
      }
    }
  }
}

}  // namespace

std::optional<Shape> ShapeOf(const ModelConfig& config, Role role, int32_t layer) {
  const CatalogueRow& row = RowOf(role);
  if (!Exists(row, config, layer)) return std::nullopt;
  const int64_t ratio = layer < 0 ? 0 : config.ratio(layer);
  Shape shape;
  for (const Dim dim : row.dims) {
    if (dim != Dim::kNone) shape.push_back(static_cast<uint64_t>(ValueOf(dim, config, ratio)));
  }
  return shape;
}

std::vector<Module> ModulesOf(const ModelConfig& config) {
  std::vector<Module> modules;
  AppendModules(config, -1, Role::kEmbed, Role::kEmbed, &modules);
  for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
    AppendModules(config, layer, Role::kAttnNorm, Role::kExpertW3, &modules);
  AppendModules(config, -1, Role::kFinalNorm, Role::kFinalNorm, &modules);
  AppendModules(config, -1, Role::kHead, Role::kHead, &modules);
  AppendModules(config, -1, Role::kHcHeadFn, Role::kHcHeadScale, &modules);
  for (int64_t k = 0; k < config.mtp_blocks(); ++k)
    AppendModules(config, config.num_hidden_layers + k, Role::kFinalNorm, Role::kDsparkConfidence,
                  &modules);
  return modules;
}

std::vector<NamedTensor> TensorsOf(const Module& module, Form form, Names names,
                                   const ModelConfig& config) {
  const std::string base = BaseName(module, names, config);
  const std::string weight = base + (RowOf(module.role).suffixed ? ".weight" : "");
  const Shape& s = module.shape;
  switch (form) {
    case Form::kBF16:
      return {{weight, DType::kBF16, s}};
    case Form::kF32:
      return {{weight, DType::kF32, s}};
    case Form::kI64:
      return {{weight, DType::kI64, s}};
    case Form::kFp8:
      return {{weight, DType::kF8E4M3, s},
              {base + (names == Names::kHf && !module.mtp ? ".weight_scale_inv" : ".scale"),
               DType::kF8E8M0,
               {(s[0] + 127) / 128, (s[1] + 127) / 128}}};
    case Form::kMxfp4:
      return {{weight, DType::kI8, {s[0], s[1] / 2}},
              {base + ".scale", DType::kF8E8M0, {s[0], s[1] / 32}}};
    case Form::kNvfp4:
      return {{weight, DType::kU8, {s[0], s[1] / 2}},
              {base + ".weight_scale", DType::kF8E4M3, {s[0], s[1] / 16}},
              {base + ".weight_scale_2", DType::kF32, {}},
              {base + ".input_scale", DType::kF32, {}}};
  }
  NIBBLE_CHECK(false, "not a form");
  return {};
}

}  // namespace nibble
