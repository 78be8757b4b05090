// The whole model against v4_tiny: ideal logits within the floor, whatever the cut into steps.
#include <gtest/gtest.h>

#include "model_harness.h"

namespace nibble {
namespace {

const char kGolden[] = "golden/v4_tiny/expected/";
constexpr size_t kVocab = 512;

json::Value Cases() {
  return std::move(
             json::ParseFile(SharedData(std::string(kGolden) + "cases.json").string(), 1 << 20))
      .value();
}

struct Cut {
  const char* name;
  std::vector<size_t> chunks;
};

class IdealLogits : public testing::TestWithParam<Cut> {};

TEST_P(IdealLogits, WithinTheFloor) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const GoldenTensors golden(SharedData(std::string(kGolden) + "logits_ideal.safetensors"));
  for (const auto& [name, ids] : PromptsOf(Cases())) {
    SCOPED_TRACE(name);
    const std::string of = name == "p127" || name == "p128" ? "p129" : name;
    const RunResult run = RunPrompt(GoldenTiny(Numerics::kIdeal), ids, GetParam().chunks, true);
    std::vector<float> expected = golden.Floats(of);
    expected.resize(ids.size() * kVocab);
    const LogitsError e = ErrorOf(run.logits, expected, kVocab);
    EXPECT_LT(e.max, 1e-3);
    EXPECT_LT(e.rms, 1e-4);
    EXPECT_EQ(run.mtp.size(), (ids.size() - 1) * kVocab);
    if (!golden.Has(of + ".mtp")) continue;
    std::vector<float> mtp = golden.Floats(of + ".mtp");
    mtp.resize(run.mtp.size());
    const LogitsError m = ErrorOf(run.mtp, mtp, kVocab);
    EXPECT_LT(m.max, 1e-3);
    EXPECT_LT(m.rms, 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Cuts, IdealLogits,
                         testing::Values(Cut{"whole", {1000}}, Cut{"tokens", {1}},
                                         Cut{"odd", {7, 1, 33, 2, 130, 5}}, Cut{"blocks", {128}}),
                         [](const auto& p) { return p.param.name; });

TEST(IdealGreedy, FortyTokens) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const json::Value cases = Cases();
  const auto prompts = PromptsOf(cases);
  for (const auto& [name, golden] : *cases.Find("greedy")->Find("ideal")->as_object()) {
    EXPECT_EQ(Greedy(GoldenTiny(Numerics::kIdeal), prompts.at(name), 40),
              IdsOf(*golden.Find("tokens")))
        << name;
  }
}

// Collects traced rows: name -> position -> values.
class Collector : public Tracer {
 public:
  bool Wants(const std::string&) override { return true; }
  bool Rows(const std::string& name, const TraceRows& at, std::span<float> values,
            int64_t cols) override {
    Add(name, at, values, cols);
    return false;
  }
  bool Rows(const std::string& name, const TraceRows& at, std::span<int32_t> values,
            int64_t cols) override {
    Add(name, at, values, cols);
    return false;
  }
  std::map<std::string, std::map<int64_t, std::vector<double>>> rows;

 private:
  template <class T>
  void Add(const std::string& name, const TraceRows& at, std::span<T> values, int64_t cols) {
    for (size_t i = 0; i < at.position.size(); ++i) {
      const auto row = values.subspan(i * size_t(cols), size_t(cols));
      rows[name][at.position[i]] = {row.begin(), row.end()};
    }
  }
};

TEST(IdealIntermediates, OfP300) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  const GoldenTensors golden(SharedData(std::string(kGolden) + "layers_p300_ideal.safetensors"));
  Collector collected;
  RunPrompt(GoldenTiny(Numerics::kIdeal), PromptsOf(Cases()).at("p300"), {77}, true, &collected);
  const std::vector<int64_t> positions = {0, 31, 127, 299};
  size_t compared = 0;
  for (const TensorInfo& info : golden.file().tensors()) {
    SCOPED_TRACE(info.name);
    ASSERT_TRUE(collected.rows.contains(info.name));
    const auto& mine = collected.rows.at(info.name);
    const auto cols = size_t(*ElementCount(info.shape) / info.shape[0]);
    if (info.dtype == DType::kI64) {
      const auto expected = golden.Raw<int64_t>(info.name);
      for (size_t r = 0; r < info.shape[0]; ++r) {
        const auto& row = mine.at(positions[r]);
        EXPECT_EQ(std::vector<int64_t>(row.begin(), row.end()),
                  std::vector<int64_t>(expected.begin() + long(r * cols),
                                       expected.begin() + long((r + 1) * cols)));
      }
      ++compared;
      continue;
    }
    const std::vector<float> expected = golden.Floats(info.name);
    const bool entries = info.name.ends_with("entries");  // all of them, by number
    double square = 0, largest = 0;
    size_t finite = 0;
    for (size_t r = 0; r < info.shape[0]; ++r) {
      const auto& row = mine.at(entries ? int64_t(r) : positions[r]);
      for (size_t c = 0; c < cols; ++c) {
        const double want = expected[r * cols + c];
        if (c >= row.size() || std::isinf(want)) {
          EXPECT_TRUE(std::isinf(want)) << "not visible in the golden";
          EXPECT_TRUE(c >= row.size() || std::isinf(row[c]));
          continue;
        }
        ++finite;
        square += want * want;
        largest = std::max(largest, std::abs(row[c] - want));
      }
    }
    EXPECT_LT(largest / std::sqrt(square / double(finite)), 1e-4);
    ++compared;
  }
  EXPECT_EQ(compared, 146u);
}

class AnyNumerics : public testing::TestWithParam<Numerics> {};

TEST_P(AnyNumerics, SequencesSideBySideAreAsAlone) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  Model& model = GoldenTiny(GetParam());
  const auto prompts = PromptsOf(Cases());
  const std::vector<std::string> names = {"p1", "p3", "p5", "p129"};
  std::vector<std::unique_ptr<Sequence>> sequences;
  std::vector<std::vector<float>> together(names.size());
  for (size_t i = 0; i < names.size(); ++i) sequences.push_back(model.NewSequence());
  // Steps of 4 tokens of each; the short ones end early.
  for (size_t begin = 0; begin < 129; begin += 4) {
    std::vector<StepItem> items;
    std::vector<size_t> who;
    for (size_t i = 0; i < names.size(); ++i) {
      const auto& ids = prompts.at(names[i]);
      if (begin >= ids.size()) continue;
      items.push_back(
          {.sequence = sequences[i].get(),
           .tokens = std::span(ids).subspan(begin, std::min<size_t>(4, ids.size() - begin)),
           .logits = Logits::kAll,
           .mtp = false,
           .streams = {}});
      who.push_back(i);
    }
    auto results = model.Step(items);
    ASSERT_TRUE(results.ok());
    for (size_t i = 0; i < who.size(); ++i) {
      auto& all = together[who[i]];
      all.insert(all.end(), (*results)[i].logits.begin(), (*results)[i].logits.end());
    }
  }
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(together[i], RunPrompt(model, prompts.at(names[i]), {4}, false).logits) << names[i];
  }
}

TEST_P(AnyNumerics, TheCutIntoStepsChangesNoBit) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  Model& model = GoldenTiny(GetParam());
  const auto ids = PromptsOf(Cases()).at("p129");
  const RunResult whole = RunPrompt(model, ids, {1000}, true);
  for (const std::vector<size_t>& chunks :
       {std::vector<size_t>{1}, std::vector<size_t>{5, 1, 64, 3}}) {
    const RunResult cut = RunPrompt(model, ids, chunks, true);
    EXPECT_EQ(cut.logits, whole.logits);
    EXPECT_EQ(cut.mtp, whole.mtp);
  }
}

TEST_P(AnyNumerics, ResetIsLikeNew) {
  NIBBLE_REQUIRE_SHARED("golden/v4_tiny");
  Model& model = GoldenTiny(GetParam());
  const auto prompts = PromptsOf(Cases());
  const auto sequence = model.NewSequence();
  RunPrompt(model, prompts.at("p129"), {50}, true, nullptr, sequence.get());
  // Shorter than every ratio: a stale block would show at once.
  for (const char* name : {"p3", "p1", "p5"}) {
    sequence->Reset();
    EXPECT_EQ(sequence->length(), 0);
    EXPECT_EQ(RunPrompt(model, prompts.at(name), {9}, true, nullptr, sequence.get()).logits,
              RunPrompt(model, prompts.at(name), {9}, true).logits)
        << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, AnyNumerics,
                         testing::Values(Numerics::kIdeal, Numerics::kOfficial, Numerics::kServing),
                         [](const auto& p) { return std::string(NameOf(p.param)); });

}  // namespace
}  // namespace nibble
