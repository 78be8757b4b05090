// `nibble compare` on checkpoints that are broken in one tensor and still load: it must name that
// tensor's operation, layer and name, and nothing in healthy ones. Prints the table of
// docs/garbage.md.
#include "study/compare.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <tuple>

#include "broken_checkpoints.h"
#include "checkpoint/synth.h"
#include "quantize/quantize.h"
#include "study/compare_report.h"
#include "study/operations.h"
#include "temp_folder.h"
#include "tiny_model.h"

namespace nibble {
namespace {

// Long enough for every kind of entry, and more of them than the indexer keeps.
std::vector<int32_t> Prompt() { return SynthPrompt(129, 512, 1); }

// The tiny model and its quantised forms, made once.
class Zoo {
 public:
  static const Zoo& Get() {
    static const Zoo zoo;
    return zoo;
  }
  const std::filesystem::path& Of(const std::string& form) const { return folders_.at(form); }

 private:
  Zoo() {
    folders_["native"] = TinyModelFolder();
    Add("cast", {.recipe = Recipe::kCast});
    Add("max", {.recipe = Recipe::kMax});
    Add("full", {.recipe = Recipe::kMax, .scope = Scope::kAll});
  }
  void Add(const std::string& form, const QuantizeSettings& settings) {
    QuantizeOptions options;
    options.input = folders_.at("native");
    options.output = folders_[form] = temp_.path() / form;
    options.settings = settings;
    options.progress = false;
    const auto report = Quantize(options);
    NIBBLE_CHECK(report.ok(), report.error().message().c_str());
  }

  TempFolder temp_;
  std::map<std::string, std::filesystem::path> folders_;
};

Result<CompareReport> CompareFolders(const std::filesystem::path& a, const std::filesystem::path& b,
                                     bool mtp, Numerics numerics = Numerics::kIdeal) {
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> first, Checkpoint::Open(a));
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> second, Checkpoint::Open(b));
  return Compare({first.get(), numerics}, {second.get(), numerics}, Prompt(),
                 {.mtp = mtp, .threads = 0, .progress = false});
}

class BrokenTensor : public testing::TestWithParam<size_t> {};

TEST_P(BrokenTensor, IsNamed) {
  const Broken broken = BrokenCheckpoints()[GetParam()];
  const TempFolder temp;
  const BrokenCheckpoint b(Zoo::Get().Of(broken.base), temp.path() / "broken");
  broken.edit(b);
  const auto report = CompareFolders(Zoo::Get().Of("native"), b.path(), broken.mtp);
  ASSERT_TRUE(report.ok()) << report.error().message();
  ASSERT_FALSE(report->findings.empty()) << "nothing named; KL " << report->logits.kl_mean;
  const CompareFinding& first = report->findings[0];
  const BlockReport& block = report->blocks[first.block];
  const std::string_view operation = Operations()[block.operations[first.operation].operation].name;
  ASSERT_FALSE(first.weights.empty());
  const std::string said = fmt::format(
      "| {}, {}: `{}` | {:.3g} | {} {}, {:.3g} (usual {:.2g}) | `{}`{}{} |\n", broken.base,
      broken.what, broken.tensor, broken.mtp ? report->mtp_logits.kl_mean : report->logits.kl_mean,
      block.name, operation, first.error, first.usual, first.weights[0].name,
      first.weights[0].signature.empty() ? "" : ": ", first.weights[0].signature);
  std::fputs(said.c_str(), stdout);
  EXPECT_EQ(block.name, broken.block);
  EXPECT_EQ(operation, broken.operation);
  // Where two were exchanged, both are as suspicious as they can be.
  const bool exchanged = first.weights.size() > 1 && !first.weights[1].signature.empty();
  EXPECT_TRUE(first.weights[0].name == broken.tensor ||
              (exchanged && first.weights[1].name == broken.tensor))
      << first.weights[0].name;
}

INSTANTIATE_TEST_SUITE_P(All, BrokenTensor, testing::Range<size_t>(0, BrokenCheckpoints().size()));

TEST(Compare, LosslessCastIsEqual) {
  for (const Numerics numerics : {Numerics::kIdeal, Numerics::kOfficial, Numerics::kServing}) {
    const auto report =
        CompareFolders(Zoo::Get().Of("native"), Zoo::Get().Of("cast"), /*mtp=*/true, numerics);
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_TRUE(report->equal()) << NameOf(numerics) << " " << report->largest_own;
    EXPECT_EQ(report->logits.max, 0) << NameOf(numerics);
  }
}

TEST(Compare, RoundedEverywhereNamesNothing) {
  for (const char* form : {"max", "full"}) {
    for (const Numerics numerics : {Numerics::kIdeal, Numerics::kOfficial}) {
      const auto report =
          CompareFolders(Zoo::Get().Of("native"), Zoo::Get().Of(form), /*mtp=*/true, numerics);
      ASSERT_TRUE(report.ok()) << report.error().message();
      EXPECT_TRUE(report->findings.empty()) << form << " " << NameOf(numerics);
      EXPECT_FALSE(report->equal());
    }
  }
}

TEST(Compare, NumericsNameNothing) {
  const auto c = Checkpoint::Open(Zoo::Get().Of("native"));
  ASSERT_TRUE(c.ok());
  for (const auto& [a, b] : {std::pair{Numerics::kIdeal, Numerics::kOfficial},
                             std::pair{Numerics::kIdeal, Numerics::kServing},
                             std::pair{Numerics::kOfficial, Numerics::kServing}}) {
    const auto report = Compare({c->get(), a}, {c->get(), b}, Prompt(),
                                {.mtp = true, .threads = 0, .progress = false});
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_TRUE(report->findings.empty()) << NameOf(a) << " " << NameOf(b);
  }
}

TEST(Compare, SaysItInTextAndJson) {
  const TempFolder temp;
  const BrokenCheckpoint b(Zoo::Get().Of("native"), temp.path() / "broken");
  Fill("layers.3.attn.attn_sink", 0)(b);
  const auto report = CompareFolders(Zoo::Get().Of("native"), b.path(), /*mtp=*/false);
  ASSERT_TRUE(report.ok()) << report.error().message();
  const auto config = LoadModelConfig(b.path());
  ASSERT_TRUE(config.ok());
  const std::string text = ToText(*report, *config, {"A", "B", /*all=*/true});
  EXPECT_NE(text.find("First to stand out: layers.3 attn_out (attention)"), std::string::npos);
  EXPECT_NE(text.find("layers.3.attn.attn_sink "), std::string::npos) << text;
  const auto parsed = json::Parse(json::Dump(ToJson(*report)), "report");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  const json::Value& first = parsed->Find("findings")->as_array()->at(0);
  EXPECT_EQ(*first.Find("block")->as_string(), "layers.3");
  EXPECT_EQ(*first.Find("operation")->as_string(), "attn_out");
  EXPECT_EQ(parsed->Find("blocks")->as_array()->size(), 6u);
}

// Another setting in config.json: all tensors are equal, some operation of every layer is not.
TEST(Compare, ASettingThatDiffersIsNamed) {
  for (const auto& [setting, said, operation] :
       {std::tuple{"swiglu_limit", "config.json: swiglu_limit is 10 in A and 1 in B", "moe_routed"},
        std::tuple{"routed_scaling_factor",
                   "config.json: routed_scaling_factor is 1.5 in A and 1 in B",
                   "router_weights"}}) {
    const TempFolder temp;
    const BrokenCheckpoint b(Zoo::Get().Of("native"), temp.path() / "broken");
    auto config = json::ParseFile((b.path() / "config.json").string(), 1u << 20);
    ASSERT_TRUE(config.ok());
    config.value().Set(setting, 1.0);
    std::ofstream(b.path() / "config.json") << json::Dump(config.value());
    const auto report = CompareFolders(Zoo::Get().Of("native"), b.path(), /*mtp=*/false);
    ASSERT_TRUE(report.ok()) << report.error().message();
    EXPECT_EQ(report->config_differences, std::vector<std::string>{said});
    ASSERT_FALSE(report->findings.empty()) << setting;
    const CompareFinding& first = report->findings[0];
    const BlockReport& block = report->blocks[first.block];
    EXPECT_EQ(block.name, "layers.0");
    EXPECT_EQ(Operations()[block.operations[first.operation].operation].name, operation);
    for (const WeightDifference& weight : first.weights) EXPECT_EQ(weight.relative, 0);
  }
}

TEST(Compare, RefusesWhatCannotRun) {
  const auto c = Checkpoint::Open(Zoo::Get().Of("native"));
  ASSERT_TRUE(c.ok());
  const CompareSide side{c->get(), Numerics::kIdeal};
  const std::vector<int32_t> outside = {1, 512};
  const auto report = Compare(side, side, outside, {});
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message().find("512"), std::string::npos) << report.error().message();
  EXPECT_FALSE(Compare(side, side, {}, {}).ok());
}

}  // namespace
}  // namespace nibble
