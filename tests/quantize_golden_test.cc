// `quantize` against NVIDIA's exporter and against the full-NVFP4 definition, tensor by tensor, and
// `verify` on each result.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <string>

#include "golden.h"
#include "memory_checkpoint.h"
#include "quantize/quantize.h"
#include "study/verify.h"

namespace nibble {
namespace {

QuantizeOptions Options(const std::filesystem::path& input, const std::filesystem::path& output) {
  QuantizeOptions options;
  options.input = input;
  options.output = output;
  options.threads = 2;
  options.progress = false;
  return options;
}

void ExpectVerified(const QuantizeOptions& made) {
  VerifyOptions options;
  options.output = made.output;
  options.source = made.input;
  options.input_scales_file = made.input_scales_file;
  options.threads = 2;
  options.progress = false;
  const auto report = Verify(options);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_TRUE(report->ok()) << ToText(*report);
}

// First 32 hex digits of SHA-256.
std::string Digest(std::span<const std::byte> bytes) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), hash, &size, EVP_sha256(), nullptr);
  std::string hex;
  for (int i = 0; i < 16; ++i) hex += fmt::format("{:02x}", hash[i]);
  return hex;
}

// `digests` is {tensor: [dtype, shape, digest]}; every one of them must be in the checkpoint.
size_t ExpectDigests(MemoryCheckpoint* got, const json::Value& digests) {
  size_t wrong = 0;
  for (const auto& [name, entry] : *digests.as_object()) {
    const json::Array& want = *entry.as_array();
    const MemoryTensor* tensor = got->Find(name);
    if (tensor == nullptr) {
      ADD_FAILURE() << name << " is missing";
      continue;
    }
    Shape shape;
    for (const json::Value& dim : *want[1].as_array()) shape.push_back(*dim.as_uint());
    const bool same = NameOf(tensor->dtype) == *want[0].as_string() && tensor->shape == shape &&
                      Digest(tensor->bytes) == *want[2].as_string();
    if (!same && ++wrong < 10) ADD_FAILURE() << name;
  }
  EXPECT_EQ(wrong, 0u);
  return digests.as_object()->size();
}

json::Value WithoutProducer(json::Value value) {
  value.Erase("producer");
  if (json::Value* q = value.Find("quantization_config")) q->Erase("producer");
  return value;
}

void ExpectSameJson(const std::filesystem::path& got, const std::filesystem::path& want) {
  const json::Value g = json::ParseFile(got.string(), 1 << 20).value();
  const json::Value w = json::ParseFile(want.string(), 1 << 20).value();
  EXPECT_TRUE(json::EqualByValue(WithoutProducer(g), WithoutProducer(w)))
      << json::DumpSorted(g, json::Style::kIndented) << "\n"
      << json::DumpSorted(w, json::Style::kIndented);
}

class Exporter : public testing::TestWithParam<Recipe> {};

TEST_P(Exporter, EveryTensorAndTheConfig) {
  NIBBLE_REQUIRE_SHARED("golden/exporter_modelopt");
  const auto golden = SharedData("golden/exporter_modelopt");
  const auto expected_folder = golden / std::string(NameOf(GetParam()));
  const ScratchFolder scratch;
  QuantizeOptions options = Options(golden / "source", scratch / "out");
  options.settings.recipe = GetParam();
  options.settings.input_scales = InputScales::kFile;
  options.input_scales_file = golden / "amax.safetensors";
  const auto report = Quantize(options);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->form, "portable");
  EXPECT_EQ(report->tensors, 315u);
  EXPECT_EQ(report->Total().linears, 36u);
  EXPECT_EQ(report->input_scales.measured + report->input_scales.filled, 36u);
  EXPECT_EQ(report->input_scales.filled, 6u);  // two experts saw no token
  if (GetParam() == Recipe::kCast) {
    EXPECT_EQ(report->Total().cast.blocks_out_of_range, 8u);
    EXPECT_EQ(report->Total().blocks, 18432u);
  }

  MemoryCheckpoint got = MemoryCheckpoint::Load(scratch / "out");
  const MemoryCheckpoint want = MemoryCheckpoint::Load(expected_folder);
  EXPECT_EQ(got.tensor_count(), want.tensor_count());
  for (const auto& [file, tensors] : want.shards) {
    for (const MemoryTensor& w : tensors) {
      const MemoryTensor* g = got.Find(w.name);
      ASSERT_NE(g, nullptr) << w.name;
      EXPECT_EQ(g->dtype, w.dtype) << w.name;
      EXPECT_EQ(g->shape, w.shape) << w.name;
      EXPECT_EQ(g->bytes, w.bytes) << w.name;
      EXPECT_TRUE(std::ranges::any_of(got.shards[file],
                                      [&](const MemoryTensor& t) { return t.name == w.name; }))
          << w.name << " lies in another shard";
    }
  }
  ExpectSameJson(scratch / "out/config.json", expected_folder / "config.json");
  ExpectSameJson(scratch / "out/hf_quant_config.json", expected_folder / "hf_quant_config.json");
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/generation_config.json"));
  ExpectVerified(options);
}

TEST_P(Exporter, DigestsOfV4Tiny) {
  NIBBLE_REQUIRE_SHARED("golden/exporter_modelopt");
  const auto golden = SharedData("golden/exporter_modelopt");
  const ScratchFolder scratch;
  QuantizeOptions options = Options(SharedData("golden/v4_tiny/model"), scratch / "out");
  options.settings.recipe = GetParam();
  options.settings.input_scales = InputScales::kFile;
  options.input_scales_file = golden / "v4_tiny_amax.safetensors";
  const auto report = Quantize(options);
  ASSERT_TRUE(report.ok()) << report.error().message();
  const json::Value digests =
      json::ParseFile((golden / "v4_tiny_digests.json").string(), 1 << 20).value();
  const json::Value* of_recipe = digests.Find(NameOf(GetParam()));
  ASSERT_NE(of_recipe, nullptr);
  MemoryCheckpoint got = MemoryCheckpoint::Load(scratch / "out");
  EXPECT_EQ(ExpectDigests(&got, *of_recipe), 480u);
  ExpectVerified(options);
}

INSTANTIATE_TEST_SUITE_P(Recipes, Exporter, testing::Values(Recipe::kCast, Recipe::kMax),
                         [](const auto& param) { return std::string(NameOf(param.param)); });

TEST(FullNvfp4, All781Digests) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny_full_nvfp4");
  const auto golden = SharedData("golden/v4_tiny_full_nvfp4");
  const ScratchFolder scratch;
  QuantizeOptions options = Options(SharedData("golden/v4_tiny/model"), scratch / "out");
  options.settings.scope = Scope::kAll;
  options.settings.names = Names::kHf;
  options.settings.recipe = Recipe::kMax;
  const auto report = Quantize(options);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->form, "full-hf");
  EXPECT_EQ(report->tensors, 781u);
  EXPECT_EQ(report->tensor_bytes, 6023356u);
  EXPECT_EQ(report->Total().linears, 174u);
  MemoryCheckpoint got = MemoryCheckpoint::Load(scratch / "out");
  EXPECT_EQ(got.tensor_count(), 781u);
  const json::Value digests = json::ParseFile((golden / "digests.json").string(), 1 << 20).value();
  EXPECT_EQ(ExpectDigests(&got, digests), 781u);
  ExpectSameJson(scratch / "out/config.json", golden / "config.json");
  ExpectSameJson(scratch / "out/hf_quant_config.json", golden / "hf_quant_config.json");
  ExpectVerified(options);
}

// The exporter's own files are right by `verify` too, although they record no recipe.
TEST(Verify, AcceptsTheExportersFiles) {
  NIBBLE_REQUIRE_SHARED("golden/exporter_modelopt");
  const auto golden = SharedData("golden/exporter_modelopt");
  for (const Recipe recipe : {Recipe::kCast, Recipe::kMax}) {
    VerifyOptions options;
    options.output = golden / std::string(NameOf(recipe));
    options.source = golden / "source";
    options.progress = false;
    EXPECT_FALSE(Verify(options).ok());
    options.recipe = recipe;
    options.input_scales_file = golden / "amax.safetensors";
    const auto report = Verify(options);
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_TRUE(report->ok()) << ToText(*report);
  }
}

}  // namespace
}  // namespace nibble
