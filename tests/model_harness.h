// Running a model over golden prompts, for tests.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "checkpoint/checkpoint.h"
#include "golden.h"
#include "golden_tensors.h"
#include "model/model.h"

namespace nibble {

// A checkpoint and a model of it.
struct LoadedForTest {
  std::unique_ptr<Checkpoint> checkpoint;
  std::unique_ptr<Model> model;
};

inline LoadedForTest LoadForTest(const std::filesystem::path& folder, const ModelOptions& options) {
  LoadedForTest out;
  auto checkpoint = Checkpoint::Open(folder);
  NIBBLE_CHECK(checkpoint.ok(), checkpoint.ok() ? "" : checkpoint.error().message().c_str());
  out.checkpoint = std::move(*checkpoint);
  auto model = Model::Load(*out.checkpoint, options);
  NIBBLE_CHECK(model.ok(), model.ok() ? "" : model.error().message().c_str());
  out.model = std::move(*model);
  return out;
}

// v4_tiny with its MTP block, loaded once per process and numerics. For tests that the golden
// folder is at hand for.
inline Model& GoldenTiny(Numerics numerics) {
  static std::map<Numerics, LoadedForTest> models;
  LoadedForTest& loaded = models[numerics];
  if (!loaded.model) {
    loaded = LoadForTest(SharedData("golden/v4_tiny/model"),
                         {.numerics = numerics, .threads = 2, .load_mtp = true});
  }
  return *loaded.model;
}

inline std::vector<int32_t> IdsOf(const json::Value& array) {
  std::vector<int32_t> ids;
  for (const json::Value& id : *array.as_array()) ids.push_back(int32_t(*id.as_int()));
  return ids;
}

// "prompts" of a cases.json, prefixes resolved.
inline std::map<std::string, std::vector<int32_t>> PromptsOf(const json::Value& cases) {
  std::map<std::string, std::vector<int32_t>> prompts;
  for (const auto& [name, prompt] : *cases.Find("prompts")->as_object()) {
    if (prompt.Find("ids") != nullptr) prompts[name] = IdsOf(*prompt.Find("ids"));
  }
  for (const auto& [name, prompt] : *cases.Find("prompts")->as_object()) {
    if (prompt.Find("prefix_of") == nullptr) continue;
    const auto& whole = prompts.at(*prompt.Find("prefix_of")->as_string());
    prompts[name] = {whole.begin(), whole.begin() + *prompt.Find("length")->as_int()};
  }
  return prompts;
}

struct RunResult {
  std::vector<float> logits;  // all positions
  std::vector<float> mtp;
};

// The whole prompt through one new sequence, in chunks of the given sizes, taken in turn.
inline RunResult RunPrompt(Model& model, const std::vector<int32_t>& ids,
                           const std::vector<size_t>& chunks, bool mtp, Tracer* tracer = nullptr,
                           Sequence* sequence = nullptr) {
  std::unique_ptr<Sequence> own;
  if (sequence == nullptr) {
    own = model.NewSequence();
    sequence = own.get();
  }
  RunResult out;
  size_t begin = 0;
  for (size_t i = 0; begin < ids.size(); ++i) {
    const size_t count = std::min(chunks[i % chunks.size()], ids.size() - begin);
    StepItem item{.sequence = sequence,
                  .tokens = std::span(ids).subspan(begin, count),
                  .logits = Logits::kAll,
                  .mtp = mtp};
    auto results = model.Step({&item, 1}, {.tracer = tracer});
    NIBBLE_CHECK(results.ok(), results.ok() ? "" : results.error().message().c_str());
    const StepResult& r = results->front();
    out.logits.insert(out.logits.end(), r.logits.begin(), r.logits.end());
    out.mtp.insert(out.mtp.end(), r.mtp_logits.begin(), r.mtp_logits.end());
    begin += count;
  }
  return out;
}

inline int32_t ArgMax(std::span<const float> row) {
  return int32_t(std::max_element(row.begin(), row.end()) - row.begin());
}

// Greedy continuation of a prompt.
inline std::vector<int32_t> Greedy(Model& model, const std::vector<int32_t>& prompt, size_t count) {
  const auto sequence = model.NewSequence();
  std::vector<int32_t> out;
  std::vector<int32_t> next = prompt;
  while (out.size() < count) {
    StepItem item{.sequence = sequence.get(), .tokens = next, .logits = Logits::kLast};
    auto results = model.Step({&item, 1});
    NIBBLE_CHECK(results.ok(), results.ok() ? "" : results.error().message().c_str());
    out.push_back(ArgMax(results->front().logits));
    next = {out.back()};
  }
  return out;
}

// Difference of two sets of logits [rows, width].
struct LogitsError {
  double max = 0;
  double rms = 0;
  double kl_mean = 0;
  double kl_max = 0;
  double top1_share = 0;
};

inline LogitsError ErrorOf(std::span<const float> mine, std::span<const float> golden,
                           size_t width) {
  NIBBLE_CHECK(mine.size() == golden.size() && !mine.empty(), "sizes differ");
  LogitsError e;
  const size_t rows = mine.size() / width;
  for (size_t row = 0; row < rows; ++row) {
    const auto a = golden.subspan(row * width, width);
    const auto b = mine.subspan(row * width, width);
    double sum_a = 0, sum_b = 0, kl = 0;
    for (size_t i = 0; i < width; ++i) sum_a += std::exp(double{a[i]});
    for (size_t i = 0; i < width; ++i) sum_b += std::exp(double{b[i]});
    for (size_t i = 0; i < width; ++i) {
      const double d = double{b[i]} - double{a[i]};
      e.max = std::max(e.max, std::abs(d));
      e.rms += d * d / double(mine.size());
      kl += std::exp(double{a[i]}) / sum_a * (std::log(sum_b) - std::log(sum_a) - d);
    }
    e.kl_mean += kl / double(rows);
    e.kl_max = std::max(e.kl_max, kl);
    e.top1_share += double(ArgMax(a) != ArgMax(b)) / double(rows);
  }
  e.rms = std::sqrt(e.rms);
  return e;
}

// rms(difference) / scale of each row; scale 0: the rms of the expected row.
inline std::vector<double> RowErrors(std::span<const float> mine, std::span<const float> expected,
                                     size_t width, double scale) {
  NIBBLE_CHECK(mine.size() == expected.size() && !mine.empty(), "sizes differ");
  std::vector<double> errors;
  for (size_t begin = 0; begin < mine.size(); begin += width) {
    double difference = 0, square = 0;
    for (size_t i = begin; i < begin + width; ++i) {
      difference += std::pow(double{mine[i]} - double{expected[i]}, 2);
      square += std::pow(double{expected[i]}, 2);
    }
    errors.push_back(scale > 0 ? std::sqrt(difference / double(width)) / scale
                               : std::sqrt(difference / square));
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

inline double ShareBelow(const std::vector<double>& sorted, double bound) {
  return double(std::lower_bound(sorted.begin(), sorted.end(), bound) - sorted.begin()) /
         double(sorted.size());
}

// The streams after `layer` from the golden streams before it.
inline StepResult RunFrom(Model& model, const std::vector<int32_t>& ids,
                          const std::vector<float>& streams, int64_t begin, int64_t end, bool mtp) {
  const auto sequence = model.NewSequence();
  StepItem item{.sequence = sequence.get(),
                .tokens = ids,
                .logits = Logits::kAll,
                .mtp = mtp,
                .streams = streams};
  auto results = model.Step({&item, 1}, {.layer_begin = begin, .layer_end = end});
  NIBBLE_CHECK(results.ok(), results.ok() ? "" : results.error().message().c_str());
  return std::move(results->front());
}

// Streams of v4_tiny, [m, d].
constexpr size_t kTinyStreams = 4 * 256;

// One layer from its golden input, within the bounds of v4_tiny for official numerics.
inline void CheckLayer(Model& model, const std::vector<int32_t>& ids, int64_t layer,
                       const std::vector<float>& input, const std::vector<float>& expected) {
  const StepResult r = RunFrom(model, ids, input, layer, layer + 1, false);
  const auto errors = RowErrors(r.streams_out, expected, kTinyStreams, 0);
  std::printf("layer %d: %.0f%% of rows below 1e-4, median %.2g, max %.2g\n", int(layer),
              100 * ShareBelow(errors, 1e-4), errors[errors.size() / 2], errors.back());
  EXPECT_GE(ShareBelow(errors, 1e-4), 0.75);
  EXPECT_LT(errors[errors.size() / 2], 1e-4);
  EXPECT_LT(errors.back(), 0.05);
}

}  // namespace nibble
