// The tiny model from its recipe: what runs where the golden folders are not at hand.
#include <gtest/gtest.h>

#include "golden.h"
#include "model_harness.h"
#include "study/eval.h"
#include "tiny_model.h"

namespace nibble {
namespace {

TEST(SynthesisedTiny, IdealLogitsAndGreedyTokens) {
  EvalOptions options;
  options.goldens = TestData("v4_tiny");
  options.model = TinyModelFolder();
  options.numerics = {Numerics::kIdeal};
  options.prefill_chunk = 2;
  options.threads = 2;
  const auto report = Evaluate(options);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->rows.size(), 5u);  // p1, p3, p5, p5.mtp, all
  EXPECT_TRUE(report->within()) << ToText(*report);

  const json::Value cases =
      json::ParseFile(TestData("v4_tiny/expected/cases.json").string(), 1 << 20).value();
  const LoadedForTest loaded =
      LoadForTest(TinyModelFolder(), {.numerics = Numerics::kIdeal, .threads = 2});
  const auto prompts = PromptsOf(cases);
  for (const auto& [name, golden] : *cases.Find("greedy")->Find("ideal")->as_object()) {
    EXPECT_EQ(Greedy(*loaded.model, prompts.at(name), 40), IdsOf(*golden.Find("tokens"))) << name;
  }
}

// One layer's weights at a time gives the same bits.
TEST(SynthesisedTiny, StreamedLayersChangeNothing) {
  std::vector<int32_t> ids;
  for (int32_t i = 0; i < 140; ++i) ids.push_back(i * 37 % 512);
  for (const Numerics numerics : {Numerics::kIdeal, Numerics::kServing}) {
    ModelOptions options{.numerics = numerics, .threads = 2, .load_mtp = true};
    const RunResult whole =
        RunPrompt(*LoadForTest(TinyModelFolder(), options).model, ids, {70}, true);
    options.stream_layers = true;
    const LoadedForTest streamed = LoadForTest(TinyModelFolder(), options);
    const RunResult again = RunPrompt(*streamed.model, ids, {70}, true);
    EXPECT_EQ(whole.logits, again.logits);
    EXPECT_EQ(whole.mtp, again.mtp);
  }
}

}  // namespace
}  // namespace nibble
