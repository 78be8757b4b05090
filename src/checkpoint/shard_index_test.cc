// The shard index: rows i01-i16 of the catalogue of bad input.
#include "checkpoint/shard_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/draft_checkpoint.h"

namespace nibble {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace fs = std::filesystem;

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

}  // namespace
}  // namespace nibble
