// Parameters, bytes and forms of the real models, as published.
#include "checkpoint/census.h"

#include <gtest/gtest.h>

#include <functional>

#include "golden.h"
#include "tiny_model.h"

namespace nibble {
namespace {

using FormOf = std::function<std::optional<Form>(const Module&)>;

std::optional<Form> Native(const Module& m) { return RowOf(m.role).native; }
std::optional<Form> Portable(const Module& m) {
  return m.IsRoutedExpert() && !m.mtp ? Form::kNvfp4 : Native(m);
}
// Every trunk FP8 linear and expert NVFP4; without MTP.
std::optional<Form> DenseToo(const Module& m) {
  if (m.mtp) return std::nullopt;
  const Form native = RowOf(m.role).native;
  return native == Form::kFp8 || native == Form::kMxfp4 ? Form::kNvfp4 : native;
}
// The compressors too.
std::optional<Form> CompressorsToo(const Module& m) {
  if (m.mtp) return std::nullopt;
  return m.IsLinear() && m.role != Role::kIndexerWeightsProj ? Form::kNvfp4 : Native(m);
}

Census Take(const std::string& config_name, const FormOf& form_of, Names names = Names::kOfficial) {
  const ModelConfig config = LoadModelConfig(TestData(config_name)).value();
  std::vector<StoredSize> sizes;
  for (const Module& m : ModulesOf(config)) {
    const auto form = form_of(m);
    if (!form) continue;
    StoredSize size{m, *form, false, 0, 0};
    for (const NamedTensor& t : TensorsOf(m, *form, names, config)) {
      ++size.tensors;
      size.bytes += ByteCount(t.dtype, t.shape).value();
    }
    sizes.push_back(size);
  }
  return TakeCensus(config, names, sizes);
}

constexpr const char* kPro = "configs/deepseek_v4_pro.json";
constexpr const char* kFlash = "configs/deepseek_v4_flash.json";

void ExpectParameters(const char* config, const std::map<ModuleClass, uint64_t>& expected,
                      uint64_t total, uint64_t active) {
  Census census = Take(config, Native);
  for (const auto& [c, parameters] : expected)
    EXPECT_EQ(census.classes[c].parameters, parameters) << NameOf(c);
  EXPECT_EQ(census.Total().parameters - census.classes[ModuleClass::kHashTables].parameters, total);
  EXPECT_EQ(census.active_parameters, active);
}

TEST(Census, ParametersOfTheRealModels) {
  using enum ModuleClass;
  ExpectParameters(kPro,
                   {{kRoutedExperts, 1'547'396'186'112},
                    {kAttention, 18'293'589'632},
                    {kCompressors, 670'128'640},
                    {kIndexers, 501'384'960},
                    {kSharedExperts, 4'029'677'568},
                    {kGates, 167'925'504},
                    {kHyperConnections, 84'069'603},
                    {kNorms, 881'664},
                    {kEmbedding, 926'679'040},
                    {kHead, 926'679'040},
                    {kHashTables, 2'327'040},
                    {kMtp, 25'840'145'979}},
                   1'598'837'347'742, 48'852'402'019);
  ExpectParameters(kFlash,
                   {{kRoutedExperts, 277'025'390'592},
                    {kAttention, 4'599'123'136},
                    {kCompressors, 261'464'576},
                    {kIndexers, 225'730'176},
                    {kSharedExperts, 1'082'130'432},
                    {kGates, 45'099'008},
                    {kHyperConnections, 33'884'439},
                    {kNorms, 356'352},
                    {kEmbedding, 529'530'880},
                    {kHead, 529'530'880},
                    {kMtp, 6'610'048'891}},
                   290'942'289'362, 13'270'101'591);
}

TEST(Census, ActiveBytesOfTheRealModels) {
  const struct {
    const char* config;
    FormOf form_of;
    double gb;
    const char* form;
  } rows[] = {
      {kPro, Native, 39.67, "native"},           {kPro, Portable, 40.42, "portable"},
      {kPro, DenseToo, 30.49, "full-official"},  {kPro, CompressorsToo, 29.37, "full-official"},
      {kFlash, Native, 11.22, "native"},         {kFlash, Portable, 11.42, "portable"},
      {kFlash, DenseToo, 8.86, "full-official"}, {kFlash, CompressorsToo, 8.42, "full-official"},
  };
  for (const auto& row : rows) {
    const Census census = Take(row.config, row.form_of);
    EXPECT_NEAR(static_cast<double>(census.active_bytes) * 1e-9, row.gb, 0.005)
        << row.config << " " << row.form;
    EXPECT_EQ(census.form, row.form);
  }
}

TEST(Census, FormsAndDrafts) {
  const auto with = [](FormOf form_of, Names names = Names::kOfficial) {
    const Census census = Take("v4_tiny", form_of, names);
    return census.form + " " + census.draft;
  };
  EXPECT_EQ(with(Native), "native native");
  EXPECT_EQ(with(Portable), "portable native");
  EXPECT_EQ(with(Native, Names::kHf), "mixed native");
  EXPECT_EQ(with([](const Module& m) { return m.IsRoutedExpert() ? Form::kNvfp4 : *Native(m); }),
            "portable nvfp4");
  EXPECT_EQ(
      with([](const Module& m) { return m.IsRoutedExpert() && m.mtp ? Form::kFp8 : *Portable(m); }),
      "mixed fp8");
  EXPECT_EQ(with(CompressorsToo, Names::kHf), "full-hf none");
  EXPECT_EQ(with([](const Module& m) { return m.IsLinear() ? Form::kBF16 : *Native(m); }),
            "bf16 bf16");
  EXPECT_EQ(with([](const Module& m) { return m.IsRoutedExpert() ? Form::kFp8 : *Native(m); }),
            "base fp8");
  EXPECT_EQ(with([](const Module& m) { return m.role == Role::kWoA ? Form::kBF16 : *Native(m); }),
            "mixed native");
}

TEST(Census, OfAnOpenedCheckpoint) {
  const auto checkpoint = Checkpoint::Open(TinyModelFolder());
  ASSERT_TRUE(checkpoint.ok());
  const Census census = TakeCensus(**checkpoint);
  EXPECT_EQ(census.form, "native");
  EXPECT_EQ(census.draft, "native");
  EXPECT_EQ(census.Total().tensors, 508u);
  EXPECT_EQ(census.Total().bytes, 9'501'020u);
}

}  // namespace
}  // namespace nibble
