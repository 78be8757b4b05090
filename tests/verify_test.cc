// `verify` must notice every kind of change, and name what changed.
#include "study/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "golden.h"
#include "memory_checkpoint.h"

namespace nibble {
namespace {

using testing::HasSubstr;

class VerifyTest : public testing::TestWithParam<Recipe> {
 protected:
  void SetUp() override {
    NIBBLE_REQUIRE_SHARED("golden/exporter_modelopt");
    golden_ = SharedData("golden/exporter_modelopt");
    QuantizeOptions options;
    options.input = golden_ / "source";
    options.output = scratch_ / "out";
    options.settings.recipe = GetParam();
    options.progress = false;
    ASSERT_TRUE(Quantize(options).ok());
    good_ = MemoryCheckpoint::Load(scratch_ / "out");
    // hf_quant_config.json and the like stay; the shards are written anew by each test.
    std::filesystem::copy(scratch_ / "out", scratch_ / "bad");
  }

  // Saves a changed copy and verifies it.
  Result<VerifyReport> Changed(const std::function<void(MemoryCheckpoint*)>& change) {
    MemoryCheckpoint bad = good_;
    change(&bad);
    bad.Save(scratch_ / "bad");
    VerifyOptions options;
    options.output = scratch_ / "bad";
    options.source = golden_ / "source";
    options.threads = 2;
    options.progress = false;
    return Verify(options);
  }
  // The one difference, "subject: what"; "equal" or the error otherwise.
  std::string Difference(const std::function<void(MemoryCheckpoint*)>& change) {
    const auto report = Changed(change);
    if (!report.ok()) return report.error().message();
    if (report->ok()) return "equal";
    std::string all;
    for (const auto& d : report->differences) all += d.subject + ": " + d.what + "\n";
    return all;
  }
  static std::function<void(MemoryCheckpoint*)> FlipBit(const std::string& tensor, size_t byte,
                                                        int bit) {
    return [=](MemoryCheckpoint* c) { c->At(tensor).bytes[byte] ^= std::byte{1} << bit; };
  }

  const ScratchFolder scratch_;
  std::filesystem::path golden_;
  MemoryCheckpoint good_;
};

TEST_P(VerifyTest, AnUnchangedCopyIsEqual) {
  const auto report = Changed([](MemoryCheckpoint*) {});
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_TRUE(report->ok()) << ToText(*report);
  EXPECT_EQ(report->Total().linears, 36u);
  EXPECT_EQ(report->copied_tensors, 171u);
  if (GetParam() == Recipe::kCast) {
    EXPECT_EQ(report->Total().cast.blocks_out_of_range, 8u);
    EXPECT_GT(report->Total().cast.values_changed, 0u);
  } else {
    EXPECT_GT(report->Total().errors.RelativeRms(), 0.001);
    EXPECT_LT(report->Total().errors.RelativeRms(), 0.05);
  }
}

TEST_P(VerifyTest, OneBitOfEachKindOfTensor) {
  const std::string expert = "layers.1.ffn.experts.2.w2";
  for (const std::string& tensor :
       {expert + ".weight", expert + ".weight_scale", expert + ".weight_scale_2",
        expert + ".input_scale", std::string("layers.0.attn.wq_a.weight"),
        std::string("layers.2.ffn.gate.bias"), std::string("mtp.0.ffn.experts.1.w1.scale")}) {
    const std::string differences = Difference(FlipBit(tensor, 0, 4));
    EXPECT_THAT(differences, HasSubstr(tensor.substr(0, tensor.rfind('.')))) << tensor;
  }
}

TEST_P(VerifyTest, LastElementOfTheLastRow) {
  const std::string tensor = "layers.2.ffn.experts.3.w1.weight";
  const std::string differences = Difference(FlipBit(tensor, 128 * 64 - 1, 5));
  EXPECT_THAT(differences, HasSubstr(tensor));
  EXPECT_THAT(differences, HasSubstr(GetParam() == Recipe::kCast ? "[127, 127]" : "byte 8191"));
}

TEST_P(VerifyTest, PairsMustAgree) {
  EXPECT_THAT(Difference(FlipBit("layers.0.ffn.experts.0.w3.weight_scale_2", 3, 0)),
              HasSubstr("differs from layers.0.ffn.experts.0.w3.weight_scale_2"));
}

TEST_P(VerifyTest, ExchangedExpertsAreFound) {
  const std::string differences = Difference([](MemoryCheckpoint* c) {
    std::swap(c->At("layers.1.ffn.experts.1.w2.weight").bytes,
              c->At("layers.1.ffn.experts.2.w2.weight").bytes);
  });
  EXPECT_THAT(differences, HasSubstr("layers.1.ffn.experts.1.w2.weight"));
  EXPECT_THAT(differences, HasSubstr("layers.1.ffn.experts.2.w2.weight"));
}

TEST_P(VerifyTest, StructureIsCompared) {
  EXPECT_THAT(Difference([](MemoryCheckpoint* c) {
                std::erase_if(c->shards.begin()->second, [](const MemoryTensor& t) {
                  return t.name == "layers.0.attn.attn_sink";
                });
              }),
              HasSubstr("layers.0.attn.attn_sink: is missing"));
  EXPECT_THAT(
      Difference([](MemoryCheckpoint* c) {
        c->shards.begin()->second.push_back({"stray.weight", DType::kU8, {1}, {std::byte{1}}});
      }),
      HasSubstr("stray.weight: does not belong here"));
  EXPECT_THAT(Difference([](MemoryCheckpoint* c) {
                auto& first = c->shards.begin()->second;
                c->shards.rbegin()->second.push_back(first.back());
                first.pop_back();
              }),
              HasSubstr("lies in model-00003-of-00003.safetensors"));
}

TEST_P(VerifyTest, ConfigIsCompared) {
  EXPECT_THAT(Difference([](MemoryCheckpoint* c) {
                c->config.Find("quantization_config")->Set("group_size", 32);
              }),
              HasSubstr("quantization_config.group_size: is 32, expected 16"));
  EXPECT_THAT(Difference([](MemoryCheckpoint* c) { c->config.Set("rope_theta", 10001); }),
              HasSubstr("rope_theta"));
  EXPECT_THAT(Difference([](MemoryCheckpoint* c) {
                c->config.Find("quantization_config")->Find("producer")->Set("recipe", "magic");
              }),
              HasSubstr("producer.recipe is \"magic\""));
  EXPECT_THAT(Difference([](MemoryCheckpoint* c) {
                c->config.Find("quantization_config")->Find("producer")->Set("name", "modelopt");
              }),
              HasSubstr("does not name nibble"));
}

TEST_P(VerifyTest, AnotherSourceIsNoticed) {
  VerifyOptions options;
  options.output = scratch_ / "out";
  options.progress = false;
  options.source = scratch_ / "source";
  MemoryCheckpoint source = MemoryCheckpoint::Load(golden_ / "source");
  source.At("layers.1.ffn.experts.0.w1.weight").bytes[99] ^= std::byte{0x31};
  source.Save(options.source);
  const auto report = Verify(options);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_FALSE(report->ok());
  EXPECT_EQ(report->differences.at(0).subject, "layers.1.ffn.experts.0.w1.weight");
}

INSTANTIATE_TEST_SUITE_P(Recipes, VerifyTest, testing::Values(Recipe::kCast, Recipe::kMax),
                         [](const auto& param) { return std::string(NameOf(param.param)); });

}  // namespace
}  // namespace nibble
