// A small source for `quantize` that each test may bend before the run, and the exporter's result.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "formats/bf16.h"
#include "golden.h"
#include "memory_checkpoint.h"
#include "quantize/quantize.h"

namespace nibble {

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

}  // namespace nibble
