// Models of quantised checkpoints: every linear NVFP4 under HF names, the lossless cast, and NVFP4
// activations (W4A4).
#include <gtest/gtest.h>

#include "model_harness.h"
#include "quantize/quantize.h"
#include "temp_folder.h"

namespace nibble {
namespace {

constexpr size_t kVocab = 512;

json::Value Cases(const std::string& path) {
  return std::move(json::ParseFile(SharedData(path).string(), 1 << 20)).value();
}
std::vector<int32_t> P129() {
  return PromptsOf(Cases("golden/v4_tiny/expected/cases.json")).at("p129");
}

void QuantizeTiny(const std::filesystem::path& output, const QuantizeSettings& settings,
                  const std::string& input_scales = "") {
  QuantizeOptions options;
  options.input = SharedData("golden/v4_tiny/model");
  options.output = output;
  options.settings = settings;
  options.threads = 2;
  options.progress = false;
  if (!input_scales.empty()) options.input_scales_file = SharedData(input_scales);
  const auto report = Quantize(options);
  NIBBLE_CHECK(report.ok(), report.ok() ? "" : report.error().message().c_str());
}

TEST(FullNvfp4Model, LogitsAndGreedyTokens) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny_full_nvfp4");
  const TempFolder scratch;
  QuantizeSettings settings;
  settings.recipe = Recipe::kMax;
  settings.scope = Scope::kAll;
  settings.names = Names::kHf;
  QuantizeTiny(scratch.path() / "out", settings);
  const LoadedForTest loaded =
      LoadForTest(scratch.path() / "out", {.numerics = Numerics::kIdeal, .threads = 2});
  const json::Value cases = Cases("golden/v4_tiny_full_nvfp4/cases.json");
  const auto ids = PromptsOf(cases).at("p129");
  const GoldenTensors golden(SharedData("golden/v4_tiny_full_nvfp4/logits_ideal.safetensors"));
  const LogitsError e =
      ErrorOf(RunPrompt(*loaded.model, ids, {64}, false).logits, golden.Floats("p129"), kVocab);
  std::printf("full NVFP4: max %.2g, rms %.2g\n", e.max, e.rms);
  EXPECT_LT(e.max, 1e-3);
  EXPECT_LT(e.rms, 1e-4);
  EXPECT_EQ(Greedy(*loaded.model, ids, 40),
            IdsOf(*cases.Find("greedy")->Find("ideal")->Find("p129")->Find("tokens")));
}

class CastModel : public testing::TestWithParam<Numerics> {};

TEST_P(CastModel, ALosslessCastChangesNoBit) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const TempFolder scratch;
  QuantizeSettings settings;
  settings.recipe = Recipe::kCast;
  QuantizeTiny(scratch.path() / "out", settings);
  const ModelOptions options{.numerics = GetParam(), .threads = 2, .load_mtp = true};
  const LoadedForTest native = LoadForTest(SharedData("golden/v4_tiny/model"), options);
  const LoadedForTest cast = LoadForTest(scratch.path() / "out", options);
  const RunResult a = RunPrompt(*native.model, P129(), {40}, true);
  const RunResult b = RunPrompt(*cast.model, P129(), {40}, true);
  EXPECT_EQ(a.logits, b.logits);
  EXPECT_EQ(a.mtp, b.mtp);
}

INSTANTIATE_TEST_SUITE_P(All, CastModel,
                         testing::Values(Numerics::kIdeal, Numerics::kOfficial, Numerics::kServing),
                         [](const auto& p) { return std::string(NameOf(p.param)); });

// Experts in the lossless NVFP4 form with calibrated input scales, one layer from its golden input.
TEST(W4A4, LayersFromGoldenStreams) {
  NIBBLE_REQUIRE_SHARED("golden/exporter_modelopt");
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const TempFolder scratch;
  QuantizeSettings settings;
  settings.recipe = Recipe::kCast;
  settings.input_scales = InputScales::kFile;
  QuantizeTiny(scratch.path() / "out", settings,
               "golden/exporter_modelopt/v4_tiny_amax.safetensors");
  const LoadedForTest loaded = LoadForTest(
      scratch.path() / "out",
      {.numerics = Numerics::kOfficial, .activations = Activations::kNvfp4, .threads = 2});
  const GoldenTensors streams(
      SharedData("golden/v4_tiny/expected/streams_p129_official.safetensors"));
  const GoldenTensors golden(SharedData("golden/v4_tiny/expected/w4a4_p129.safetensors"));
  for (const int layer : {1, 2, 3}) {
    const std::string name = "layers." + std::to_string(layer);
    CheckLayer(*loaded.model, P129(), layer, streams.Floats(name + ".x_in"),
               golden.Floats(name + ".x_out"));
  }
}

// Native experts asked for NVFP4 activations use synthesised input scales: the same ones that the
// quantiser writes when it has no calibration.
TEST(W4A4, NativeExpertsUseSynthesisedScales) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const TempFolder scratch;
  QuantizeSettings settings;
  settings.recipe = Recipe::kCast;
  QuantizeTiny(scratch.path() / "out", settings);
  for (const Numerics numerics : {Numerics::kOfficial, Numerics::kServing}) {
    const ModelOptions options{
        .numerics = numerics, .activations = Activations::kNvfp4, .threads = 2};
    const LoadedForTest native = LoadForTest(SharedData("golden/v4_tiny/model"), options);
    const LoadedForTest cast = LoadForTest(scratch.path() / "out", options);
    EXPECT_EQ(RunPrompt(*native.model, P129(), {1000}, false).logits,
              RunPrompt(*cast.model, P129(), {1000}, false).logits);
  }
}

}  // namespace
}  // namespace nibble
