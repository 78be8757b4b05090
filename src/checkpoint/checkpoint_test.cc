// Opening checkpoints: forms and names of every kind, and what does not fit together (q01-q03 of
// the catalogue of bad input).
#include "checkpoint/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <ctime>
#include <map>

#include "checkpoint/draft_checkpoint.h"

namespace nibble {
namespace {

// Of this process: other work on the machine does not count.
double CpuSeconds(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

TEST_F(CheckpointTest, OpensEveryFormUnderBothNames) {
  using FormOf = std::function<std::optional<Form>(const Module&)>;
  const std::map<std::string, FormOf> forms = {
      {"native", Native},
      {"portable",
       [](const Module& m) { return m.IsRoutedExpert() && !m.mtp ? Form::kNvfp4 : *Native(m); }},
      {"full",
       [](const Module& m) {
         return m.mtp ? std::optional<Form>() : m.IsLinear() ? Form::kNvfp4 : *Native(m);
       }},
      {"bf16", [](const Module& m) { return m.IsLinear() ? Form::kBF16 : *Native(m); }},
      {"base", [](const Module& m) { return m.IsRoutedExpert() ? Form::kFp8 : *Native(m); }},
  };
  for (const auto& [name, form_of] : forms) {
    for (const Names names : {Names::kOfficial, Names::kHf}) {
      const auto opened = Open(TinyDraft(names, form_of));
      ASSERT_TRUE(opened.ok()) << name << opened.error().message();
      const Checkpoint& c = **opened;
      EXPECT_EQ(c.names(), names);
      EXPECT_THAT(c.Missing(false, 10), IsEmpty());
      for (const Module& m : ModulesOf(c.config())) {
        const auto expected = form_of(m);
        EXPECT_EQ(c.HasModule(m.role, m.layer, m.expert), expected.has_value());
        const auto stored = c.FindModule(m.role, m.layer, m.expert);
        ASSERT_EQ(stored.ok(), expected.has_value()) << BaseName(m, names, c.config());
        if (!stored.ok()) continue;
        EXPECT_EQ(stored->form, *expected);
        EXPECT_EQ(stored->module.shape, m.shape);
        EXPECT_EQ(static_cast<bool>(stored->input_scale), *expected == Form::kNvfp4);
      }
      EXPECT_EQ(c.has_mtp(), name != "full");
      EXPECT_EQ(c.warnings().size(), name == "full" ? 1u : 0u);
    }
  }
}

TEST_F(CheckpointTest, StripsAStrayPrefix) {
  Draft draft = NativeDraft();
  for (auto& t : draft.tensors) t.name = "model." + t.name;
  const auto opened = Open(draft);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_EQ((*opened)->names(), Names::kOfficial);
  EXPECT_THAT((*opened)->Missing(true, 10), IsEmpty());
}

TEST_F(CheckpointTest, RefusesTensorsThatDoNotFit) {
  const struct {
    const char* id;
    std::function<void(Draft*)> change;
    const char* says;
  } rows[] = {
      {"c11",
       [](Draft* d) {
         d->Find("embed.weight")->shape = {500, 256};
       },
       "tensor \"embed.weight\" has shape [500, 256], expected [512, 256]"},
      {"q01", [](Draft* d) { d->Erase("layers.0.attn.wq_a.scale"); },
       "tensor \"layers.0.attn.wq_a.weight\" is F8_E4M3, but it has no scale"},
      {"q01", [](Draft* d) { d->Erase("layers.0.ffn.experts.0.w1.scale"); },
       "\"layers.0.ffn.experts.0.w1.weight\" holds 4-bit codes, but it has no scale"},
      {"q02",
       [](Draft* d) {
         d->Find("layers.0.attn.wq_a.scale")->shape = {2, 1};
       },
       "\"layers.0.attn.wq_a.scale\" has shape [2, 1], expected [1, 2]"},
      {"q02",
       [](Draft* d) {
         d->Find("layers.0.ffn.experts.0.w1.scale")->shape = {128, 16};
       },
       "has shape [128, 16], expected [128, 8] (mxfp4 of [128, 256])"},
      {"q03",
       [](Draft* d) {
         d->tensors.push_back({"layers.0.ffn.gate.scale", DType::kF8E8M0, {1, 2}});
       },
       "\"layers.0.ffn.gate.scale\" is a scale, but its weight is BF16"},
      {"G4", [](Draft* d) { d->Erase("layers.0.attn.wq_a.weight"); },
       "\"layers.0.attn.wq_a.scale\" is a scale without its weight"},
      {"F19", [](Draft* d) { d->Find("layers.0.attn.wq_a.scale")->dtype = DType::kU8; },
       "is U8, expected F8_E8M0 or F32"},
      {"F14",
       [](Draft* d) {
         Draft nvfp4 = TinyDraft(Names::kOfficial, [](const Module& m) {
           return m.IsRoutedExpert() ? Form::kNvfp4 : *Native(m);
         });
         nvfp4.Find("layers.0.ffn.experts.0.w1.weight_scale_2")->shape = {2};
         d->tensors = nvfp4.tensors;
       },
       "is F32[2], expected one F32 value"},
      {"dtype", [](Draft* d) { d->Find("norm.weight")->dtype = DType::kF16; },
       "\"norm.weight\" is stored as F16, which nibble does not read"},
      {"dtype", [](Draft* d) { d->Find("layers.0.ffn.gate.tid2eid")->dtype = DType::kF32; },
       "\"layers.0.ffn.gate.tid2eid\" is F32, expected i64"},
      {"names", [](Draft* d) { d->Erase("embed.weight"); }, "neither of embed.weight"},
      {"names",
       [](Draft* d) {
         d->tensors.push_back({"model.embed_tokens.weight", DType::kBF16, {512, 256}});
       },
       "each of embed.weight"},
      {"names",
       [](Draft* d) {
         d->tensors.push_back({"model.layers.0.input_layernorm.weight", DType::kBF16, {256}});
       },
       "are the same part of one module"},
      {"vision",
       [](Draft* d) {
         d->tensors.push_back({"vision.x", DType::kBF16, {1}});
       },
       "Vision variant"},
      {"ct",
       [](Draft* d) {
         d->tensors.push_back({"model.layers.0.x.weight_packed", DType::kU8, {1}});
       },
       "compressed-tensors"},
  };
  for (const auto& row : rows) {
    Draft draft = NativeDraft();
    row.change(&draft);
    EXPECT_THAT(ErrorOf(draft), HasSubstr(row.says)) << row.id;
  }
}

TEST_F(CheckpointTest, UnknownTensorsAreAWarningAndAreKept) {
  Draft draft = NativeDraft();
  draft.tensors.push_back({"layers.0.odd\n", DType::kBF16, {3}});
  draft.tensors.push_back({"mtp.0.embed.weight", DType::kBF16, {3}});
  const auto opened = Open(draft);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_THAT((*opened)->warnings(),
              ElementsAre(HasSubstr("2 tensors are unknown to this model: \"layers.0.odd\\n\"")));
  EXPECT_EQ((*opened)->tensor_count(), 510u);
  EXPECT_TRUE((*opened)->Find("layers.0.odd\n").has_value());
}

TEST_F(CheckpointTest, MissingModulesAreNamed) {
  Draft draft = NativeDraft();
  draft.Erase("layers.3.ffn.experts.5.w2.weight");
  draft.Erase("layers.3.ffn.experts.5.w2.scale");
  const auto opened = Open(draft);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_THAT((*opened)->Missing(true, 10), ElementsAre("layers.3.ffn.experts.5.w2"));
  EXPECT_THAT((*opened)->FindModule(Role::kExpertW2, 3, 5).error().message(),
              HasSubstr("tensor layers.3.ffn.experts.5.w2.weight is missing"));
  for (const auto& [role, layer, expert] :
       {std::tuple(Role::kExpertW2, 3, 8), std::tuple(Role::kExpertW2, 3, -1),
        std::tuple(Role::kWqA, 6, -1), std::tuple(Role::kWqA, -2, -1), std::tuple(Role::kWqA, 0, 0),
        std::tuple(Role::kIndexerWqB, 1, -1), std::tuple(Role::kEmbed, 0, -1)}) {
    EXPECT_FALSE((*opened)->FindModule(role, layer, expert).ok());
    EXPECT_FALSE((*opened)->HasModule(role, layer, expert));
  }
}

// All 145,116 tensors of Pro, as a sparse file of their true size.
TEST_F(CheckpointTest, OpensTheLargestModelQuickly) {
  const auto config_path = TestData("configs/deepseek_v4_pro.json");
  const ModelConfig config = LoadModelConfig(config_path).value();
  std::string header = "{";
  uint64_t at = 0;
  for (const Module& m : ModulesOf(config)) {
    for (const NamedTensor& t : TensorsOf(m, *Native(m), Names::kOfficial, config)) {
      const uint64_t end = at + ByteCount(t.dtype, t.shape).value();
      header +=
          fmt::format(R"({}"{}":{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})",
                      at == 0 ? "" : ",", t.name, NameOf(t.dtype), ShapeText(t.shape), at, end);
      at = end;
    }
  }
  header += '}';
  std::string prefix(8, '\0');
  const uint64_t header_bytes = header.size();
  std::memcpy(prefix.data(), &header_bytes, 8);
  folder_.Write("config.json", ReadSmallFile(config_path, 1 << 20).value());
  const auto path = folder_.Write("model.safetensors", prefix + header);
  std::error_code ec;
  fs::resize_file(path, 8 + header_bytes + at, ec);
  if (ec) GTEST_SKIP() << "no sparse files of " << at << " bytes here";
  const std::clock_t start = std::clock();
  const auto opened = Checkpoint::Open(folder_.path());
  const double seconds = CpuSeconds(start);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_EQ((*opened)->tensor_count(), 145'116u);
  EXPECT_EQ((*opened)->tensor_bytes(), 864'704'792'696u);
  EXPECT_THAT((*opened)->Missing(true, 1), IsEmpty());
  std::fprintf(stderr, "145,116 tensors opened in %.3f s\n", seconds);
  EXPECT_LT(seconds, 2.0);
}

}  // namespace
}  // namespace nibble
