// Opening checkpoints: forms and names of every kind, and rows i01-i16 and q01-q03 of the catalogue
// of bad input.
#include "checkpoint/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <ctime>
#include <functional>
#include <map>

#include "base/file.h"
#include "checkpoint/load.h"
#include "checkpoint/shard_index.h"
#include "golden.h"
#include "temp_folder.h"
#include "tiny_model.h"

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

// A checkpoint to be written: config text and tensors of zeros, in one shard with an index.
struct Draft {
  std::string config;
  std::vector<SafetensorsWriter::Entry> tensors;

  SafetensorsWriter::Entry* Find(const std::string& name) {
    const auto it =
        std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
    return it == tensors.end() ? nullptr : &*it;
  }
  void Erase(const std::string& name) {
    std::erase_if(tensors, [&](const auto& t) { return t.name == name; });
  }
};

ModelConfig TinyConfig() { return LoadModelConfig(TestData("v4_tiny")).value(); }

// The tiny model with each module in the form that `form_of` says; nullopt leaves it out.
Draft TinyDraft(Names names, const std::function<std::optional<Form>(const Module&)>& form_of) {
  const ModelConfig config = TinyConfig();
  Draft draft{ReadSmallFile(TestData("v4_tiny/config.json"), 1 << 20).value(), {}};
  for (const Module& m : ModulesOf(config)) {
    const auto form = form_of(m);
    if (!form) continue;
    for (const NamedTensor& t : TensorsOf(m, *form, names, config))
      draft.tensors.push_back({t.name, t.dtype, t.shape});
  }
  return draft;
}
std::optional<Form> Native(const Module& m) { return RowOf(m.role).native; }
Draft NativeDraft() { return TinyDraft(Names::kOfficial, Native); }

void WriteShard(const fs::path& path, const std::vector<SafetensorsWriter::Entry>& tensors) {
  auto writer = SafetensorsWriter::Create(path, tensors);
  ASSERT_TRUE(writer.ok()) << writer.error().message();
  for (size_t i = 0; i < tensors.size(); ++i) {
    const std::vector<std::byte> zeros(ByteCount(tensors[i].dtype, tensors[i].shape).value());
    ASSERT_TRUE(writer->Write(i, zeros).ok());
  }
  ASSERT_TRUE(writer->Commit().ok());
}

class CheckpointTest : public testing::Test {
 protected:
  // Writes the draft and opens it.
  Result<std::unique_ptr<Checkpoint>> Open(const Draft& draft,
                                           const CheckpointOptions& options = {}) {
    folder_.Write("config.json", draft.config);
    WriteShard(folder_.path() / "model.safetensors", draft.tensors);
    return Checkpoint::Open(folder_.path(), options);
  }
  std::string ErrorOf(const Draft& draft) {
    const auto checkpoint = Open(draft);
    return checkpoint.ok() ? "" : checkpoint.error().message();
  }
  // The tiny checkpoint as files that a test may change: config, index, three shards.
  void CopyTiny() { fs::copy(TinyModelFolder(), folder_.path()); }
  std::string OpenError(const CheckpointOptions& options = {}) {
    const auto checkpoint = Checkpoint::Open(folder_.path(), options);
    return checkpoint.ok() ? "" : checkpoint.error().message();
  }
  void WriteIndex(const std::string& text) { folder_.Write(std::string(kShardIndexName), text); }
  // The true index with the shard of one tensor replaced.
  std::string IndexWith(const std::string& tensor, const std::string& shard) {
    const ShardIndex index = LoadShardIndex(TinyModelFolder() / kShardIndexName).value();
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& e : index.entries)
      entries.emplace_back(e.tensor, e.tensor == tensor ? shard : index.shards[e.shard]);
    if (!tensor.empty() && shard.empty())
      std::erase_if(entries, [&](const auto& e) { return e.first == tensor; });
    return ShardIndexText(entries, *index.total_size);
  }
  TempFolder folder_;
};

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
      const std::string all_warnings = fmt::format("{}", c.warnings().size());
      EXPECT_EQ(all_warnings, name == "full" ? "1" : "0");
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

TEST_F(CheckpointTest, ReadsBaseScalesInF32AndTheirOtherName) {
  Draft draft = NativeDraft();
  draft.Find("layers.0.attn.wq_a.scale")->dtype = DType::kF32;
  draft.Find("layers.1.attn.wq_a.scale")->name = "layers.1.attn.wq_a.weight_scale_inv";
  const auto opened = Open(draft);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  const auto base = LoadMatrix((*opened)->FindModule(Role::kWqA, 0).value());
  ASSERT_TRUE(base.ok());
  EXPECT_TRUE(base->view().f32_scales);
  EXPECT_EQ(base->scales.size(), 8u);
  const auto renamed = LoadMatrix((*opened)->FindModule(Role::kWqA, 1).value());
  EXPECT_FALSE(renamed->view().f32_scales);
  EXPECT_EQ(renamed->scales.size(), 2u);
}

// Bytes of a fused stack: row r of the whole [E * rows] holds r's low byte everywhere.
void WriteRows(SafetensorsWriter* writer, size_t index, uint64_t rows, uint64_t row_bytes) {
  for (uint64_t r = 0; r < rows; ++r) {
    const std::vector<std::byte> row(row_bytes, static_cast<std::byte>(r / 128));
    ASSERT_TRUE(writer->Write(index, r * row_bytes, row).ok());
  }
}

TEST_F(CheckpointTest, SplitsFusedExperts) {
  Draft draft = TinyDraft(Names::kHf, [](const Module& m) {
    return m.IsRoutedExpert() || m.mtp ? std::optional<Form>() : Native(m);
  });
  const std::string prefix = "model.layers.0.mlp.experts.";
  const size_t first = draft.tensors.size();
  draft.tensors.push_back({prefix + "gate_up_proj", DType::kU8, {8, 256, 128}});
  draft.tensors.push_back({prefix + "gate_up_proj_weight_scale", DType::kF8E4M3, {8, 256, 16}});
  draft.tensors.push_back({prefix + "gate_up_proj_weight_scale_2", DType::kF32, {8, 1}});
  draft.tensors.push_back({prefix + "gate_up_proj_input_scale", DType::kF32, {}});
  draft.tensors.push_back({prefix + "down_proj", DType::kBF16, {8, 256, 128}});
  folder_.Write("config.json", draft.config);
  {
    auto writer = SafetensorsWriter::Create(folder_.path() / "model.safetensors", draft.tensors);
    for (size_t i = 0; i < first; ++i) {
      const auto& t = draft.tensors[i];
      const std::vector<std::byte> zeros(ByteCount(t.dtype, t.shape).value());
      ASSERT_TRUE(writer->Write(i, zeros).ok());
    }
    WriteRows(&*writer, first, 8 * 256, 128);
    WriteRows(&*writer, first + 1, 8 * 256, 16);
    const float scales[9] = {1, 2, 3, 4, 5, 6, 7, 8, 0.5f};
    ASSERT_TRUE(writer->Write(first + 2, std::as_bytes(std::span(scales, 8))).ok());
    ASSERT_TRUE(writer->Write(first + 3, std::as_bytes(std::span(scales + 8, 1))).ok());
    WriteRows(&*writer, first + 4, 8 * 256, 256);
    ASSERT_TRUE(writer->Commit().ok());
  }
  const auto opened = Checkpoint::Open(folder_.path());
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  for (int32_t e = 0; e < 8; ++e) {
    for (const Role role : {Role::kExpertW1, Role::kExpertW3}) {
      const auto stored = (*opened)->FindModule(role, 0, e);
      ASSERT_TRUE(stored.ok()) << stored.error().message();
      EXPECT_EQ(stored->form, Form::kNvfp4);
      const auto m = LoadMatrix(*stored);
      ASSERT_TRUE(m.ok()) << m.error().message();
      EXPECT_EQ(m->tensor_scale, static_cast<float>(e + 1));
      EXPECT_EQ(m->input_scale, 0.5f);
      // Rows [0, 128) of an expert are w1, [128, 256) w3.
      const auto expected = static_cast<std::byte>(2 * e + (role == Role::kExpertW3 ? 1 : 0));
      EXPECT_EQ(m->data, std::vector<std::byte>(128 * 128, expected));
      EXPECT_EQ(m->scales, std::vector<std::byte>(128 * 16, expected));
    }
    const auto down = LoadMatrix((*opened)->FindModule(Role::kExpertW2, 0, e).value());
    ASSERT_TRUE(down.ok());
    EXPECT_EQ(down->form, Form::kBF16);
    EXPECT_EQ(down->data.front(), static_cast<std::byte>(2 * e));
    EXPECT_EQ(down->data.back(), static_cast<std::byte>(2 * e + 1));
  }
  EXPECT_EQ((*opened)->Missing(false, 3).front(), "model.layers.1.mlp.experts.0.gate_proj");
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
    EXPECT_FALSE((*opened)->HasModule(role, layer, expert) && role != Role::kEmbed);
  }
}

TEST_F(CheckpointTest, I01I02MissingFiles) {
  folder_.Write("config.json", ReadSmallFile(TestData("v4_tiny/config.json"), 1 << 20).value());
  EXPECT_THAT(OpenError(), HasSubstr("holds neither model.safetensors.index.json nor"));
  WriteIndex(IndexWith("", ""));
  EXPECT_THAT(OpenError(),
              HasSubstr("3 of 3 shards are missing: \"model-00001-of-00003.safetensors\", "
                        "\"model-00002-of-00003.safetensors\", "
                        "\"model-00003-of-00003.safetensors\""));
  EXPECT_THAT(Checkpoint::Open(folder_.path() / "none").error().message(),
              HasSubstr("no such folder"));
  EXPECT_THAT(Checkpoint::Open(folder_.path() / "config.json").error().message(),
              HasSubstr("not a folder"));
}

TEST_F(CheckpointTest, I03I04I05IndexAgainstShards) {
  CopyTiny();
  WriteIndex(IndexWith("embed.weight", "model-00003-of-00003.safetensors"));
  EXPECT_THAT(OpenError(), HasSubstr("tensor \"embed.weight\" lies in shard "
                                     "\"model-00003-of-00003.safetensors\", which does not hold it "
                                     "(it is in \"model-00001-of-00003.safetensors\")"));
  WriteIndex(
      IndexWith("", "").replace(IndexWith("", "").find("\"embed.weight\""), 14, "\"embed.wait\""));
  EXPECT_THAT(OpenError(), HasSubstr("tensor \"embed.wait\" lies in shard"));

  WriteIndex(IndexWith("embed.weight", ""));
  const auto reader = Checkpoint::Open(folder_.path());
  ASSERT_TRUE(reader.ok()) << reader.error().message();
  EXPECT_THAT((*reader)->warnings(),
              ElementsAre(HasSubstr("1 tensors of the shards are not in the index: "
                                    "\"embed.weight\"")));
  EXPECT_TRUE((*reader)->Find("embed.weight").has_value());
  EXPECT_THAT(OpenError({.strict = true}), HasSubstr("not in the index"));

  WriteIndex(IndexWith("", ""));
  fs::copy_file(folder_.path() / "model-00001-of-00003.safetensors",
                folder_.path() / "model-00002-of-00003.safetensors",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(OpenError(), HasSubstr("duplicate tensor"));
  EXPECT_THAT(OpenError(), HasSubstr("in shards \"model-00001-of-00003.safetensors\" and "
                                     "\"model-00002-of-00003.safetensors\""));
}

TEST_F(CheckpointTest, I06I07I08ShardsStayInTheFolder) {
  CopyTiny();
  for (const char* name : {"../x", "/etc/x", "a/../../x", "a/b", "..", ".", ""}) {
    const std::string map = fmt::format(R"({{"weight_map":{{"embed.weight":"{}"}}}})", name);
    WriteIndex(map);
    EXPECT_THAT(OpenError(), HasSubstr("escapes the model folder")) << name;
  }
  WriteIndex(R"({"weight_map":{"embed.weight":"a\u0000b"}})");
  EXPECT_THAT(OpenError(), HasSubstr("a\\x00b"));
  WriteIndex(IndexWith("", ""));
  const fs::path shard = folder_.path() / "model-00001-of-00003.safetensors";
  fs::remove(shard);
  fs::create_symlink(TinyModelFolder() / shard.filename(), shard);
  EXPECT_THAT(OpenError(), HasSubstr("escapes the model folder by a symbolic link"));
  EXPECT_EQ(OpenError({.follow_symlinks = true}), "");
}

TEST_F(CheckpointTest, I16ShardNamesThatDifferInCase) {
  Draft draft = NativeDraft();
  folder_.Write("config.json", draft.config);
  const std::vector<SafetensorsWriter::Entry> head(draft.tensors.begin(),
                                                   draft.tensors.begin() + 1);
  draft.tensors.erase(draft.tensors.begin());
  WriteShard(folder_.path() / "a.safetensors", head);
  WriteShard(folder_.path() / "A.safetensors", draft.tensors);
  std::vector<std::pair<std::string, std::string>> entries = {{head[0].name, "a.safetensors"}};
  for (const auto& t : draft.tensors) entries.emplace_back(t.name, "A.safetensors");
  WriteIndex(ShardIndexText(entries, 9'501'020));
  const auto reader = Checkpoint::Open(folder_.path());
  ASSERT_TRUE(reader.ok()) << reader.error().message();
  EXPECT_THAT((*reader)->warnings(), ElementsAre(HasSubstr("differ in case alone")));
  EXPECT_THAT(OpenError({.strict = true}), HasSubstr("differ in case alone"));
}

TEST_F(CheckpointTest, I13TotalSizeIsAWarningWithBothNumbers) {
  CopyTiny();
  std::string text = IndexWith("", "");
  text.replace(text.find("9501020"), 7, "1234567");
  WriteIndex(text);
  const auto opened = Checkpoint::Open(folder_.path(), {.strict = true});
  ASSERT_TRUE(opened.ok());
  EXPECT_THAT((*opened)->warnings(),
              ElementsAre(HasSubstr("total_size 1234567, the tensors measure 9501020 bytes")));
}

TEST(ShardIndex, RefusesEveryBadRow) {
  const struct {
    const char* id;
    std::string text;
    const char* says;
  } rows[] = {
      {"i09", "{}", "weight_map is missing"},
      {"i09", R"({"weight_map":[]})", "weight_map is an array, expected an object"},
      {"i09", R"({"weight_map":null})", "weight_map is null, expected an object"},
      {"i10", R"({"weight_map":{"a":1}})",
       "weight_map[\"a\"] is a number, expected the name of a shard"},
      {"i10", R"({"weight_map":{"a":["s"]}})", "weight_map[\"a\"] is not a string"},
      {"i10", R"({"weight_map":{"a":{"b":1}}})", "weight_map[\"a\"] is not a string"},
      {"i11", R"({"weight_map":{}})", "weight_map is empty"},
      {"i11", "[]", "the index is an array, expected an object"},
      {"i11", "7", "the index is a number, expected an object"},
      {"i12", R"({"weight_map":{"a":"s","b":"s","\u0061":"s"}})",
       "duplicate key \"a\" in weight_map"},
      {"i12", R"({"weight_map":{"a":"s"},"weight_map":{}})", "duplicate key \"weight_map\""},
      {"i12", R"({"metadata":{},"metadata":{}})", "duplicate key \"metadata\""},
      {"i14", R"({"metadata":{"total_size":"12"}})", "metadata.total_size is a string"},
      {"i14", R"({"metadata":{"total_size":-1}})", "metadata.total_size is -1"},
      {"i14", R"({"metadata":{"total_size":1e30}})", "metadata.total_size is 1e30"},
      {"i14", R"({"metadata":{"total_size":[1]}})", "metadata.total_size is not a number"},
      {"i14", R"({"metadata":7})", "metadata is a number, expected an object"},
      {"i15", R"({"weight_map":{"a":"s")", "JSON ends early at byte"},
      {"i15", "", "JSON ends early at byte 0"},
      {"i15", "{\"\xFF\":1}", "invalid UTF-8 at byte 2"},
      {"i15", std::string(300, '['), "the index is an array"},
      {"i15", R"({"x":)" + std::string(300, '['), "nesting deeper than 64"},
  };
  for (const auto& row : rows) {
    const auto index = ParseShardIndex(row.text, "x.index.json");
    ASSERT_FALSE(index.ok()) << row.id;
    EXPECT_THAT(index.error().message(), HasSubstr(row.says)) << row.id;
    EXPECT_THAT(index.error().message(), HasSubstr("x.index.json: ")) << row.id;
  }
}

TEST(ShardIndex, I15IsRefusedBySizeAlone) {
  const TempFolder folder;
  const auto path = folder.Write("x.index.json", "");
  fs::resize_file(path, uint64_t{2} << 30);  // sparse
  EXPECT_THAT(LoadShardIndex(path).error().message(), HasSubstr("over the limit of"));
}

TEST(ShardIndex, ReadsWhatItWrites) {
  const std::string text = ShardIndexText({{"b\n", "s2"}, {"a", "s1"}, {"c", "s1"}}, 12);
  const auto index = ParseShardIndex(text, "x");
  ASSERT_TRUE(index.ok()) << index.error().message();
  EXPECT_EQ(index->total_size, 12u);
  EXPECT_THAT(index->shards, ElementsAre("s1", "s2"));
  ASSERT_EQ(index->entries.size(), 3u);
  EXPECT_EQ(index->entries[0].tensor, "a");
  EXPECT_EQ(index->entries[1].tensor, "b\n");
  EXPECT_EQ(index->entries[1].shard, 1u);
  EXPECT_TRUE(ParseShardIndex(R"({"x":[{"y":[1]}],"metadata":{"z":{},"total_size":1},)"
                              R"("weight_map":{"a":"s"}})",
                              "x")
                  .ok());
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

TEST_F(CheckpointTest, LoadsVectorsAndIds) {
  const auto opened = Checkpoint::Open(TinyModelFolder());
  ASSERT_TRUE(opened.ok());
  const auto norm = LoadVector((*opened)->FindModule(Role::kFinalNorm).value());
  ASSERT_TRUE(norm.ok());
  EXPECT_EQ(norm->size(), 256u);
  EXPECT_EQ((*norm)[0], 0.828125f);  // 54 3f
  const auto sink = LoadVector((*opened)->FindModule(Role::kAttnSink, 0).value());
  EXPECT_EQ(sink->size(), 8u);
  const StoredModule table = (*opened)->FindModule(Role::kGateTid2Eid, 0).value();
  const auto ids = LoadIds(table, 8);
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(ids->size(), 1024u);
  EXPECT_EQ((*ids)[0], 3);
  EXPECT_THAT(LoadIds(table, 7).error().message(), HasSubstr("expected 0 to 6"));
  EXPECT_FALSE(LoadVector(table).ok());
  EXPECT_FALSE(LoadVector((*opened)->FindModule(Role::kWqA, 0).value()).ok());
  EXPECT_FALSE(LoadMatrix((*opened)->FindModule(Role::kFinalNorm).value()).ok());
}

TEST_F(CheckpointTest, LoadsRowsOfEveryForm) {
  const auto opened = Checkpoint::Open(TinyModelFolder());
  ASSERT_TRUE(opened.ok());
  for (const auto& [role, expert] : {std::pair(Role::kWoB, -1), std::pair(Role::kExpertW2, 3),
                                     std::pair(Role::kGateWeight, -1)}) {
    const StoredModule stored = (*opened)->FindModule(role, 2, expert).value();
    const auto whole = LoadMatrix(stored);
    ASSERT_TRUE(whole.ok());
    for (int64_t begin = 0; begin < whole->rows; begin += 128) {
      const int64_t end = std::min(whole->rows, begin + 128);
      const auto part = LoadRows(stored, begin, end);
      ASSERT_TRUE(part.ok());
      std::vector<double> expected(static_cast<size_t>(whole->cols)), row(expected.size());
      for (int64_t r = begin; r < end; ++r) {
        DecodeRow(whole->view(), r, std::span(expected));
        DecodeRow(part->view(), r - begin, std::span(row));
        ASSERT_EQ(row, expected) << RowOf(role).official << " row " << r;
      }
    }
  }
}

}  // namespace
}  // namespace nibble
