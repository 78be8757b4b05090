#include "study/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tiny_model.h"

namespace nibble {
namespace {

using testing::HasSubstr;

InspectResult Inspected(const std::filesystem::path& path, const std::string& tensor = "") {
  InspectOptions options;
  options.path = path;
  options.tensor = tensor;
  auto result = Inspect(options);
  EXPECT_TRUE(result.ok()) << result.error().message();
  return std::move(result).value();
}

TEST(Inspect, AFolder) {
  const InspectResult r = Inspected(TinyModelFolder());
  EXPECT_THAT(r.text, HasSubstr("DeepSeek-V4, form native, official names, 508 tensors, 9.50 MB in "
                                "3 shards"));
  EXPECT_THAT(r.text, HasSubstr("layers      5, 1 window only, 2 ratio 4, 2 ratio 128; the first 2 "
                                "route by token id"));
  EXPECT_THAT(r.text, HasSubstr("draft       native (1 blocks under mtp.*)"));
  EXPECT_THAT(r.text, HasSubstr("ffn.experts.{E}.w1"));
  EXPECT_EQ(r.text.find("MISSING"), std::string::npos);
  EXPECT_EQ(*r.json.Find("form")->as_string(), "native");
  EXPECT_EQ(r.json.Find("tensor_bytes")->as_uint(), 9'501'020u);
  EXPECT_EQ(r.json.Find("layers")->as_array()->size(), 6u);
  EXPECT_EQ(r.json.Find("missing_modules")->as_uint(), 0u);
  uint64_t class_bytes = 0, role_bytes = 0, dtype_bytes = 0;
  for (const auto& [key, value] : *r.json.Find("classes")->as_object())
    class_bytes += *value.Find("bytes")->as_uint();
  for (const auto& [key, value] : *r.json.Find("roles")->as_object())
    role_bytes += *value.Find("bytes")->as_uint();
  for (const auto& [key, value] : *r.json.Find("dtypes")->as_object())
    dtype_bytes += *value.Find("bytes")->as_uint();
  EXPECT_EQ(class_bytes, 9'501'020u);
  EXPECT_EQ(role_bytes, 9'501'020u);
  EXPECT_EQ(dtype_bytes, 9'501'020u);
}

TEST(Inspect, OneFileWithAndWithoutItsFolder) {
  const auto shard = TinyModelFolder() / "model-00001-of-00003.safetensors";
  EXPECT_THAT(Inspected(shard).text, HasSubstr("tensors, 3."));
  // Inside its checkpoint a weight is decoded with its scales, alone it is its own codes.
  EXPECT_THAT(Inspected(shard, "layers.0.attn.wq_a.weight").text, HasSubstr("fp8 [128, 256]"));
  const TempFolder folder;
  std::filesystem::copy_file(shard, folder.path() / "a.safetensors");
  EXPECT_THAT(Inspected(folder.path() / "a.safetensors", "layers.0.attn.wq_a.weight").text,
              HasSubstr("F8_E4M3 [128, 256]"));
}

TEST(Inspect, TensorsOfEveryForm) {
  const auto folder = TinyModelFolder();
  EXPECT_THAT(Inspected(folder, "layers.0.ffn.experts.0.w1").text,
              HasSubstr("layers.0.ffn.experts.0.w1.weight: mxfp4 [128, 256]"));
  EXPECT_THAT(Inspected(folder, "layers.0.ffn.experts.0.w1").text,
              HasSubstr("block scales (F8_E8M0): 1024 values"));
  EXPECT_THAT(Inspected(folder, "layers.0.ffn.experts.0.w1.scale").text,
              HasSubstr("F8_E8M0 [128, 8]"));
  EXPECT_THAT(Inspected(folder, "norm.weight").text, HasSubstr("bf16 [256]"));
  EXPECT_THAT(Inspected(folder, "layers.0.ffn.gate.tid2eid").text, HasSubstr("min 0, max 7"));
  EXPECT_EQ(Inspected(folder, "embed").json.Find("values")->Find("count")->as_uint(), 131'072u);
}

TEST(Inspect, RefusesWhatIsNotThere) {
  InspectOptions options;
  options.path = TinyModelFolder();
  options.tensor = "no\nthing";
  EXPECT_THAT(Inspect(options).error().message(), HasSubstr("there is no tensor \"no\\nthing\""));
  options.path = TinyModelFolder() / "none";
  EXPECT_THAT(Inspect(options).error().message(), HasSubstr("no such file"));
  options.path = TinyModelFolder() / "config.json";
  EXPECT_FALSE(Inspect(options).ok());
}

TEST(ValueStats, CountsByPowersOfTwo) {
  ValueStats stats;
  const double values[] = {
      0, -0.0, 1, 1.5, -3, 0.25, std::nan(""), INFINITY, std::numeric_limits<double>::denorm_min()};
  stats.Add(values);
  EXPECT_EQ(stats.count(), 9u);
  EXPECT_EQ(stats.zeros(), 2u);
  EXPECT_EQ(stats.nans(), 1u);
  EXPECT_EQ(stats.infinities(), 1u);
  EXPECT_EQ(stats.min(), -3);
  EXPECT_EQ(stats.max(), 1.5);
  EXPECT_EQ(stats.amax(), 3);
  EXPECT_NEAR(stats.mean(), -0.25 / 7, 1e-15);
  EXPECT_NEAR(stats.rms(), std::sqrt((1 + 2.25 + 9 + 0.0625) / 7), 1e-15);
  const auto bars = stats.Histogram(5);
  ASSERT_EQ(bars.size(), 5u);
  EXPECT_EQ(bars[0].exponent, 1);
  EXPECT_EQ(bars[0].negative, 1u);
  EXPECT_EQ(bars[1].positive, 2u);
  EXPECT_EQ(bars[3].positive, 1u);
  EXPECT_TRUE(bars[4].and_below);
  EXPECT_EQ(bars[4].positive, 1u);
  EXPECT_TRUE(ValueStats().Histogram().empty());
  EXPECT_EQ(ValueStats().rms(), 0);
}

}  // namespace
}  // namespace nibble
