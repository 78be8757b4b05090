#include "study/compare.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/progress.h"
#include "model/model.h"
#include "study/block_trace.h"
#include "study/compare_config.h"
#include "study/logits_difference.h"
#include "study/operations.h"

namespace nibble {
namespace {

using Streams = std::vector<float>;

// One of the two, run block by block. Nothing of it stays in memory between two blocks but the
// checkpoint's directory.
class Runner {
 public:
  Runner(const CompareSide& side, std::span<const int32_t> tokens, const CompareOptions& options,
         Progress* progress)
      : side_(side), tokens_(tokens), options_(options), progress_(progress) {}

  // Layer `layer`, or all that follows the layers when it is their number: head and MTP block.
  // `inputs`: the streams of each item, or all empty to start at the embedding.
  Result<std::vector<StepResult>> Run(int64_t layer, std::span<const Streams* const> inputs,
                                      Tracer* tracer) const {
    const bool head = layer == side_.checkpoint->config().num_hidden_layers;
    NIBBLE_ASSIGN(const std::unique_ptr<Model> model,
                  Model::Load(*side_.checkpoint, {.numerics = side_.numerics,
                                                  .activations = {},
                                                  .threads = options_.threads,
                                                  .load_mtp = head && options_.mtp,
                                                  .stream_layers = true}));
    std::vector<std::unique_ptr<Sequence>> sequences;
    std::vector<StepItem> items;
    for (const Streams* input : inputs) {
      sequences.push_back(model->NewSequence());
      items.push_back({.sequence = sequences.back().get(),
                       .tokens = tokens_,
                       .logits = head ? Logits::kAll : Logits::kNone,
                       .mtp = head && options_.mtp,
                       .streams = *input});
    }
    auto results = model->Step(items, {.layer_begin = layer,
                                       .layer_end = head ? -1 : layer + 1,
                                       .want_streams = !head,
                                       .tracer = tracer});
    progress_->Add(model->weight_bytes());
    return results;
  }

 private:
  const CompareSide& side_;
  std::span<const int32_t> tokens_;
  const CompareOptions& options_;
  Progress* progress_;
};

// The experts that each token chose, from A's recording.
class ExpertUse {
 public:
  ExpertUse(const Recording& recording, const std::string& prefix, int64_t experts)
      : recording_(recording), name_(prefix + "router_indices"), experts_(experts) {}

  // The expert whose tokens have the largest mean error.
  WorstError Worst(const ErrorSums& errors) const {
    std::vector<double> sums(static_cast<size_t>(experts_));
    std::vector<int64_t> counts(static_cast<size_t>(experts_));
    for (const ErrorSums::Row& row : errors.rows()) {
      for (const int32_t expert : recording_.Indices(name_, row.position)) {
        if (expert < 0 || expert >= experts_) continue;
        sums[static_cast<size_t>(expert)] += errors.RowError(row);
        ++counts[static_cast<size_t>(expert)];
      }
    }
    WorstError worst;
    for (size_t e = 0; e < sums.size(); ++e) {
      if (counts[e] == 0) continue;
      const double mean = sums[e] / static_cast<double>(counts[e]);
      if (worst.at < 0 || mean > worst.error) worst = {mean, static_cast<int64_t>(e)};
    }
    return worst;
  }

  int64_t Unused(int64_t positions) const {
    std::vector<bool> used(static_cast<size_t>(experts_));
    for (int64_t position = 0; position < positions; ++position) {
      for (const int32_t expert : recording_.Indices(name_, position)) {
        if (expert >= 0 && expert < experts_) used[static_cast<size_t>(expert)] = true;
      }
    }
    return std::count(used.begin(), used.end(), false);
  }

 private:
  const Recording& recording_;
  std::string name_;
  int64_t experts_;
};

OperationReport ReportOf(size_t operation, MeasuringTracer::Errors errors) {
  OperationReport report;
  report.operation = operation;
  report.own = errors.own.Relative();
  report.layer = errors.layer.Relative();
  report.piled = errors.piled.Relative();
  report.rows = static_cast<int64_t>(errors.own.rows().size());
  report.errors[static_cast<size_t>(Metric::kOverall)] = report.own;
  if (Operations()[operation].indices) {
    report.own_changed = errors.own.changed();
    report.layer_changed = errors.layer.changed();
    report.piled_changed = errors.piled.changed();
    return report;
  }
  report.Set(Metric::kToken, errors.own.WorstRow());
  report.Set(Metric::kChannel, errors.own.WorstChannel());
  return report;
}

BlockReport ReportOf(const std::string& name, int64_t layer, const MeasuringTracer& measured,
                     const Recording& recording, const ModelConfig& config, int64_t positions) {
  BlockReport block;
  block.name = name;
  block.layer = layer;
  const std::string prefix = name + ".";
  const ExpertUse experts(recording, prefix, config.n_routed_experts);
  for (size_t i = 0; i < Operations().size(); ++i) {
    const Operation& operation = Operations()[i];
    const auto errors = measured.errors().find(prefix + std::string(operation.name));
    if (errors == measured.errors().end()) continue;
    OperationReport report = ReportOf(i, errors->second);
    if (operation.name == "moe_routed")
      report.Set(Metric::kExpert, experts.Worst(errors->second.own));
    block.operations.push_back(report);
  }
  block.experts_unused = experts.Unused(positions);
  return block;
}

// Logits as an operation of the head: rows [rows, V].
OperationReport HeadReport(const std::vector<float>& expected, const std::vector<StepResult>& b,
                           std::vector<float> StepResult::*logits, int64_t vocab_size) {
  MeasuringTracer::Errors errors;
  const size_t width = static_cast<size_t>(vocab_size);
  for (int32_t item = 0; item < kMeasuredItems; ++item) {
    const std::span<const float> actual = b[static_cast<size_t>(item)].*logits;
    for (size_t row = 0; (row + 1) * width <= expected.size(); ++row) {
      errors.of(item).Add(static_cast<int64_t>(row),
                          std::span(expected).subspan(row * width, width),
                          actual.subspan(row * width, width));
    }
  }
  return ReportOf(OperationIndex("logits").value(), std::move(errors));
}

// "mxfp4 -> nvfp4" of the tensors that feed an operation, where A and B differ.
Result<std::string> FormsText(const CompareSide& a, const CompareSide& b,
                              const Operation& operation, int64_t layer) {
  std::vector<std::string> changes;
  for (const Module& module : ModulesFeeding(a.checkpoint->config(), operation, layer)) {
    NIBBLE_ASSIGN(const StoredModule in_a,
                  a.checkpoint->FindModule(module.role, module.layer, module.expert));
    NIBBLE_ASSIGN(const StoredModule in_b,
                  b.checkpoint->FindModule(module.role, module.layer, module.expert));
    if (in_a.form == in_b.form) continue;
    std::string change = fmt::format("{} -> {}", NameOf(in_a.form), NameOf(in_b.form));
    if (std::find(changes.begin(), changes.end(), change) == changes.end())
      changes.push_back(std::move(change));
  }
  std::sort(changes.begin(), changes.end());
  return fmt::format("{}", fmt::join(changes, ", "));
}

// An operation of a block of the report, as the judge wants it; nullopt when nothing but its inputs
// can make it differ. Also fills in its forms.
Result<std::optional<OperationSample>> SampleOf(const CompareSide& a, const CompareSide& b,
                                                bool same_settings, int64_t layer,
                                                OperationReport* operation) {
  const Operation& what = Operations()[operation->operation];
  const bool same_numerics = a.numerics == b.numerics;
  const bool has_tensors = !ModulesFeeding(a.checkpoint->config(), what, layer).empty();
  // Without tensors of its own an operation can only differ by arithmetic or settings. Streams that
  // enter a layer are no operation at all, and moe_out comes out of the same call as its summands,
  // which cannot be handed A's values in between.
  const bool derived = what.name == "x_in" || what.name == "moe_out";
  if (!has_tensors && ((same_numerics && same_settings) || derived))
    return std::optional<OperationSample>();
  NIBBLE_ASSIGN(operation->forms, FormsText(a, b, what, layer));
  OperationSample sample;
  // The MTP block makes its input in a way of its own.
  const bool embeds = what.name == "x_in" && layer == 0;
  sample.family = fmt::format("{}{} {}", what.name, embeds ? " (embedding)" : "", operation->forms);
  sample.form_changed = !operation->forms.empty() || !same_numerics;
  sample.arithmetic_changed = !same_numerics;
  sample.must_be_equal = !has_tensors && same_numerics;
  sample.indices = what.indices;
  std::copy(std::begin(operation->errors), std::end(operation->errors), sample.errors);
  return std::optional(std::move(sample));
}

Status FindOffenders(const CompareSide& a, const CompareSide& b, CompareReport* report) {
  std::vector<OperationSample> samples;
  std::vector<std::pair<size_t, size_t>> places;
  for (size_t block = 0; block < report->blocks.size(); ++block) {
    BlockReport& in = report->blocks[block];
    for (size_t i = 0; i < in.operations.size(); ++i) {
      report->largest_own = std::max(report->largest_own, in.operations[i].own);
      NIBBLE_ASSIGN(auto sample, SampleOf(a, b, report->config_differences.empty(), in.layer,
                                          &in.operations[i]));
      if (!sample) continue;
      samples.push_back(*std::move(sample));
      places.emplace_back(block, i);
    }
  }
  for (const Judgement& judgement : Judge(samples)) {
    const auto [block, operation] = places[judgement.sample];
    report->findings.push_back({block,
                                operation,
                                judgement.metric,
                                judgement.error,
                                judgement.usual,
                                judgement.clear,
                                {}});
  }
  return {};
}

// The tensors that feed the first offender.
Status CompareItsWeights(const CompareSide& a, const CompareSide& b, ThreadPool& pool,
                         CompareReport* report) {
  CompareFinding& first = report->findings.front();
  const BlockReport& block = report->blocks[first.block];
  const Operation& what = Operations()[block.operations[first.operation].operation];
  NIBBLE_ASSIGN(first.weights,
                CompareWeights(*a.checkpoint, *b.checkpoint,
                               ModulesFeeding(a.checkpoint->config(), what, block.layer), pool));
  return {};
}

uint64_t BytesToRead(const Checkpoint& checkpoint, const CompareOptions& options) {
  uint64_t bytes = 0;
  for (const Checkpoint::Tensor& tensor : checkpoint.tensors()) {
    if (tensor.name && (options.mtp || !tensor.name->module.mtp)) bytes += tensor.info->bytes;
  }
  return bytes;
}

}  // namespace

Result<CompareReport> Compare(const CompareSide& a, const CompareSide& b,
                              std::span<const int32_t> tokens, const CompareOptions& options) {
  const ModelConfig& config = a.checkpoint->config();
  CompareReport report;
  NIBBLE_ASSIGN(report.config_differences, CompareConfigs(*a.checkpoint, *b.checkpoint, options));
  const int64_t layers = config.num_hidden_layers;
  const int64_t positions = static_cast<int64_t>(tokens.size());
  Progress progress("compare",
                    BytesToRead(*a.checkpoint, options) + BytesToRead(*b.checkpoint, options),
                    options.progress ? Progress::Mode::kAuto : Progress::Mode::kOff);
  const Runner run_a(a, tokens, options, &progress);
  const Runner run_b(b, tokens, options, &progress);
  // Empty before layer 0: A and B begin with their own embeddings.
  Streams streams_a, streams_b;
  for (int64_t layer = 0; layer <= layers; ++layer) {
    Recording recording;
    RecordingTracer recorder(&recording);
    const Streams* const input_a[] = {&streams_a};
    NIBBLE_ASSIGN(std::vector<StepResult> result_a, run_a.Run(layer, input_a, &recorder));
    const std::string name = layer < layers ? fmt::format("layers.{}", layer) : "mtp.0";
    MeasuringTracer measured(recording);
    const Streams* const input_b[] = {&streams_a, &streams_a, &streams_b};
    NIBBLE_ASSIGN(std::vector<StepResult> result_b, run_b.Run(layer, input_b, &measured));
    if (layer < layers) {
      report.blocks.push_back(ReportOf(name, layer, measured, recording, config, positions));
      streams_a = std::move(result_a[0].streams_out);
      streams_b = std::move(result_b[kPiled].streams_out);
      continue;
    }
    BlockReport head{.name = "head", .layer = -1, .operations = {}, .experts_unused = 0};
    head.operations.push_back(
        HeadReport(result_a[0].logits, result_b, &StepResult::logits, config.vocab_size));
    report.blocks.push_back(std::move(head));
    report.logits = CompareLogits(result_a[0].logits, result_b[kPiled].logits, config.vocab_size);
    if (!options.mtp || positions < 2) continue;
    BlockReport mtp = ReportOf(name, layers, measured, recording, config, positions);
    mtp.operations.push_back(
        HeadReport(result_a[0].mtp_logits, result_b, &StepResult::mtp_logits, config.vocab_size));
    report.blocks.push_back(std::move(mtp));
    report.mtp_logits =
        CompareLogits(result_a[0].mtp_logits, result_b[kPiled].mtp_logits, config.vocab_size);
  }
  NIBBLE_TRY(FindOffenders(a, b, &report));
  if (!report.findings.empty() && a.checkpoint != b.checkpoint) {
    ThreadPool pool(options.threads);
    NIBBLE_TRY(CompareItsWeights(a, b, pool, &report));
  }
  return report;
}

}  // namespace nibble
