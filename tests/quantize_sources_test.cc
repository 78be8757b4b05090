// Sources that `quantize` must refuse: one sentence that names the tensor, and nothing written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "quantize_fixture.h"

namespace nibble {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST_F(QuantizeTest, RefusesNanScales) {
  source_.At("layers.2.ffn.experts.3.w3.scale").bytes[77] = std::byte{255};
  for (const Recipe recipe : {Recipe::kCast, Recipe::kMax}) {
    options_.settings.recipe = recipe;
    const std::string message = Failure();
    EXPECT_THAT(message, HasSubstr("layers.2.ffn.experts.3.w3.scale"));
    EXPECT_THAT(message, HasSubstr("scale 77 is byte 255"));
  }
}

TEST_F(QuantizeTest, RefusesNanInBf16Experts) {
  for (const std::string w : {"w1", "w2", "w3"}) {
    for (int e = 0; e < 4; ++e) {
      for (int layer = 0; layer < 3; ++layer) {
        const std::string base = fmt::format("layers.{}.ffn.experts.{}.{}", layer, e, w);
        const Shape shape = {128, 128};
        source_.At(base + ".weight") = Bf16Tensor(base + ".weight", shape, Decode(base));
        EraseTensors([&](const MemoryTensor& t) { return t.name == base + ".scale"; });
      }
    }
  }
  auto& bytes = source_.At("layers.1.ffn.experts.2.w1.weight").bytes;
  bytes[2 * (3 * 128 + 5)] = std::byte{0x00};
  bytes[2 * (3 * 128 + 5) + 1] = std::byte{0x7F};
  bytes[2 * (3 * 128 + 5)] = std::byte{0xC0};
  const std::string message = Failure();
  EXPECT_THAT(message, HasSubstr("layers.1.ffn.experts.2.w1.weight"));
  EXPECT_THAT(message, HasSubstr("[3, 5] is nan"));
}

TEST_F(QuantizeTest, RefusesWhatIsAlreadyNvfp4) {
  source_ = MemoryCheckpoint::Load(golden_ / "cast");
  EXPECT_THAT(Failure(), HasSubstr("already NVFP4"));
}

TEST_F(QuantizeTest, RefusesAMissingExpert) {
  EraseTensors(
      [](const MemoryTensor& t) { return t.name.starts_with("layers.1.ffn.experts.3.w2."); });
  EXPECT_THAT(Failure(), HasSubstr("layers.1.ffn.experts.3.w2"));
}

TEST_F(QuantizeTest, RefusesToCastWhatIsNotMxfp4) {
  options_.settings.recipe = Recipe::kCast;
  for (const std::string w : {"w1", "w3"}) {
    const std::string base = "layers.1.ffn.experts.2." + w;
    source_.At(base + ".weight") = Bf16Tensor(base + ".weight", {128, 128}, Decode(base));
    EraseTensors([&](const MemoryTensor& t) { return t.name == base + ".scale"; });
  }
  EXPECT_THAT(Failure(), HasSubstr("only MXFP4 can be cast"));
}

TEST_F(QuantizeTest, RefusesForeignCalibration) {
  MemoryCheckpoint calibration;
  calibration.config = json::Object{};
  const float value = -1.0f;
  MemoryTensor amax{
      "layers.0.ffn.experts.0.w1.input_amax", DType::kF32, {}, std::vector<std::byte>(4)};
  std::memcpy(amax.bytes.data(), &value, 4);
  calibration.shards["amax.safetensors"] = {amax};
  calibration.Save(scratch_ / "calibration");
  options_.input_scales_file = scratch_ / "calibration/amax.safetensors";
  EXPECT_THAT(Failure(), HasSubstr("layers.0.ffn.experts.0.w1.input_amax"));
  calibration.shards["amax.safetensors"][0].name = "layers.90.other";
  calibration.Save(scratch_ / "calibration");
  EXPECT_THAT(Failure(), HasSubstr("no expert of this model is calibrated"));
  options_.input_scales_file = scratch_ / "none.safetensors";
  EXPECT_THAT(Failure(), HasSubstr("no such file"));
}

TEST_F(QuantizeTest, NamesUnusedCalibration) {
  MemoryCheckpoint calibration;
  calibration.config = json::Object{};
  const float value = 2.0f;
  for (const char* linear : {"experts.0.w1", "experts.0.w2", "expert.0.w1"}) {
    MemoryTensor amax{fmt::format("layers.0.ffn.{}.input_amax", linear), DType::kF32, {}, {}};
    amax.bytes.resize(sizeof value);
    std::memcpy(amax.bytes.data(), &value, sizeof value);
    calibration.shards["amax.safetensors"].push_back(std::move(amax));
  }
  calibration.Save(scratch_ / "calibration");
  options_.input_scales_file = scratch_ / "calibration/amax.safetensors";
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_THAT(
      report.value().notes,
      Contains(HasSubstr("1 of 3 entries belong to no linear that becomes NVFP4 (the first: "
                         "\"layers.0.ffn.expert.0.w1.input_amax\")")));
}

TEST_F(QuantizeTest, ImpossibleCombinations) {
  QuantizeSettings s;
  EXPECT_EQ(ImpossibleCombination(s), "");
  s.scope = Scope::kAll;
  s.recipe = Recipe::kCast;
  EXPECT_NE(ImpossibleCombination(s), "");
  s.recipe = Recipe::kMax;
  EXPECT_EQ(ImpossibleCombination(s), "");
  s.names = Names::kHf;
  s.draft = Draft::kNvfp4;
  EXPECT_NE(ImpossibleCombination(s), "");
  s = {.recipe = Recipe::kMax, .keep_negative_zero = true};
  EXPECT_NE(ImpossibleCombination(s), "");
}

}  // namespace
}  // namespace nibble
