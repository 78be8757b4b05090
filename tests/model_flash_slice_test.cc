// Three layers at V4-Flash's real dimensions, once per numerics: 1.5 GB of synthetic weights.
#include <gtest/gtest.h>

#include "checkpoint/synth.h"
#include "model_harness.h"
#include "temp_folder.h"

namespace nibble {
namespace {

const char kGolden[] = "golden/v4_flash_slice/";
constexpr size_t kVocab = 2048;

// Keeps the routing and index picks of the golden's position.
class PickCollector : public Tracer {
 public:
  bool Wants(const std::string& name) override {
    return name.ends_with("router_indices") || name.ends_with("index_order");
  }
  bool Rows(const std::string&, const TraceRows&, std::span<float>, int64_t) override {
    return false;
  }
  bool Rows(const std::string& name, const TraceRows& at, std::span<int32_t> values,
            int64_t cols) override {
    for (size_t i = 0; i < at.position.size(); ++i) {
      if (at.position[i] != (name.starts_with("mtp") ? 198 : 199)) continue;
      const auto row = values.subspan(i * size_t(cols), size_t(cols));
      picks[name] = {row.begin(), row.end()};
    }
    return false;
  }
  std::map<std::string, std::vector<int64_t>> picks;
};

class FlashSlice : public testing::TestWithParam<Numerics> {
 protected:
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(SharedData(kGolden))) return;
    folder_ = new TempFolder;
    SynthOptions options;
    options.config = SharedData(std::string(kGolden) + "config.json");
    options.output = folder_->path() / "model";
    options.seed = 2;
    options.progress = false;
    const auto report = Synthesize(options);
    NIBBLE_CHECK(report.ok(), report.ok() ? "" : report.error().message().c_str());
  }
  static void TearDownTestSuite() { delete folder_; }
  static TempFolder* folder_;
};
TempFolder* FlashSlice::folder_ = nullptr;

TEST_P(FlashSlice, LastPosition) {
  NIBBLE_REQUIRE_SHARED(kGolden);
  const bool ideal = GetParam() == Numerics::kIdeal;
  const std::string expected = std::string(kGolden) + "expected/";
  const json::Value cases =
      json::ParseFile(SharedData(expected + "cases.json").string(), 1 << 20).value();
  const GoldenTensors golden(
      SharedData(expected + "last_position_" + (ideal ? "ideal" : "official") + ".safetensors"));
  const LoadedForTest loaded = LoadForTest(
      folder_->path() / "model", {.numerics = GetParam(), .threads = 0, .load_mtp = true});
  PickCollector collected;
  const RunResult run =
      RunPrompt(*loaded.model, IdsOf(*cases.Find("prompt")), {64}, true, &collected);
  const std::vector<float> last(run.logits.end() - kVocab, run.logits.end());
  const std::vector<float> mtp(run.mtp.end() - kVocab, run.mtp.end());
  for (const auto& [mine, name] : {std::pair(last, "logits"), std::pair(mtp, "mtp.logits")}) {
    const LogitsError e = ErrorOf(mine, golden.Floats(name), kVocab);
    std::printf("%s %s: max %.3g, rms %.3g, KL %.2g\n", std::string(NameOf(GetParam())).c_str(),
                name, e.max, e.rms, e.kl_mean);
    if (ideal) {
      EXPECT_LT(e.max, 1e-3);
      EXPECT_LT(e.rms, 1e-4);
    } else {
      EXPECT_LT(e.rms, 0.3);
      EXPECT_LT(e.kl_mean, 0.03);
    }
  }
  if (!ideal) return;
  EXPECT_EQ(ArgMax(last), 883);
  EXPECT_EQ(ArgMax(mtp), 323);
  size_t compared = 0;
  for (const TensorInfo& info : golden.file().tensors()) {
    if (info.dtype != DType::kI64 && !collected.picks.contains(info.name)) continue;
    std::vector<int64_t> want;
    if (info.dtype == DType::kI64) {
      want = golden.Raw<int64_t>(info.name);
    } else {
      for (const float v : golden.Floats(info.name)) want.push_back(int64_t(v));
    }
    std::vector<int64_t> got = collected.picks.at(info.name);
    std::sort(want.begin(), want.end());
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, want) << info.name;
    ++compared;
  }
  EXPECT_EQ(compared, 5u);  // routing of three layers and the MTP block, picks of layer 1
}

INSTANTIATE_TEST_SUITE_P(All, FlashSlice,
                         testing::Values(Numerics::kIdeal, Numerics::kOfficial, Numerics::kServing),
                         [](const auto& p) { return std::string(NameOf(p.param)); });

}  // namespace
}  // namespace nibble
