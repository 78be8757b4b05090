// The catalogue gives the published tensor counts and bytes, and names resolve in both directions.
#include "checkpoint/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>

#include "golden.h"

namespace nibble {
namespace {

struct Totals {
  uint64_t tensors = 0;
  uint64_t bytes = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Totals& t) {
    return out << t.tensors << " tensors, " << t.bytes << " bytes";
  }
};

// `form_of` gives a module's form, nullopt to leave it out.
template <class FormOf>
Totals Sum(const ModelConfig& config, FormOf form_of, Names names = Names::kOfficial) {
  Totals totals;
  for (const Module& m : ModulesOf(config)) {
    const std::optional<Form> form = form_of(m);
    if (!form) continue;
    for (const NamedTensor& t : TensorsOf(m, *form, names, config)) {
      ++totals.tensors;
      totals.bytes += ByteCount(t.dtype, t.shape).value();
    }
  }
  return totals;
}

std::optional<Form> Native(const Module& m) { return RowOf(m.role).native; }
std::optional<Form> NativeMtp(const Module& m) { return m.mtp ? Native(m) : std::optional<Form>(); }
std::optional<Form> ExpertsOnly(const Module& m) {
  return m.IsRoutedExpert() && !m.mtp ? Form::kNvfp4 : Native(m);
}
std::optional<Form> WithoutMtp(std::optional<Form> form, const Module& m) {
  return m.mtp ? std::optional<Form>() : form;
}
// Every trunk FP8 linear and expert NVFP4, compressors and weights_proj BF16, no MTP.
std::optional<Form> AllLinears(const Module& m) {
  const Form native = RowOf(m.role).native;
  const bool quantised = native == Form::kFp8 || native == Form::kMxfp4;
  return WithoutMtp(quantised ? Form::kNvfp4 : native, m);
}
std::optional<Form> AllLinearsAndCompressors(const Module& m) {
  const bool linear = m.IsLinear() && m.role != Role::kIndexerWeightsProj;
  return WithoutMtp(linear ? Form::kNvfp4 : RowOf(m.role).native, m);
}
std::optional<Form> EveryLinear(const Module& m) {
  return WithoutMtp(m.IsLinear() ? Form::kNvfp4 : RowOf(m.role).native, m);
}

ModelConfig Config(const std::string& name) {
  auto config = LoadModelConfig(TestData(name));
  EXPECT_TRUE(config.ok()) << config.error().message();
  return std::move(config).value();
}

TEST(Catalogue, ProHasThePublishedTotals) {
  const ModelConfig pro = Config("configs/deepseek_v4_pro.json");
  EXPECT_EQ(Sum(pro, Native), (Totals{145'116, 864'704'792'696}));
  EXPECT_EQ(Sum(pro, NativeMtp), (Totals{2'343, 13'956'587'692}));
  EXPECT_EQ(Sum(pro, ExpertsOnly), (Totals{285'660, 913'061'485'688}));
  EXPECT_EQ(Sum(pro, [](const Module& m) { return WithoutMtp(Native(m), m); }).bytes,
            850'748'205'004u);
  EXPECT_EQ(Sum(pro, [](const Module& m) { return WithoutMtp(ExpertsOnly(m), m); }).bytes,
            899'104'897'996u);
  EXPECT_EQ(Sum(pro, AllLinears).bytes, 889'171'994'556u);
  EXPECT_EQ(Sum(pro, AllLinearsAndCompressors).bytes, 888'053'558'636u);
  EXPECT_EQ(Sum(pro, EveryLinear).bytes, 888'033'775'196u);
  // Trunk and draft experts NVFP4, e_proj and h_proj BF16: a published third-party file.
  const auto third_party = [](const Module& m) -> std::optional<Form> {
    if (m.IsRoutedExpert()) return Form::kNvfp4;
    if (m.role == Role::kMtpEProj || m.role == Role::kMtpHProj) return Form::kBF16;
    return Native(m);
  };
  EXPECT_EQ(Sum(pro, third_party), (Totals{287'962, 913'956'972'536}));
}

TEST(Catalogue, FlashHasThePublishedTotals) {
  const ModelConfig flash = Config("configs/deepseek_v4_flash.json");
  EXPECT_EQ(Sum(flash, Native), (Totals{69'187, 159'609'485'896}));
  EXPECT_EQ(Sum(flash, ExpertsOnly), (Totals{135'235, 168'266'793'544}));
  EXPECT_EQ(Sum(flash, AllLinears).bytes, 162'110'062'532u);
  EXPECT_EQ(Sum(flash, AllLinearsAndCompressors).bytes, 161'672'938'404u);
  EXPECT_EQ(Sum(flash, EveryLinear).bytes, 161'665'025'100u);
  std::map<DType, uint64_t> elements;
  for (const Module& m : ModulesOf(flash)) {
    for (const NamedTensor& t : TensorsOf(m, RowOf(m.role).native, Names::kOfficial, flash))
      elements[t.dtype] += ElementCount(t.shape).value();
  }
  EXPECT_EQ(elements[DType::kBF16], 1'415'259'264u);
  EXPECT_EQ(elements[DType::kF8E8M0], 8'858'737'664u);
  EXPECT_EQ(elements[DType::kF8E4M3], 6'023'020'544u);
  EXPECT_EQ(elements[DType::kI8], 141'733'920'768u);
}

ModelConfig Dspark(const std::string& base, int64_t rank, int64_t experts) {
  ModelConfig config = Config(base);
  config.has_dspark = true;
  config.dspark_markov_rank = rank;
  config.dspark_target_layers = 3;
  config.n_routed_experts = experts;
  config.compress_ratios.insert(config.compress_ratios.end(), {0, 0});
  return config;
}

TEST(Catalogue, DsparkHasThePublishedTotals) {
  const ModelConfig pruned = Dspark("configs/deepseek_v4_flash.json", 256, 160);
  EXPECT_EQ(Sum(pruned, Native), (Totals{45'821, 107'803'320'952}));
  EXPECT_EQ(Sum(Dspark("configs/deepseek_v4_flash.json", 256, 256), Native).bytes,
            166'878'536'440u);
  EXPECT_EQ(Sum(Dspark("configs/deepseek_v4_pro.json", 512, 384), Native).bytes, 892'727'580'904u);
}

TEST(Catalogue, TinyFullNvfp4HasThePublishedTotals) {
  const auto form = [](const Module& m) {
    return m.role == Role::kIndexerWeightsProj ? WithoutMtp(Form::kBF16, m) : EveryLinear(m);
  };
  EXPECT_EQ(Sum(Config("v4_tiny"), form, Names::kHf), (Totals{781, 6'023'356}));
}

TEST(Catalogue, NamesResolveInBothDirections) {
  for (const ModelConfig& config :
       {Config("v4_tiny"), Dspark("v4_tiny", 32, 8), Config("configs/deepseek_v4_pro.json")}) {
    std::set<std::string> seen;
    for (const Module& m : ModulesOf(config)) {
      const Form forms[] = {RowOf(m.role).native, Form::kNvfp4};
      for (const Names names : {Names::kOfficial, Names::kHf}) {
        for (const NamedTensor& t : TensorsOf(m, forms[m.IsLinear()], names, config)) {
          ASSERT_TRUE(m.mtp || seen.insert(t.name).second || m.IsLinear()) << t.name;
          const auto resolved = Resolve(t.name, config);
          ASSERT_TRUE(resolved.has_value()) << t.name;
          EXPECT_EQ(resolved->module.role, m.role) << t.name;
          EXPECT_EQ(resolved->module.layer, m.layer) << t.name;
          EXPECT_EQ(resolved->module.expert, m.expert) << t.name;
          EXPECT_EQ(resolved->module.mtp, m.mtp) << t.name;
          EXPECT_FALSE(resolved->fused) << t.name;
          EXPECT_TRUE(m.mtp || resolved->names == names) << t.name;
          if (names == Names::kOfficial && t.name != "norm.weight") {
            const auto stray = Resolve("model." + t.name, config);
            ASSERT_TRUE(stray.has_value()) << t.name;
            EXPECT_EQ(stray->module.role, m.role) << t.name;
            EXPECT_EQ(stray->module.layer, m.layer) << t.name;
          }
        }
      }
    }
  }
}

TEST(Catalogue, KnowsEachSpelling) {
  const ModelConfig config = Config("v4_tiny");
  const struct {
    const char* name;
    Role role;
    int32_t layer, expert;
    Part part;
    bool fused;
  } rows[] = {
      {"layers.2.attn.indexer.compressor.wkv.weight", Role::kIndexerCompressorWkv, 2, -1,
       Part::kWeight, false},
      {"model.layers.2.self_attn.compressor.indexer.kv_proj.weight", Role::kIndexerCompressorWkv, 2,
       -1, Part::kWeight, false},
      {"model.layers.2.self_attn.compressor.indexer.weights_proj.weight", Role::kIndexerWeightsProj,
       2, -1, Part::kWeight, false},
      {"model.layers.2.self_attn.compressor.kv_norm.weight", Role::kCompressorNorm, 2, -1,
       Part::kWeight, false},
      {"model.layers.2.self_attn.kv_norm.weight", Role::kKvNorm, 2, -1, Part::kWeight, false},
      {"model.layers.0.attn_hc.scale", Role::kHcAttnScale, 0, -1, Part::kWeight, false},
      {"layers.0.attn.wq_a.scale", Role::kWqA, 0, -1, Part::kScale, false},
      {"layers.0.attn.wq_a.weight_scale_inv", Role::kWqA, 0, -1, Part::kScale, false},
      {"layers.4.ffn.experts.7.w2.weight_scale_2", Role::kExpertW2, 4, 7, Part::kTensorScale,
       false},
      {"layers.4.ffn.experts.7.w2.input_scale", Role::kExpertW2, 4, 7, Part::kInputScale, false},
      {"model.layers.4.mlp.experts.gate_up_proj", Role::kExpertW1, 4, -1, Part::kWeight, true},
      {"model.layers.4.mlp.experts.down_proj.weight", Role::kExpertW2, 4, -1, Part::kWeight, true},
      {"model.layers.4.mlp.experts.down_proj_weight_scale", Role::kExpertW2, 4, -1, Part::kScale,
       true},
      {"model.layers.4.mlp.experts.down_proj.weight_scale_2", Role::kExpertW2, 4, -1,
       Part::kTensorScale, true},
      {"mtp.0.norm.weight", Role::kFinalNorm, 5, -1, Part::kWeight, false},
      {"mtp.0.e_proj.scale", Role::kMtpEProj, 5, -1, Part::kScale, false},
      {"model.norm.weight", Role::kFinalNorm, -1, -1, Part::kWeight, false},
  };
  for (const auto& row : rows) {
    const auto r = Resolve(row.name, config);
    ASSERT_TRUE(r.has_value()) << row.name;
    EXPECT_EQ(r->module.role, row.role) << row.name;
    EXPECT_EQ(r->module.layer, row.layer) << row.name;
    EXPECT_EQ(r->module.expert, row.expert) << row.name;
    EXPECT_EQ(r->part, row.part) << row.name;
    EXPECT_EQ(r->fused, row.fused) << row.name;
  }
}

TEST(Catalogue, RefusesNamesOfOtherModels) {
  const ModelConfig config = Config("v4_tiny");
  for (const char* name : {"",
                           "weight",
                           "layers.5.attn.wq_a.weight",
                           "layers.-1.attn.wq_a.weight",
                           "layers.01.attn.wq_a.weight",
                           "layers.1.attn.indexer.wq_b.weight",
                           "layers.0.attn.wq_a",
                           "layers.0.ffn.experts.8.w1.weight",
                           "layers.0.ffn.experts.w1.weight",
                           "layers.0.ffn.experts.0.w4.weight",
                           "layers.0.ffn.experts.0.w1",
                           "layers.0.ffn.gate.bias",
                           "layers.2.ffn.gate.tid2eid",
                           "mtp.1.norm.weight",
                           "mtp.0.embed.weight",
                           "mtp.0.head.weight",
                           "layers.0.norm.weight",
                           "attn_norm.weight",
                           "layers.99999999999.attn.wq_a.weight",
                           "mtp.0.main_proj.weight",
                           "layers.0.attn.wq_a.bias"}) {
    EXPECT_FALSE(Resolve(name, config).has_value()) << name;
  }
}

}  // namespace
}  // namespace nibble
