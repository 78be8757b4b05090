// Synthetic checkpoints equal the published test vectors, byte for byte.
#include "checkpoint/synth.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/json.h"
#include "base/text.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/synth_stream.h"
#include "golden.h"
#include "temp_folder.h"
#include "tiny_model.h"

namespace nibble {
namespace {

using testing::HasSubstr;

TEST(SynthStream, HasThePublishedWords) {
  static_assert(SynthMix(1) == 0x5692161d100b05e5u);
  static_assert(SynthFnv("embed.weight") == 0x9ac37bcac2dc8a00u);
  const struct {
    uint64_t seed, key, word0, word1;
  } rows[] = {{0, 0x0478e8b4b9d87e2a, 0xc52f96aeb458aaba, 0x0f1420e178b7f61e},
              {1, 0x1aae34cedc69c5de, 0x5da991afbb703625, 0x1a2f729aa1942492},
              {2, 0x593f04ae6b24c718, 0x46e204e407be2ced, 0xc48942386666e8f3}};
  for (const auto& row : rows) {
    const SynthStream stream("embed.weight", row.seed);
    EXPECT_EQ(stream.key(), row.key);
    EXPECT_EQ(stream.Word(0), row.word0);
    EXPECT_EQ(stream.Word(1), row.word1);
  }
}

// A line of checksums.txt: name, dtype, shape, bytes, first 8 bytes, checksum.
struct Listed {
  std::string dtype, shape, first, checksum;
  uint64_t bytes = 0;
};

std::map<std::string, Listed> ReadList(const std::filesystem::path& path) {
  std::map<std::string, Listed> list;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string name;
    Listed t;
    fields >> name >> t.dtype >> t.shape >> t.bytes >> t.first >> t.checksum;
    list[name] = t;
  }
  return list;
}

std::string Hex(std::span<const std::byte> bytes) {
  std::string out;
  for (const std::byte b : bytes) out += fmt::format("{:02x}", static_cast<unsigned>(b));
  return out;
}

std::vector<std::byte> Make(const SynthTensor& t, uint64_t seed, uint64_t piece) {
  std::vector<std::byte> payload(ByteCount(t.tensor.dtype, t.tensor.shape).value());
  const uint64_t step = piece == 0 ? payload.size() : piece * SynthPieceBytes(t);
  for (uint64_t at = 0; at < payload.size(); at += step)
    SynthFill(t, seed, at, std::span(payload).subspan(at, std::min(step, payload.size() - at)));
  return payload;
}

void ExpectListed(const std::map<std::string, Listed>& list, const SynthTensor& t,
                  std::span<const std::byte> payload) {
  const auto it = list.find(t.tensor.name);
  ASSERT_NE(it, list.end()) << t.tensor.name;
  EXPECT_EQ(NameOf(t.tensor.dtype), it->second.dtype) << t.tensor.name;
  EXPECT_EQ(fmt::format("{}", fmt::join(t.tensor.shape, "x")), it->second.shape) << t.tensor.name;
  EXPECT_EQ(payload.size(), it->second.bytes) << t.tensor.name;
  EXPECT_EQ(Hex(payload.first(std::min<size_t>(8, payload.size()))), it->second.first)
      << t.tensor.name;
  EXPECT_EQ(fmt::format("{:016x}", SynthChecksum(payload)), it->second.checksum) << t.tensor.name;
}

void ExpectWholeList(const std::filesystem::path& config, const std::filesystem::path& list_file,
                     uint64_t seed, size_t tensor_count) {
  const auto list = ReadList(list_file);
  ASSERT_EQ(list.size(), tensor_count);
  const auto tensors = SynthTensors(LoadModelConfig(config).value());
  ASSERT_TRUE(tensors.ok()) << tensors.error().message();
  EXPECT_EQ(tensors->size(), tensor_count);
  for (const SynthTensor& t : *tensors) ExpectListed(list, t, Make(t, seed, 0));
}

TEST(Synth, TinyHasAllPublishedChecksums) {
  ExpectWholeList(TestData("v4_tiny/config.json"), TestData("v4_tiny/checksums.txt"), 1, 508);
}

TEST(Synth, FlashSliceHasAllPublishedChecksums) {
  NIBBLE_REQUIRE_SHARED("golden/v4_flash_slice");
  const auto folder = SharedData("golden/v4_flash_slice");
  const size_t lines = ReadList(folder / "expected/checksums.txt").size();
  ExpectWholeList(folder / "config.json", folder / "expected/checksums.txt", 2, lines);
}

TEST(Synth, ProHasThePublishedVectors) {
  const struct {
    const char *name, *first, *checksum;
  } rows[] = {
      {"norm.weight", "543f7a3f833f663f", "7b30a2c6bd2ffba5"},
      {"layers.0.attn.wq_a.scale", "7474777674757576", "c7e073f74297c4a0"},
      {"layers.0.attn.wkv.weight", "472543d95dd932b3", "a042ecf8c19d0a29"},
      {"layers.0.ffn.gate.tid2eid", "7b01000000000000", "a8e2d87d9add2f2f"},
      {"layers.60.ffn.experts.383.w2.scale", "7174737275737374", "de2f18d989958f96"},
      {"layers.60.ffn.experts.383.w2.weight", "19470444defe6fb1", "fb6b7c1d6c990b1c"},
      {"mtp.0.hc_head_base", "c6b76abf306bda3d", "52e5cb0bcdb04ec0"},
  };
  const auto tensors =
      SynthTensors(LoadModelConfig(TestData("configs/deepseek_v4_pro.json")).value());
  ASSERT_TRUE(tensors.ok());
  EXPECT_EQ(tensors->size(), 145'116u);
  for (const auto& row : rows) {
    const auto it = std::find_if(tensors->begin(), tensors->end(),
                                 [&](const SynthTensor& t) { return t.tensor.name == row.name; });
    ASSERT_NE(it, tensors->end()) << row.name;
    const std::vector<std::byte> payload = Make(*it, 1, 1000);
    EXPECT_EQ(Hex(std::span(payload).first(8)), row.first) << row.name;
    EXPECT_EQ(fmt::format("{:016x}", SynthChecksum(payload)), row.checksum) << row.name;
  }
}

TEST(Synth, PiecesMakeTheWhole) {
  const auto tensors = SynthTensors(LoadModelConfig(TestData("v4_tiny")).value());
  std::set<SynthKind> kinds;
  for (const SynthTensor& t : *tensors) {
    if (!kinds.insert(t.kind).second) continue;
    const auto whole = Make(t, 7, 0);
    for (const uint64_t piece : {1, 3, 17}) EXPECT_EQ(Make(t, 7, piece), whole) << t.tensor.name;
  }
  EXPECT_EQ(kinds.size(), 8u);
}

TEST(Synth, WritesACheckpointThatOpens) {
  const auto list = ReadList(TestData("v4_tiny/checksums.txt"));
  const auto checkpoint = Checkpoint::Open(TinyModelFolder(), {.strict = true});
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message();
  const Checkpoint& c = **checkpoint;
  EXPECT_EQ(c.shards().size(), 3u);
  EXPECT_EQ(c.tensor_count(), 508u);
  EXPECT_EQ(c.tensor_bytes(), 9'501'020u);
  EXPECT_TRUE(c.Missing(true, 1).empty());
  EXPECT_TRUE(c.warnings().empty());
  EXPECT_TRUE(c.has_mtp());
  for (const auto& [name, listed] : list) {
    const auto stored = c.Find(name);
    ASSERT_TRUE(stored.has_value()) << name;
    EXPECT_EQ(fmt::format("{:016x}", SynthChecksum(stored->ReadAll().value())), listed.checksum);
  }
}

SynthOptions TinyOptions(const std::filesystem::path& output) {
  SynthOptions options;
  options.config = TestData("v4_tiny/config.json");
  options.output = output;
  options.progress = false;
  return options;
}

TEST(Synth, AnyNumberOfThreadsAndShardsGivesTheSameTensors) {
  const TempFolder folder;
  for (const size_t shards : {1, 2, 40}) {
    SynthOptions options = TinyOptions(folder.path() / std::to_string(shards));
    options.seed = 1;
    options.shards = shards;
    options.threads = shards;
    if (options.threads > 8) options.threads = 8;
    const auto report = Synthesize(options);
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_EQ(report->shards, shards);
    const auto made = Checkpoint::Open(options.output);
    ASSERT_TRUE(made.ok()) << made.error().message();
    const auto tiny = Checkpoint::Open(TinyModelFolder());
    for (const auto& t : (*tiny)->tensors()) {
      EXPECT_EQ((*made)->Find(t.info->name)->ReadAll().value(),
                (*tiny)->Find(t.info->name)->ReadAll().value());
    }
  }
}

TEST(Synth, RefusesExistingOutputAndImpossibleShards) {
  const TempFolder folder;
  folder.Write("file", "x");
  EXPECT_THAT(Synthesize(TinyOptions(folder.path())).error().message(), HasSubstr("not empty"));
  EXPECT_THAT(Synthesize(TinyOptions(folder.path() / "file")).error().message(),
              HasSubstr("exists and is no folder"));
  EXPECT_THAT(Synthesize(TinyOptions(folder.path() / "none" / "deeper")).error().message(),
              HasSubstr("cannot be created"));
  SynthOptions options = TinyOptions(folder.path() / "out");
  options.shards = 509;
  EXPECT_THAT(Synthesize(options).error().message(), HasSubstr("508 tensors allow 508"));
  EXPECT_FALSE(std::filesystem::exists(options.output));
  options.shards = 1;
  const std::atomic<int> stop = 15;
  options.stop = &stop;
  EXPECT_THAT(Synthesize(options).error().message(), HasSubstr("stopped by signal 15"));
  EXPECT_FALSE(std::filesystem::exists(options.output));
}

TEST(Synth, PromptsAreWordsOfTheStream) {
  const auto ids = SynthPrompt(200, 2048, 2);
  ASSERT_EQ(ids.size(), 200u);
  NIBBLE_REQUIRE_SHARED("golden/v4_flash_slice");
  const auto cases =
      json::ParseFile(SharedData("golden/v4_flash_slice/expected/cases.json").string(), 1 << 20);
  const json::Array& prompt = *cases->Find("prompt")->as_array();
  ASSERT_EQ(prompt.size(), 200u);
  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(prompt[i].as_int(), ids[i]);
}

}  // namespace
}  // namespace nibble
