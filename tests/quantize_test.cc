// `quantize` on the other forms of a source, its options, and everything that must stop it.
#include "quantize/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <bit>
#include <csignal>
#include <functional>

#include "base/folder_lock.h"
#include "formats/bf16.h"
#include "formats/fp8_block.h"
#include "formats/nvfp4.h"
#include "golden.h"
#include "memory_checkpoint.h"

namespace nibble {
namespace {

using testing::HasSubstr;

class QuantizeTest : public testing::Test {
 protected:
  void SetUp() override {
    NIBBLE_REQUIRE_SHARED("golden/exporter_modelopt");
    golden_ = SharedData("golden/exporter_modelopt");
    source_ = MemoryCheckpoint::Load(golden_ / "source");
    model_ = ParseModelConfig(source_.config, "config.json").value();
    options_.input = scratch_ / "in";
    options_.output = scratch_ / "out";
    options_.threads = 2;
    options_.progress = false;
    options_.settings.input_scales = InputScales::kFile;
    options_.input_scales_file = golden_ / "amax.safetensors";
  }

  Result<QuantizeReport> Run() {
    std::filesystem::remove_all(options_.input);
    source_.Save(options_.input);
    return Quantize(options_);
  }
  // Runs, expects a failure, and gives its sentence; nothing may be left behind.
  std::string Failure() {
    const auto report = Run();
    if (report.ok()) return "no error";
    EXPECT_FALSE(std::filesystem::exists(options_.output));
    return report.error().message();
  }
  MemoryCheckpoint Output() const { return MemoryCheckpoint::Load(options_.output); }

  // The routed experts of the trunk are those of the exporter.
  void ExpectExpertsOf(const std::string& recipe) {
    MemoryCheckpoint got = Output();
    MemoryCheckpoint want = MemoryCheckpoint::Load(golden_ / recipe);
    size_t compared = 0;
    for (const auto& [file, tensors] : want.shards) {
      for (const MemoryTensor& t : tensors) {
        if (t.name.find(".ffn.experts.") == std::string::npos || t.name.starts_with("mtp"))
          continue;
        EXPECT_EQ(got.At(t.name).bytes, t.bytes) << t.name;
        ++compared;
      }
    }
    EXPECT_EQ(compared, 144u);
  }

  // The exact values of an expert of the source.
  std::vector<float> Decode(const std::string& base) {
    const MemoryTensor& weight = source_.At(base + ".weight");
    const MemoryTensor& scale = source_.At(base + ".scale");
    std::vector<float> values(weight.bytes.size() * 2);
    const EncodedMatrix m{.form = Form::kMxfp4,
                          .rows = static_cast<int64_t>(weight.shape[0]),
                          .cols = static_cast<int64_t>(weight.shape[1] * 2),
                          .data = weight.u8().data(),
                          .scales = scale.u8().data()};
    for (int64_t row = 0; row < m.rows; ++row) {
      DecodeRow(m, row,
                std::span(values).subspan(static_cast<size_t>(row * m.cols),
                                          static_cast<size_t>(m.cols)));
    }
    return values;
  }

  void ForEachTensor(const std::function<void(MemoryTensor*)>& fn) {
    for (auto& [file, tensors] : source_.shards) {
      for (MemoryTensor& t : tensors) fn(&t);
    }
  }
  void EraseTensors(const std::function<bool(const MemoryTensor&)>& predicate) {
    for (auto& [file, tensors] : source_.shards) std::erase_if(tensors, predicate);
  }
  // Renames to HF and drops mtp.*, as transformers does.
  void MakeHfNames() {
    EraseTensors([](const MemoryTensor& t) { return t.name.starts_with("mtp."); });
    ForEachTensor([&](MemoryTensor* t) {
      const auto resolved = Resolve(t->name, model_);
      ASSERT_TRUE(resolved) << t->name;
      const bool fp8_scale = resolved->suffix == ".scale" && !resolved->module.IsRoutedExpert();
      t->name = BaseName(resolved->module, Names::kHf, model_) +
                (fp8_scale ? ".weight_scale_inv" : std::string(resolved->suffix));
    });
  }
  static MemoryTensor Bf16Tensor(const std::string& name, const Shape& shape,
                                 const std::vector<float>& values) {
    MemoryTensor t{name, DType::kBF16, shape, std::vector<std::byte>(values.size() * 2)};
    for (size_t i = 0; i < values.size(); ++i) {
      const uint16_t code = Bf16FromF32(values[i]);
      std::memcpy(t.bytes.data() + 2 * i, &code, 2);
    }
    return t;
  }

  const ScratchFolder scratch_;
  std::filesystem::path golden_;
  MemoryCheckpoint source_;
  ModelConfig model_;
  QuantizeOptions options_;
};

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

TEST_F(QuantizeTest, AnyNumberOfThreadsGivesTheSameBytes) {
  options_.settings.recipe = Recipe::kMax;
  ASSERT_TRUE(Run().ok());
  const MemoryCheckpoint two = Output();
  for (const size_t threads : {1, 5}) {
    options_.threads = threads;
    options_.output = scratch_ / fmt::format("out{}", threads);
    ASSERT_TRUE(Run().ok());
    const MemoryCheckpoint other = Output();
    for (const auto& [file, tensors] : two.shards) {
      ASSERT_EQ(other.shards.at(file).size(), tensors.size());
      for (size_t i = 0; i < tensors.size(); ++i) {
        EXPECT_EQ(other.shards.at(file)[i].name, tensors[i].name);
        EXPECT_EQ(other.shards.at(file)[i].bytes, tensors[i].bytes);
      }
    }
  }
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

// Bad sources: one sentence that names the tensor, and nothing written.

TEST_F(QuantizeTest, RefusesNanScales) {
  source_.At("layers.2.ffn.experts.3.w3.scale").bytes[77] = std::byte{255};
  for (const Recipe recipe : {Recipe::kCast, Recipe::kMax}) {
    options_.settings.recipe = recipe;
    const std::string message = Failure();
    EXPECT_THAT(message, HasSubstr("layers.2.ffn.experts.3.w3.scale"));
    EXPECT_THAT(message, HasSubstr("scale 77 is byte 255"));
  }
}

TEST_F(QuantizeTest, RefusesNanInBf16Experts) {
  for (const std::string w : {"w1", "w2", "w3"}) {
    for (int e = 0; e < 4; ++e) {
      for (int layer = 0; layer < 3; ++layer) {
        const std::string base = fmt::format("layers.{}.ffn.experts.{}.{}", layer, e, w);
        const Shape shape = {128, 128};
        source_.At(base + ".weight") = Bf16Tensor(base + ".weight", shape, Decode(base));
        EraseTensors([&](const MemoryTensor& t) { return t.name == base + ".scale"; });
      }
    }
  }
  auto& bytes = source_.At("layers.1.ffn.experts.2.w1.weight").bytes;
  bytes[2 * (3 * 128 + 5)] = std::byte{0x00};
  bytes[2 * (3 * 128 + 5) + 1] = std::byte{0x7F};
  bytes[2 * (3 * 128 + 5)] = std::byte{0xC0};
  const std::string message = Failure();
  EXPECT_THAT(message, HasSubstr("layers.1.ffn.experts.2.w1.weight"));
  EXPECT_THAT(message, HasSubstr("[3, 5] is nan"));
}

TEST_F(QuantizeTest, RefusesWhatIsAlreadyNvfp4) {
  source_ = MemoryCheckpoint::Load(golden_ / "cast");
  EXPECT_THAT(Failure(), HasSubstr("already NVFP4"));
}

TEST_F(QuantizeTest, RefusesAMissingExpert) {
  EraseTensors(
      [](const MemoryTensor& t) { return t.name.starts_with("layers.1.ffn.experts.3.w2."); });
  EXPECT_THAT(Failure(), HasSubstr("layers.1.ffn.experts.3.w2"));
}

TEST_F(QuantizeTest, RefusesToCastWhatIsNotMxfp4) {
  options_.settings.recipe = Recipe::kCast;
  for (const std::string w : {"w1", "w3"}) {
    const std::string base = "layers.1.ffn.experts.2." + w;
    source_.At(base + ".weight") = Bf16Tensor(base + ".weight", {128, 128}, Decode(base));
    EraseTensors([&](const MemoryTensor& t) { return t.name == base + ".scale"; });
  }
  EXPECT_THAT(Failure(), HasSubstr("only MXFP4 can be cast"));
}

TEST_F(QuantizeTest, RefusesForeignCalibration) {
  MemoryCheckpoint calibration;
  calibration.config = json::Object{};
  const float value = -1.0f;
  MemoryTensor amax{
      "layers.0.ffn.experts.0.w1.input_amax", DType::kF32, {}, std::vector<std::byte>(4)};
  std::memcpy(amax.bytes.data(), &value, 4);
  calibration.shards["amax.safetensors"] = {amax};
  calibration.Save(scratch_ / "calibration");
  options_.input_scales_file = scratch_ / "calibration/amax.safetensors";
  EXPECT_THAT(Failure(), HasSubstr("layers.0.ffn.experts.0.w1.input_amax"));
  calibration.shards["amax.safetensors"][0].name = "layers.90.other";
  calibration.Save(scratch_ / "calibration");
  EXPECT_THAT(Failure(), HasSubstr("no expert of this model is calibrated"));
  options_.input_scales_file = scratch_ / "none.safetensors";
  EXPECT_THAT(Failure(), HasSubstr("no such file"));
}

TEST_F(QuantizeTest, ImpossibleCombinations) {
  QuantizeSettings s;
  EXPECT_EQ(ImpossibleCombination(s), "");
  s.scope = Scope::kAll;
  s.recipe = Recipe::kCast;
  EXPECT_NE(ImpossibleCombination(s), "");
  s.recipe = Recipe::kMax;
  EXPECT_EQ(ImpossibleCombination(s), "");
  s.names = Names::kHf;
  s.draft = Draft::kNvfp4;
  EXPECT_NE(ImpossibleCombination(s), "");
  s = {.recipe = Recipe::kMax, .keep_negative_zero = true};
  EXPECT_NE(ImpossibleCombination(s), "");
}

// Bad outputs.

TEST_F(QuantizeTest, OutputMustBeApart) {
  options_.output = options_.input;
  EXPECT_THAT(Run().error().message(), HasSubstr("same folder"));
  options_.output = options_.input / "inside";
  EXPECT_THAT(Run().error().message(), HasSubstr("inside the other"));
  EXPECT_FALSE(std::filesystem::exists(options_.output));
  options_.output = scratch_.path();
  EXPECT_THAT(Run().error().message(), HasSubstr("inside the other"));
  options_.output = scratch_ / "none/out";
  EXPECT_FALSE(Run().ok());
}

TEST_F(QuantizeTest, NonEmptyOutputNeedsOverwrite) {
  std::filesystem::create_directories(options_.output);
  ASSERT_TRUE(WriteFileAtomically(options_.output / "notes.txt", "mine").ok());
  EXPECT_THAT(Run().error().message(), HasSubstr("--overwrite"));
  options_.overwrite = true;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(ReadSmallFile(options_.output / "notes.txt", 100).value(), "mine");
  // A second result over the first, and a shard that would survive it as a stranger.
  ASSERT_TRUE(Run().ok());
  std::filesystem::copy_file(options_.output / "model-00001-of-00003.safetensors",
                             options_.output / "model-00001-of-00099.safetensors");
  EXPECT_THAT(Run().error().message(), HasSubstr("model-00001-of-00099.safetensors"));
}

TEST_F(QuantizeTest, LeftoversOfAKilledRunAreRemovedAndALockIsRespected) {
  std::filesystem::create_directories(options_.output);
  ASSERT_TRUE(WriteFileAtomically(options_.output / ".nibble-tmp.x.safetensors.1", "torn").ok());
  {
    const auto lock = FolderLock::Take(options_.output);
    ASSERT_TRUE(lock.ok());
    EXPECT_THAT(Run().error().message(), HasSubstr("locked by pid"));
  }
  ASSERT_TRUE(Run().ok());
  for (const auto& entry : std::filesystem::directory_iterator(options_.output))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
}

TEST_F(QuantizeTest, AFileSizeLimitIsAnErrorAndLeavesNothing) {
  source_.Save(options_.input);
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);  // as main does
    const struct rlimit limit { 100000, 100000 };
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto report = Quantize(options_);
    ::_exit(!report.ok() && report.error().code() == ErrorCode::kIo ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(std::filesystem::exists(options_.output));
}

TEST_F(QuantizeTest, StopsOnASignal) {
  const std::atomic<int> stop = SIGTERM;
  options_.stop = &stop;
  const auto report = Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kInterrupted);
  EXPECT_FALSE(std::filesystem::exists(options_.output));
}

TEST_F(QuantizeTest, OtherFilesAreCopiedAndStaleOnesAreNot) {
  const auto write = [&](const std::string& name) {
    std::filesystem::create_directories((options_.input / name).parent_path());
    ASSERT_TRUE(WriteFileAtomically(options_.input / name, name).ok());
  };
  source_.Save(options_.input);
  for (const std::string name :
       {"tokenizer.json", "encoding/encoding_dsv4.py", "inference/config.json", "LICENSE",
        "old/model.safetensors.index.json", "old/model-00001-of-00001.safetensors",
        ".cache/huggingface/x", "inference/__pycache__/x.pyc", "hf_quant_config.json"})
    write(name);
  const auto report = Quantize(options_);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->other_files, 4u);
  const auto& out = options_.output;
  EXPECT_EQ(ReadSmallFile(out / "encoding/encoding_dsv4.py", 100).value(),
            "encoding/encoding_dsv4.py");
  EXPECT_TRUE(std::filesystem::exists(out / "inference/config.json"));
  EXPECT_FALSE(std::filesystem::exists(out / "old/model.safetensors.index.json"));
  EXPECT_FALSE(std::filesystem::exists(out / "old/model-00001-of-00001.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(out / ".cache"));
  EXPECT_FALSE(std::filesystem::exists(out / "inference/__pycache__"));
}

}  // namespace
}  // namespace nibble
