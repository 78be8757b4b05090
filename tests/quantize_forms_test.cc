// `quantize` on the other forms of a source, and its options.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "formats/fp8_block.h"
#include "formats/nvfp4.h"
#include "quantize_fixture.h"

namespace nibble {
namespace {

using testing::HasSubstr;

TEST_F(QuantizeTest, PairsSplitOverShardsShareTheirScale) {
  auto& first = source_.shards.begin()->second;
  auto& last = source_.shards.rbegin()->second;
  for (const std::string base : {"layers.0.ffn.experts.0.w3", "layers.0.ffn.experts.3.w1"}) {
    for (const std::string suffix : {".weight", ".scale"}) {
      last.push_back(source_.At(base + suffix));
      std::erase_if(first, [&](const MemoryTensor& t) { return t.name == base + suffix; });
    }
  }
  for (const Recipe recipe : {Recipe::kCast, Recipe::kMax}) {
    options_.settings.recipe = recipe;
    options_.overwrite = true;
    const auto report = Run();
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_EQ(report->split_pairs, 2u);
    ExpectExpertsOf(std::string(NameOf(recipe)));
  }
}

TEST_F(QuantizeTest, HfNamesComeOutOfficial) {
  MakeHfNames();
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->form, "portable");
  EXPECT_EQ(*report->settings.recipe, Recipe::kCast);
  ExpectExpertsOf("cast");
  MemoryCheckpoint got = Output();
  const MemoryCheckpoint want = MemoryCheckpoint::Load(golden_ / "cast");
  for (const auto& [file, tensors] : want.shards) {
    for (const MemoryTensor& t : tensors) {
      if (t.name.starts_with("mtp.")) continue;
      EXPECT_EQ(got.At(t.name).bytes, t.bytes) << t.name;
    }
  }
}

TEST_F(QuantizeTest, FusedBf16ExpertsAreSplit) {
  std::vector<MemoryTensor> stacks;
  const auto d = static_cast<uint64_t>(model_.hidden_size);
  const auto width = static_cast<uint64_t>(model_.moe_intermediate_size);
  const auto experts = static_cast<uint64_t>(model_.n_routed_experts);
  for (int layer = 0; layer < 3; ++layer) {
    std::vector<float> gate_up, down;
    for (uint64_t e = 0; e < experts; ++e) {
      for (const std::string w : {"w1", "w3", "w2"}) {
        const auto values = Decode(fmt::format("layers.{}.ffn.experts.{}.{}", layer, e, w));
        auto& stack = w == "w2" ? down : gate_up;
        stack.insert(stack.end(), values.begin(), values.end());
      }
    }
    const std::string base = fmt::format("model.layers.{}.mlp.experts.", layer);
    stacks.push_back(Bf16Tensor(base + "gate_up_proj", {experts, 2 * width, d}, gate_up));
    stacks.push_back(Bf16Tensor(base + "down_proj", {experts, d, width}, down));
  }
  EraseTensors(
      [](const MemoryTensor& t) { return t.name.find(".ffn.experts.") != std::string::npos; });
  MakeHfNames();
  for (const MemoryTensor& t : stacks) source_.shards.rbegin()->second.push_back(t);
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(*report->settings.recipe, Recipe::kMax);
  ExpectExpertsOf("max");
}

TEST_F(QuantizeTest, BaseFp8WithF32Scales) {
  std::map<std::string, std::vector<float>> decoded;
  ForEachTensor([&](MemoryTensor* t) {
    if (t->name.find(".ffn.experts.") == std::string::npos || !t->name.ends_with(".weight")) return;
    const std::string base = t->name.substr(0, t->name.size() - 7);
    const std::vector<float> values = Decode(base);
    const auto rows = static_cast<int64_t>(t->shape[0]),
               cols = 2 * static_cast<int64_t>(t->shape[1]);
    MemoryTensor& scale = source_.At(base + ".scale");
    t->dtype = DType::kF8E4M3;
    t->shape[1] *= 2;
    t->bytes.resize(values.size());
    uint8_t block_scale = 0;  // one block of 128 x 128
    QuantizeFp8Weight(values, rows, cols, reinterpret_cast<uint8_t*>(t->bytes.data()),
                      &block_scale);
    const float f32_scale = 1.5f * std::bit_cast<float>(uint32_t{block_scale} << 23);
    scale = {scale.name, DType::kF32, {1, 1}, std::vector<std::byte>(4)};
    std::memcpy(scale.bytes.data(), &f32_scale, 4);
    const EncodedMatrix m{.form = Form::kFp8,
                          .rows = rows,
                          .cols = cols,
                          .data = t->u8().data(),
                          .scales = scale.u8().data(),
                          .f32_scales = true};
    std::vector<float>& out = decoded[base];
    out.resize(values.size());
    for (int64_t row = 0; row < rows; ++row) {
      DecodeRow(m, row,
                std::span(out).subspan(static_cast<size_t>(row * cols), static_cast<size_t>(cols)));
    }
  });
  source_.config.Erase("expert_dtype");
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(*report->settings.recipe, Recipe::kMax);
  EXPECT_EQ(report->form, "mixed");  // the draft's experts stay FP8
  MemoryCheckpoint got = Output();
  for (const std::string expert : {"layers.1.ffn.experts.1", "layers.2.ffn.experts.3"}) {
    const float amax =
        std::max(AbsMax(decoded.at(expert + ".w1")), AbsMax(decoded.at(expert + ".w3")));
    for (const std::string w : {".w1", ".w3"}) {
      const std::vector<float>& values = decoded.at(expert + w);
      std::vector<std::byte> packed(values.size() / 2), scales(values.size() / 16);
      QuantizeNvfp4(values, Nvfp4TensorScale(amax), reinterpret_cast<uint8_t*>(packed.data()),
                    reinterpret_cast<uint8_t*>(scales.data()));
      EXPECT_EQ(got.At(expert + w + ".weight").bytes, packed);
      EXPECT_EQ(got.At(expert + w + ".weight_scale").bytes, scales);
    }
  }
}

TEST_F(QuantizeTest, DraftNvfp4) {
  options_.settings.draft = Draft::kNvfp4;
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->Total().linears, 48u);
  ExpectExpertsOf("cast");
  MemoryCheckpoint got = Output();
  EXPECT_EQ(got.At("mtp.0.ffn.experts.3.w2.weight").dtype, DType::kU8);
  EXPECT_EQ(got.Find("mtp.0.ffn.experts.3.w2.scale"), nullptr);
  EXPECT_EQ(got.At("mtp.0.e_proj.weight").bytes, source_.At("mtp.0.e_proj.weight").bytes);
  const json::Value* quantization = got.config.Find("quantization_config");
  EXPECT_NE(quantization->Find("quantized_layers")->Find("mtp.0.ffn.experts"), nullptr);
  EXPECT_EQ(json::Dump(*quantization->Find("ignore")).find("mtp"), std::string::npos);
}

TEST_F(QuantizeTest, NegativeZerosAreKeptOnRequest) {
  options_.settings.keep_negative_zero = true;
  ASSERT_TRUE(Run().ok());
  MemoryCheckpoint got = Output();
  size_t equal = 0;
  ForEachTensor([&](MemoryTensor* t) {
    if (t->name.starts_with("layers.0.") && t->dtype == DType::kI8) {
      EXPECT_EQ(got.At(t->name).bytes, t->bytes) << t->name;
      ++equal;
    }
  });
  EXPECT_EQ(equal, 12u);
}

TEST_F(QuantizeTest, InputScalesUnitAndSynthesised) {
  const auto scale = [&](const std::string& base) {
    MemoryCheckpoint got = Output();
    float value = 0;
    std::memcpy(&value, got.At(base + ".input_scale").bytes.data(), 4);
    return value;
  };
  options_.overwrite = true;
  options_.settings.input_scales = InputScales::kUnit;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(scale("layers.1.ffn.experts.2.w2"), 1.0f);
  options_.settings.input_scales = InputScales::kSynthesised;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(scale("layers.1.ffn.experts.2.w2"), 10.0f * 10.0f * 1.5f / 2688.0f);
  float largest = 0;
  const MemoryTensor& norm = source_.At("layers.1.ffn_norm.weight");
  for (size_t i = 0; i < norm.bytes.size() / 2; ++i) {
    uint16_t code = 0;
    std::memcpy(&code, norm.bytes.data() + 2 * i, 2);
    largest = std::max(largest, std::fabs(Bf16ToF32(code)));
  }
  EXPECT_EQ(scale("layers.1.ffn.experts.2.w1"), largest * std::sqrt(128.0f) / 2688.0f);
}

TEST_F(QuantizeTest, WhatTheSourceLacksIsNamed) {
  EraseTensors([](const MemoryTensor& t) { return t.name == "norm.weight"; });
  options_.settings.input_scales = InputScales::kSynthesised;
  options_.input_scales_file.reset();
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_THAT(report->notes, testing::ElementsAre("the source is not complete: it lacks norm"));
}

TEST_F(QuantizeTest, AllZeroTensorUnderMax) {
  for (const std::string w : {"w1", "w3"}) {
    auto& bytes = source_.At("layers.0.ffn.experts.1." + w + ".weight").bytes;
    std::ranges::fill(bytes, std::byte{0x80});
  }
  options_.settings.recipe = Recipe::kMax;
  const auto report = Run();
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_THAT(report->notes, testing::Contains(HasSubstr("layers.0.ffn.experts.1.w3")));
  MemoryCheckpoint got = Output();
  float scale = 0;
  std::memcpy(&scale, got.At("layers.0.ffn.experts.1.w1.weight_scale_2").bytes.data(), 4);
  EXPECT_EQ(scale, 1.0f);
  for (const std::byte b : got.At("layers.0.ffn.experts.1.w1.weight_scale").bytes)
    ASSERT_EQ(b, std::byte{0x38});
}

}  // namespace
}  // namespace nibble
