// Official and serving numerics against v4_tiny. End to end a last-bit difference grows to the size
// of the quantisation noise, so whole runs are a smoke test; what tells right from wrong is one
// layer at a time from its golden input.
#include <gtest/gtest.h>

#include "model_harness.h"

namespace nibble {
namespace {

constexpr size_t kVocab = 512;
constexpr double kLogitsStd = 2.36;

std::filesystem::path Expected(const char* file) {
  return SharedData(std::string("golden/v4_tiny/expected/") + file);
}

std::map<std::string, std::vector<int32_t>> Prompts() {
  return PromptsOf(json::ParseFile(Expected("cases.json").string(), 1 << 20).value());
}

TEST(OfficialLayers, FromGoldenStreams) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const GoldenTensors streams(Expected("streams_p129_official.safetensors"));
  Model& model = GoldenTiny(Numerics::kOfficial);
  for (const int layer : {1, 2}) {
    const auto name = [&](int l) { return "layers." + std::to_string(l) + ".x_in"; };
    CheckLayer(model, Prompts().at("p129"), layer, streams.Floats(name(layer)),
               streams.Floats(name(layer + 1)));
  }
}

TEST(OfficialLayers, HeadAndMtpFromGoldenStreams) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const GoldenTensors streams(Expected("streams_p129_official.safetensors"));
  const GoldenTensors golden(Expected("logits_official.safetensors"));
  const StepResult r = RunFrom(GoldenTiny(Numerics::kOfficial), Prompts().at("p129"),
                               streams.Floats("layers.4.x_out"), 5, 5, true);
  EXPECT_LT(ErrorOf(r.logits, golden.Floats("p129"), kVocab).max, 0.02);
  const auto errors = RowErrors(r.mtp_logits, golden.Floats("p129.mtp"), kVocab, kLogitsStd);
  std::printf("mtp: %.0f%% of rows below 1e-3, median %.2g\n", 100 * ShareBelow(errors, 1e-3),
              errors[errors.size() / 2]);
  EXPECT_GE(ShareBelow(errors, 1e-3), 0.40);
}

// What the README calls wrong must be seen as wrong by the bounds above.
TEST(OfficialLayers, UnquantisedRoutedActivationsAreSeen) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const GoldenTensors streams(Expected("streams_p129_official.safetensors"));
  const LoadedForTest wrong = LoadForTest(
      SharedData("golden/v4_tiny/model"),
      {.numerics = Numerics::kOfficial, .activations = Activations::kNone, .threads = 2});
  const StepResult r =
      RunFrom(*wrong.model, Prompts().at("p129"), streams.Floats("layers.1.x_in"), 1, 2, false);
  const auto errors = RowErrors(r.streams_out, streams.Floats("layers.2.x_in"), kTinyStreams, 0);
  EXPECT_LT(ShareBelow(errors, 1e-4), 0.05);
  EXPECT_GT(errors[errors.size() / 2], 0.005);
}

LogitsError WholeRun(Numerics numerics, const std::string& prompt, const std::string& golden_name) {
  const GoldenTensors golden(Expected("logits_official.safetensors"));
  const RunResult run = RunPrompt(GoldenTiny(numerics), Prompts().at(prompt), {100}, false);
  const std::vector<float> expected = golden.Floats(golden_name);
  const std::vector<float> tail(run.logits.end() - long(expected.size()), run.logits.end());
  const LogitsError e = ErrorOf(tail, expected, kVocab);
  std::printf("%s %s: rms %.3f, KL mean %.4f max %.3f, top-1 changes %.0f%%\n",
              std::string(NameOf(numerics)).c_str(), golden_name.c_str(), e.rms, e.kl_mean,
              e.kl_max, 100 * e.top1_share);
  return e;
}

TEST(OfficialWholeRuns, Smoke) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  for (const auto& [prompt, golden] :
       {std::pair("p129", "p129"), std::pair("p300", "p300.last100"), std::pair("p5", "p5")}) {
    const LogitsError official = WholeRun(Numerics::kOfficial, prompt, golden);
    EXPECT_LT(official.kl_mean, 0.03);
    EXPECT_LT(official.top1_share, 0.20);
    const LogitsError serving = WholeRun(Numerics::kServing, prompt, golden);
    EXPECT_LT(serving.kl_mean, 0.04);
    EXPECT_LE(serving.top1_share, 0.20);
  }
}

}  // namespace
}  // namespace nibble
