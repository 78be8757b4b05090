// nibble eval MODEL over the tiny checkpoint, against the goldens and against other ways to the
// same figures.
#include <gtest/gtest.h>

#include <cmath>

#include "base/file.h"
#include "base/text.h"
#include "broken_checkpoints.h"
#include "checkpoint/load.h"
#include "engine/generate.h"
#include "golden_tensors.h"
#include "kernels/experts/experts.h"
#include "kernels/norm/norm.h"
#include "kernels/numerics_policy.h"
#include "model_harness.h"
#include "quantize/plan.h"
#include "study/suite_eval.h"
#include "study/suite_text.h"
#include "study/trace.h"
#include "temp_folder.h"
#include "tiny_model.h"

namespace nibble {
namespace {

json::Value Ids(const std::vector<int32_t>& ids) {
  json::Array array;
  for (const int32_t id : ids) array.push_back(id);
  return array;
}

// A line of a suite.
std::string Line(const std::string& id, const std::string& skill, const json::Member& prompt,
                 int64_t max_tokens, json::Object expect) {
  return json::Dump(json::Object{{"id", id},
                                 {"skill", skill},
                                 prompt,
                                 {"max_tokens", max_tokens},
                                 {"expect", std::move(expect)}}) +
         "\n";
}

class EvalTest : public testing::Test {
 protected:
  EvalTest() {
    auto cases = json::ParseFile(TestData("v4_tiny/expected/cases.json").string(), 1 << 24);
    cases_ = std::move(cases).value();
    prompts_ = PromptsOf(cases_);
  }

  const json::Value& Golden(const std::string& prompt, const std::string& what) const {
    return *cases_.Find("greedy")->Find("ideal")->Find(prompt)->Find(what);
  }
  // The greedy answers of the goldens as a suite of two skills.
  std::filesystem::path GoldenSuite() const {
    std::string text;
    for (const std::string name : {"p5", "p129"}) {
      text += Line(name, name == "p5" ? "short" : "long", {"ids", Ids(prompts_.at(name))}, 40,
                   {{"ids", Golden(name, "tokens")}});
    }
    return folder_.Write("golden.jsonl", text);
  }
  // Prompts of many lengths whose expectation nothing fulfils, so that every answer is reported.
  std::filesystem::path OpenSuite(int64_t vocab_size) const {
    std::string text;
    for (int64_t i = 0; i < 12; ++i) {
      text += Line(std::to_string(i), "open",
                   {"ids", Ids(SynthPrompt(2 + 7 * i, vocab_size, static_cast<uint64_t>(i)))},
                   20 + i, {{"ids", Ids({0})}});
    }
    return folder_.Write("open.jsonl", text);
  }
  SuiteOptions Options(const std::filesystem::path& suite, Numerics numerics) const {
    SuiteOptions options{.model = TinyModelFolder()};
    options.suites = {suite};
    options.run.numerics = numerics;
    options.run.threads = 2;
    return options;
  }
  static SuiteReport Run(const SuiteOptions& options) {
    auto report = EvaluateSuite(options);
    NIBBLE_CHECK(report.ok(), report.ok() ? "" : report.error().message().c_str());
    return std::move(*report);
  }
  static std::string Problem(const SuiteOptions& options) {
    const auto report = EvaluateSuite(options);
    return report.ok() ? "" : report.error().message();
  }

  TempFolder folder_;
  json::Value cases_;
  std::map<std::string, std::vector<int32_t>> prompts_;
};

TEST_F(EvalTest, GoldenAnswersAreRightAndABrokenModelsWrong) {
  SuiteOptions options = Options(GoldenSuite(), Numerics::kIdeal);
  const SuiteReport right = Run(options);
  ASSERT_EQ(right.skills.size(), 2u);
  EXPECT_EQ(right.skills[0].skill, "short");
  EXPECT_EQ(right.total.cases, 2);
  EXPECT_EQ(right.total.right, 2);
  EXPECT_EQ(right.drafted, 80);
  EXPECT_EQ(right.generated_tokens, 80);
  EXPECT_EQ(right.prompt_tokens, 134);

  const BrokenCheckpoint broken(TinyModelFolder(), folder_.path() / "broken");
  SwapNibbles("layers.2.ffn.experts.3.w2.weight")(broken);
  options.model = broken.path();
  options.reference = TinyModelFolder();
  options.reference_run.numerics = Numerics::kIdeal;
  const SuiteReport wrong = Run(options);
  EXPECT_EQ(wrong.total.right, 0);
  ASSERT_EQ(wrong.wrong.size(), 2u);
  ASSERT_TRUE(wrong.reference.has_value());
  EXPECT_GT(wrong.reference->difference.kl_mean(), 1e-4);
  EXPECT_EQ(wrong.reference->difference.tokens, 80);
  // Where the answers part, the reference's margin is the golden one.
  ASSERT_EQ(wrong.reference->different.size(), 2u);
  for (const DifferentAnswer& one : wrong.reference->different) {
    EXPECT_EQ(wrong.wrong[one.skill == "short" ? 0 : 1].problem,
              fmt::format("token {} differs", one.token));
    const json::Value& margin =
        Golden(one.id, "margins").as_array()->at(static_cast<size_t>(one.token));
    EXPECT_NEAR(one.margin, *margin.as_double(), 1e-3);
  }
}

TEST_F(EvalTest, AReferenceOfItselfIsEqual) {
  for (const Numerics numerics : {Numerics::kOfficial, Numerics::kServing}) {
    SuiteOptions options = Options(GoldenSuite(), numerics);
    options.reference = options.model;
    options.reference_run.numerics = numerics;
    const SuiteReport report = Run(options);
    EXPECT_EQ(report.reference->difference.kl_max, 0);
    EXPECT_EQ(report.reference->difference.top1_changes, 0);
    EXPECT_TRUE(report.reference->different.empty());
  }
}

// Many sequences side by side, in small pieces, against one after the other by Generate.
TEST_F(EvalTest, AnswersAndDraftsAreThoseOfGenerate) {
  SuiteOptions options = Options(OpenSuite(512), Numerics::kServing);
  options.batch = 5;
  options.prefill_chunk = 16;
  const SuiteReport report = Run(options);
  ASSERT_EQ(report.wrong.size(), 12u);
  const LoadedForTest loaded =
      LoadForTest(TinyModelFolder(), {.numerics = Numerics::kServing, .load_mtp = true});
  int64_t drafted = 0, right = 0;
  for (int64_t i = 0; i < 12; ++i) {
    const auto prompt = SynthPrompt(2 + 7 * i, 512, static_cast<uint64_t>(i));
    GenerateOptions generate;
    generate.max_tokens = 20 + i;
    generate.eos_ids = {1};
    generate.want_logits = generate.mtp = true;
    generate.sampling.temperature = 0;
    const auto sequence = loaded.model->NewSequence();
    const GenerateResult result = Generate(*loaded.model, *sequence, prompt, generate).value();
    std::vector<int32_t> tokens = result.tokens;
    for (size_t t = 0; t < tokens.size(); ++t, ++drafted) {
      const size_t row = prompt.size() + t - 2;  // streams of this position, the token behind it
      right += ArgMax(std::span(result.mtp_logits).subspan(row * 512, 512)) == tokens[t];
    }
    if (tokens.back() == 1) tokens.pop_back();
    EXPECT_TRUE(
        json::EqualByValue(*report.wrong[static_cast<size_t>(i)].got.Find("ids"), Ids(tokens)))
        << i;
  }
  EXPECT_EQ(report.drafted, drafted);
  EXPECT_EQ(report.drafted_right, right);
  EXPECT_GT(right, 0);  // else this says little
}

TEST_F(EvalTest, PerplexityIsThatOfTheGoldenLogits) {
  // The longer prompt where the whole goldens are.
  const auto whole = SharedData("golden/v4_tiny/expected/logits_ideal.safetensors");
  const bool long_prompt = std::filesystem::exists(whole);
  const std::string name = long_prompt ? "p129" : "p5";
  const auto& ids = prompts_.at(name);
  SuiteOptions options = Options({}, Numerics::kIdeal);
  options.suites.clear();
  options.texts = {folder_.Write("text.jsonl", json::Dump(json::Object{{"ids", Ids(ids)}}) + "\n")};
  options.prefill_chunk = long_prompt ? 50 : 2;
  const SuiteReport report = Run(options);
  const GoldenTensors golden(long_prompt ? whole
                                         : TestData("v4_tiny/expected/logits_ideal.safetensors"));
  const std::vector<float> logits = golden.Floats(name);
  double nll = 0;
  for (size_t t = 0; t + 1 < ids.size(); ++t) {
    double sum = 0;
    for (size_t i = 0; i < 512; ++i) sum += std::exp(double{logits[t * 512 + i]});
    nll += std::log(sum) - double{logits[t * 512 + static_cast<size_t>(ids[t + 1])]};
  }
  ASSERT_TRUE(report.text.has_value());
  EXPECT_EQ(report.text->tokens, static_cast<int64_t>(ids.size()) - 1);
  EXPECT_NEAR(report.text->nll, nll, 1e-2);
}

// What enters each linear, computed anew from the intermediates of a trace.
class InputAmaxTest : public EvalTest {
 protected:
  using N = OfficialNumerics;

  const NamedArray& Array(const std::string& name) const {
    for (const NamedArray& a : trace_) {
      if (a.name == name) return a;
    }
    NIBBLE_CHECK(false, name.c_str());
  }
  static double AmaxOf(std::span<const double> values) {
    double amax = 0;
    for (const double v : values) amax = std::max(amax, std::abs(v));
    return amax;
  }
  double AmaxOf(const std::string& name) const {
    const std::vector<float>& values = Array(name).floats;
    return AmaxOf(std::vector<double>(values.begin(), values.end()));
  }
  std::vector<double> Normed(const std::string& name, Role norm, int32_t layer) {
    const std::vector<float>& values = Array(name).floats;
    const std::vector<double> x(values.begin(), values.end());
    const auto weight = LoadVector(checkpoint_->FindModule(norm, layer).value()).value();
    std::vector<double> y(x.size());
    const auto cols = static_cast<int64_t>(weight.size());
    RmsNormRef<N>({.x = x.data(),
                   .weight = weight.data(),
                   .y = y.data(),
                   .rows = static_cast<int64_t>(x.size()) / cols,
                   .cols = cols,
                   .eps = checkpoint_->config().rms_norm_eps},
                  pool_);
    return y;
  }
  // The input of w2 for one token.
  double W2Amax(std::span<const double> x, Role w1, Role w3, int32_t layer, int32_t expert,
                double weight) {
    std::vector<double> out[2];
    for (const auto& [i, role] : {std::pair{0, w1}, std::pair{1, w3}}) {
      const LoadedMatrix matrix =
          LoadMatrix(checkpoint_->FindModule(role, layer, expert).value()).value();
      out[i].resize(static_cast<size_t>(matrix.view().rows));
      ProjectRef<N>({.weight = matrix.view(),
                     .rows = matrix.view().rows,
                     .x = x.data(),
                     .ldx = matrix.view().cols,
                     .tokens = 1,
                     .y = out[i].data(),
                     .ldy = matrix.view().rows,
                     .quant = InputQuant::kFp8},
                    pool_);
    }
    double amax = 0;
    for (size_t i = 0; i < out[0].size(); ++i) {
      const double v = ClampedSwiglu(out[0][i], out[1][i], checkpoint_->config().swiglu_limit);
      amax = std::max(amax, std::abs(N::Bf(weight * v)));
    }
    return amax;
  }
  void ExpectExperts(const GoldenTensors& file, int32_t layer) {
    const std::string base = fmt::format("layers.{}.ffn.", layer);
    const std::string trace = fmt::format("layers.{}.", layer);
    const std::vector<double> x = Normed(trace + "hc_ffn_y", Role::kFfnNorm, layer);
    const std::vector<int64_t>& chosen = Array(trace + "router_indices").integers;
    const std::vector<float>& weights = Array(trace + "router_weights").floats;
    const size_t d = 256, tokens = x.size() / d;
    std::map<int64_t, std::pair<double, double>> amax;  // expert -> of w1, of w2
    double shared = 0;
    for (size_t t = 0; t < tokens; ++t) {
      const auto row = std::span(x).subspan(t * d, d);
      for (size_t k = 0; k < 2; ++k) {
        auto& [in, inner] = amax[chosen[t * 2 + k]];
        in = std::max(in, AmaxOf(row));
        inner = std::max(
            inner, W2Amax(row, Role::kExpertW1, Role::kExpertW3, layer,
                          static_cast<int32_t>(chosen[t * 2 + k]), double{weights[t * 2 + k]}));
      }
      shared = std::max(shared, W2Amax(row, Role::kSharedW1, Role::kSharedW3, layer, -1, 1));
    }
    for (int64_t e = 0; e < 8; ++e) {
      const std::string expert = fmt::format("{}experts.{}.", base, e);
      EXPECT_EQ(file.Has(expert + "w1.input_amax"), amax.contains(e));
      if (!amax.contains(e)) continue;
      EXPECT_EQ(double{file.Scalar(expert + "w1.input_amax")}, amax[e].first) << expert;
      EXPECT_EQ(double{file.Scalar(expert + "w3.input_amax")}, amax[e].first) << expert;
      EXPECT_EQ(double{file.Scalar(expert + "w2.input_amax")}, amax[e].second) << expert;
    }
    EXPECT_EQ(double{file.Scalar(base + "shared_experts.w1.input_amax")}, AmaxOf(x));
    EXPECT_EQ(double{file.Scalar(base + "shared_experts.w2.input_amax")}, shared);
  }

  std::unique_ptr<Checkpoint> checkpoint_ = std::move(Checkpoint::Open(TinyModelFolder())).value();
  std::vector<NamedArray> trace_;
  ThreadPool pool_{2};
};

TEST_F(InputAmaxTest, IsWhatTheTraceSays) {
  const auto& prompt = prompts_.at("p129");
  const std::vector<int32_t> start(prompt.begin(), prompt.begin() + 24);
  SuiteOptions options =
      Options(folder_.Write("s.jsonl", Line("a", "s", {"ids", Ids(start)}, 6, {{"ids", Ids({0})}})),
              Numerics::kOfficial);
  options.input_amax = folder_.path() / "amax.safetensors";
  const SuiteReport report = Run(options);
  // The prompt and all generated tokens but the last went through the model.
  std::vector<int32_t> ids = start;
  for (const int32_t id : IdsOf(*report.wrong.at(0).got.Find("ids"))) ids.push_back(id);
  ids.pop_back();
  TraceOptions trace{.model = {.numerics = Numerics::kOfficial}, .mtp = true};
  trace_ = std::move(Trace(*checkpoint_, ids, trace)).value();

  const GoldenTensors file(options.input_amax);
  EXPECT_EQ(report.input_amax->linears, static_cast<int64_t>(file.file().tensors().size()));
  for (int32_t layer = 0; layer < 5; ++layer) {
    const std::string base = fmt::format("layers.{}.", layer);
    const auto amax = [&](const std::string& linear) {
      return double{file.Scalar(base + linear + ".input_amax")};
    };
    EXPECT_EQ(amax("attn.wq_a"), AmaxOf(Normed(base + "hc_attn_y", Role::kAttnNorm, layer)));
    EXPECT_EQ(amax("attn.wkv"), amax("attn.wq_a"));
    EXPECT_EQ(amax("attn.wq_b"), AmaxOf(base + "q_latent"));
    EXPECT_EQ(amax("attn.wo_a"), AmaxOf(base + "attn_out"));
    ExpectExperts(file, layer);
  }
  EXPECT_EQ(file.Scalar("mtp.0.attn.wq_b.input_amax"),
            static_cast<float>(AmaxOf("mtp.0.q_latent")));
}

TEST_F(InputAmaxTest, QuantizeReadsIt) {
  SuiteOptions options = Options(OpenSuite(512), Numerics::kServing);
  options.input_amax = folder_.path() / "amax.safetensors";
  const SuiteReport report = Run(options);
  EXPECT_EQ(report.input_amax->experts, 40);
  QuantizeSettings settings{.recipe = Recipe::kMax,
                            .scope = Scope::kAll,
                            .draft = Draft::kNvfp4,
                            .input_scales = InputScales::kFile};
  const auto plan = MakePlan(*checkpoint_, settings, options.input_amax);
  ASSERT_TRUE(plan.ok()) << plan.error().message();
  EXPECT_EQ(static_cast<int64_t>(plan->input_scales.measured), report.input_amax->linears);
  const GoldenTensors file(options.input_amax);
  for (const PlannedLinear& linear : plan->linears) {
    const std::string name = linear.base + ".input_amax";
    if (!file.Has(name)) continue;
    EXPECT_FLOAT_EQ(linear.input_scale, file.Scalar(name) / 2688) << name;
  }
}

// A model with a vocabulary of its tokenizer's size.
class EvalTextTest : public EvalTest {
 protected:
  EvalTextTest() {
    json::Value config = json::ParseFile(TestData("v4_tiny/config.json").string(), 1 << 20).value();
    config.Set("vocab_size", 4096);
    config.Set("max_position_embeddings", 400);
    SynthOptions options;
    options.config = folder_.Write("config.json", json::Dump(config));
    options.output = model_ = folder_.path() / "model";
    options.seed = 3;
    options.progress = false;
    NIBBLE_CHECK(Synthesize(options).ok(), "a synthetic model");
    std::filesystem::copy(TestData("text/tokenizer.json"), model_ / "tokenizer.json");
  }
  SuiteOptions TextOptions(const std::string& suite) const {
    SuiteOptions options = Options(folder_.Write("suite.jsonl", suite), Numerics::kServing);
    options.model = model_;
    return options;
  }
  static json::Member User(const std::string& content) {
    return {"messages", json::Array{json::Object{{"role", "user"}, {"content", content}}}};
  }

  std::filesystem::path model_;
};

TEST_F(EvalTextTest, ReadsAnswersAsTheServerDoes) {
  const LoadedForTest loaded = LoadForTest(model_, {.numerics = Numerics::kServing});
  const SuiteText text = SuiteText::Load(model_, loaded.checkpoint->config()).value();
  std::string suite;
  for (int i = 0; i < 16; ++i) {
    Prompt prompt;
    prompt.messages.emplace_back().content = fmt::format("Question {}", i);
    const auto ids = text.Encode(prompt).value();
    GenerateOptions generate;
    generate.max_tokens = 5;
    generate.eos_ids = text.EndIds();
    generate.sampling.temperature = 0;
    const auto sequence = loaded.model->NewSequence();
    auto result = Generate(*loaded.model, *sequence, ids, generate).value();
    if (result.finish_reason == FinishReason::kStop) result.tokens.pop_back();
    std::string content;
    for (const TokenId id : result.tokens) {
      if (!text.tokenizer().IsAdded(id)) content += text.tokenizer().Bytes(id);
    }
    if (FindInvalidUtf8(content) != std::string::npos) continue;
    suite += Line(fmt::format("right-{}", i), "right", User(fmt::format("Question {}", i)), 5,
                  {{"text", content}});
    suite += Line(fmt::format("wrong-{}", i), "wrong", User(fmt::format("Question {}", i)), 5,
                  {{"text", content + "."}});
  }
  const SuiteReport report = Run(TextOptions(suite));
  ASSERT_EQ(report.skills.size(), 2u);
  EXPECT_GT(report.skills[0].cases, 1);
  EXPECT_EQ(report.skills[0].right, report.skills[0].cases);
  EXPECT_EQ(report.skills[1].right, 0);
}

TEST_F(EvalTextTest, CountsTheAssistantsTokens) {
  const ModelConfig config = std::move(Checkpoint::Open(model_)).value()->config();
  const SuiteText text = SuiteText::Load(model_, config).value();
  Prompt prompt;
  prompt.messages.resize(4);
  const char* contents[] = {"Hi there", "Hello.", "More?", "No."};
  for (size_t i = 0; i < 4; ++i) {
    prompt.messages[i].role = i % 2 == 0 ? MessageRole::kUser : MessageRole::kAssistant;
    prompt.messages[i].content = contents[i];
  }
  const SuiteText::Text encoded = text.EncodeText(prompt).value();
  std::string counted;
  for (size_t i = 0; i < encoded.ids.size(); ++i) {
    if (encoded.counts[i]) counted += text.tokenizer().Bytes(encoded.ids[i]);
  }
  EXPECT_EQ(counted, "Hello.<｜end▁of▁sentence｜>No.<｜end▁of▁sentence｜>");
  EXPECT_EQ(encoded.bytes, 9);
  prompt.messages[3].reasoning_content = "Hm.";
  prompt.thinking = true;
  const SuiteText::Text thought = text.EncodeText(prompt).value();
  EXPECT_EQ(thought.bytes, 12);
  Prompt plain;
  plain.text = "Hi there";
  EXPECT_EQ(text.EncodeText(plain).value().bytes, 8);
}

TEST_F(EvalTextTest, RefusesWhatCannotBeAsked) {
  std::string words;
  for (int i = 0; i < 500; ++i) words += "word ";
  EXPECT_NE(Problem(TextOptions(Line("long-7", "s", User(words), 4, {{"text", ""}})))
                .find("suite.jsonl:1: case \"long-7\" has a prompt of"),
            std::string::npos);
  EXPECT_NE(Problem(TextOptions(Line("x", "s", {"ids", Ids({1, 4096})}, 4, {{"text", ""}})))
                .find("suite.jsonl:1: token 4096 is outside the vocabulary of 4096"),
            std::string::npos);
  SuiteOptions options = TextOptions(Line("x", "s", User("Hi"), 4, {{"text", ""}}));
  options.model = TinyModelFolder();
  EXPECT_NE(Problem(options).find("suite.jsonl:1: the model has no tokenizer.json"),
            std::string::npos);
  const BrokenCheckpoint other(TinyModelFolder(), folder_.path() / "other");
  std::filesystem::copy(TestData("text/tokenizer.json"), other.path() / "tokenizer.json");
  options.model = other.path();
  EXPECT_NE(Problem(options).find("the tokenizer has 4096 ids, the model 512"), std::string::npos);
  options = TextOptions("");
  options.suites.clear();
  EXPECT_NE(Problem(options).find("has no eval/suite.jsonl and no eval/text.jsonl"),
            std::string::npos);
  options = TextOptions(Line("x", "s", User("Hi"), 4, {{"text", ""}}));
  options.reference = TinyModelFolder();
  EXPECT_NE(Problem(options).find("a vocabulary of 512, the model has 4096"), std::string::npos);
}

TEST_F(EvalTextTest, RefusesAReferenceOfAnotherSpelling) {
  const std::filesystem::path other = folder_.path() / "other";
  std::filesystem::copy(model_, other);
  SuiteOptions options = TextOptions(Line("x", "s", User("Hi"), 4, {{"text", ""}}));
  options.reference = other;
  EXPECT_EQ(Problem(options), "");
  std::string tokenizer = ReadSmallFile(other / "tokenizer.json", 64 << 20).value();
  const std::string name = "<｜place▁holder▁no▁5｜>";
  tokenizer.replace(tokenizer.find(name), name.size(), "<｜place▁holder▁no▁five｜>");
  ASSERT_TRUE(WriteFileAtomically(other / "tokenizer.json", tokenizer).ok());
  EXPECT_NE(Problem(options).find("no▁5｜>\": no reference for it"), std::string::npos)
      << Problem(options);
}

}  // namespace
}  // namespace nibble
