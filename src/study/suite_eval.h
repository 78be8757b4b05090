// `nibble eval MODEL`: a model's greedy answers to a suite scored exactly, the perplexity of
// held-out texts, how often its MTP block is right, and how far it is from a reference.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "checkpoint/checkpoint.h"
#include "model/model.h"
#include "study/forced_text.h"
#include "study/input_amax_file.h"
#include "study/suite.h"

namespace nibble {

struct SuiteOptions {
  std::filesystem::path model;
  CheckpointOptions open = {};
  // None of either: eval/suite.jsonl and eval/text.jsonl of the model, those that are there.
  std::vector<std::filesystem::path> suites = {};
  std::vector<std::filesystem::path> texts = {};
  SuiteSelection selection = {};
  ModelOptions run = {};  // numerics, activations, threads
  // Another checkpoint, or the same one under other numerics. Both are in memory at once.
  std::optional<std::filesystem::path> reference = {};
  ModelOptions reference_run = {};
  int64_t batch = 16;           // sequences decoding side by side
  int64_t prefill_chunk = 512;  // prompt tokens per step
  bool mtp = true;              // count the MTP block's predictions, where there is one
  bool progress = false;        // on standard error
  // Write there what entered the model's linears on the way.
  std::filesystem::path input_amax = {};
  const std::atomic<int>* stop = nullptr;
};

struct SkillScore {
  std::string skill;
  int64_t cases = 0;
  int64_t right = 0;
  double percent() const {
    return cases > 0 ? 100.0 * static_cast<double>(right) / static_cast<double>(cases) : 0;
  }
};

struct WrongCase {
  std::string id;
  std::string skill;
  std::string problem;
  json::Value expected;  // as it stands in the suite
  json::Value got;
};

struct RunInfo {
  std::string model;
  Numerics numerics = Numerics::kServing;
  Activations activations = Activations::kNone;
  uint64_t weight_bytes = 0;
};

// Answers that are not the reference's.
struct DifferentAnswer {
  std::string id;
  std::string skill;
  int64_t token = 0;  // the first that differs
  double margin = 0;  // the reference's best logit minus its second there
};

struct ReferenceScore {
  RunInfo run;
  AnswerDifference difference;
  int64_t cases = 0;
  std::vector<DifferentAnswer> different;

  double same_percent() const {
    const double share = static_cast<double>(different.size()) / static_cast<double>(cases);
    return cases > 0 ? 100 * (1 - share) : 0;
  }
  double largest_margin() const;  // 0 when all are the same
};

struct SuiteReport {
  RunInfo run;
  std::vector<SkillScore> skills;  // in the order in which the suite has them
  SkillScore total;
  std::vector<WrongCase> wrong;
  std::optional<TextScore> text;
  std::optional<ReferenceScore> reference;
  int64_t drafted = 0;  // answer tokens that the MTP block was asked for
  int64_t drafted_right = 0;
  int64_t prompt_tokens = 0;
  int64_t generated_tokens = 0;
  double seconds = 0;  // of answering the suite
  std::optional<InputAmaxCounts> input_amax;
};

// Errors: those of reading the suites, encoding, loading and stepping; no suite and no texts.
Result<SuiteReport> EvaluateSuite(const SuiteOptions& options);

// What a result must reach, in percent and nats.
struct SuiteTargets {
  double right = 0;  // of all cases
  double right_in_each_skill = 0;
  double same_as_reference = 0;  // of the answers
  std::optional<double> margin =
      {};  // every answer that is not parts where the reference's is below
};
// The targets that are missed, a sentence each.
std::vector<std::string> MissedTargets(const SuiteReport& report, const SuiteTargets& targets);

// A table, and the first `wrong` of the wrong answers below it.
std::string ToText(const SuiteReport& report, size_t wrong = 0);
json::Value ToJson(const SuiteReport& report);
// One page that shows results of ToJson side by side: self-contained, without scripts. Errors: a
// value that is no such result, named by `names[i]`.
Result<std::string> ToHtml(const std::vector<json::Value>& results,
                           const std::vector<std::string>& names);

}  // namespace nibble
