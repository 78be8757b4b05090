// Plans of the real models, made from headers over empty data: the published counts and bytes.
#include "quantize/plan.h"

#include <gtest/gtest.h>

#include <fstream>

#include "checkpoint/synth.h"
#include "golden.h"
#include "memory_checkpoint.h"

namespace nibble {
namespace {

// Headers, index and config of a whole native checkpoint; the data is one hole.
void WriteHollow(const std::filesystem::path& config_file, const std::filesystem::path& folder) {
  const ModelConfig config = LoadModelConfig(config_file).value();
  const std::vector<SynthTensor> tensors = SynthTensors(config).value();
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(config_file, folder / "config.json");
  constexpr size_t kShards = 16;
  json::Object weight_map;
  uint64_t total = 0;
  for (size_t s = 0; s < kShards; ++s) {
    const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", s + 1, kShards);
    std::string head;
    uint64_t end = 0;
    for (size_t i = tensors.size() * s / kShards; i < tensors.size() * (s + 1) / kShards; ++i) {
      const NamedTensor& t = tensors[i].tensor;
      const uint64_t bytes = ByteCount(t.dtype, t.shape).value();
      head += fmt::format(R"({}"{}":{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})",
                          head.empty() ? '{' : ',', t.name, NameOf(t.dtype), ShapeText(t.shape),
                          end, end + bytes);
      end += bytes;
      total += bytes;
      weight_map.emplace_back(t.name, name);
    }
    head += '}';
    const uint64_t size = head.size();
    std::ofstream file(folder / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&size), sizeof(size)) << head;
    file.close();
    std::filesystem::resize_file(folder / name, sizeof(size) + size + end);
  }
  const json::Value index = json::Object{{"metadata", json::Object{{"total_size", total}}},
                                         {"weight_map", std::move(weight_map)}};
  NIBBLE_CHECK(WriteFileAtomically(folder / "model.safetensors.index.json", json::Dump(index)).ok(),
               "index");
}

struct Published {
  const char* config;
  uint64_t tensors;
  uint64_t tensor_bytes;
};

class PlanOfTheRealModel : public testing::TestWithParam<Published> {};

TEST_P(PlanOfTheRealModel, HasThePublishedSize) {
  NIBBLE_REQUIRE_SHARED("data/configs");
  const ScratchFolder scratch;
  WriteHollow(SharedData(std::string("data/configs/") + GetParam().config), scratch / "in");
  const auto source = Checkpoint::Open(scratch / "in", {.strict = true});
  ASSERT_TRUE(source.ok()) << source.error().message();
  const auto plan = MakePlan(**source, {.input_scales = InputScales::kUnit}, std::nullopt);
  ASSERT_TRUE(plan.ok()) << plan.error().message();
  EXPECT_EQ(plan->settings.recipe, Recipe::kCast);
  EXPECT_EQ(plan->form, "portable");
  EXPECT_EQ(plan->tensors, GetParam().tensors);
  EXPECT_EQ(plan->tensor_bytes, GetParam().tensor_bytes);
  EXPECT_LT(plan->MemoryBoundBytes(2), uint64_t{1} << 30);
}

INSTANTIATE_TEST_SUITE_P(Models, PlanOfTheRealModel,
                         testing::Values(Published{"deepseek_v4_flash.json", 135235, 168266793544},
                                         Published{"deepseek_v4_pro.json", 285660, 913061485688}),
                         [](const auto& param) { return param.index == 0 ? "Flash" : "Pro"; });

}  // namespace
}  // namespace nibble
