// nibble eval MODEL, or nibble eval --goldens DIR
#include "study/eval.h"

#include <cstdio>
#include <memory>

#include "apps/commands.h"
#include "apps/stop_signal.h"
#include "base/file.h"
#include "base/text.h"
#include "study/suite_eval.h"

namespace nibble {
namespace {

struct Arguments {
  SuiteOptions suite;
  EvalOptions golden;
  std::string model;
  std::string goldens;
  std::vector<std::string> numerics;
  std::string activations;
  std::string reference;
  std::string reference_numerics;
  std::string reference_activations;
  std::string html;
  std::string input_amax;
  std::vector<std::string> from;
  double require = 0;
  double require_skill = 0;
  size_t threads = 0;
  bool json = false;
  bool no_mtp = false;
};

int UsageError(const char* what) {
  std::fprintf(stderr, "nibble: eval: %s\n", what);
  return 2;
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

Result<int> RunGoldens(Arguments& a) {
  a.golden.goldens = a.goldens;
  a.golden.model = a.model;
  a.golden.threads = a.threads;
  if (!a.numerics.empty()) a.golden.numerics.clear();
  for (const std::string& name : a.numerics) {
    a.golden.numerics.push_back(*NumericsFromName(name));
  }
  NIBBLE_ASSIGN(const EvalReport report, Evaluate(a.golden));
  Print(a.json ? json::Dump(ToJson(report), json::Style::kIndented) + "\n" : ToText(report));
  return report.within() ? 0 : 1;
}

Status WriteHtml(const Arguments& a, const std::vector<json::Value>& results,
                 const std::vector<std::string>& names) {
  NIBBLE_ASSIGN(const std::string page, ToHtml(results, names));
  return WriteFileAtomically(a.html, page);
}

// Earlier results on one page, without running anything.
Result<int> RunFrom(const Arguments& a) {
  std::vector<json::Value> results;
  for (const std::string& path : a.from) {
    NIBBLE_ASSIGN(json::Value result, json::ParseFile(path, uint64_t{256} << 20));
    results.push_back(std::move(result));
  }
  NIBBLE_TRY(WriteHtml(a, results, a.from));
  return 0;
}

ModelOptions RunOptions(const std::string& numerics, const std::string& activations,
                        size_t threads) {
  ModelOptions options{.numerics = *NumericsFromName(numerics), .threads = threads};
  if (!activations.empty()) options.activations = ActivationsFromName(activations);
  return options;
}

// Whether the targets are met; says which are not.
bool MeetsTargets(const Arguments& a, const SuiteReport& report) {
  bool ok = true;
  const auto check = [&](const SkillScore& score, double target) {
    if (score.percent() >= target) return;
    ok = false;
    std::fprintf(stderr, "nibble: %s: %.2f %% right, %.2f %% required\n",
                 Escape(score.skill).c_str(), score.percent(), target);
  };
  check(report.total, a.require);
  for (const SkillScore& score : report.skills) check(score, a.require_skill);
  return ok;
}

Result<int> RunSuite(Arguments& a) {
  SuiteOptions& options = a.suite;
  const std::string numerics = a.numerics.empty() ? "serving" : a.numerics.front();
  options.model = a.model;
  options.run = RunOptions(numerics, a.activations, a.threads);
  options.mtp = !a.no_mtp;
  options.input_amax = a.input_amax;
  options.progress = true;
  options.stop = &WatchStopSignals();
  if (!a.reference.empty() || !a.reference_numerics.empty()) {
    options.reference = a.reference.empty() ? a.model : a.reference;
    options.reference_run =
        RunOptions(a.reference_numerics.empty() ? numerics : a.reference_numerics,
                   a.reference_activations, a.threads);
  }
  NIBBLE_ASSIGN(const SuiteReport report, EvaluateSuite(options));
  const json::Value result = ToJson(report);
  Print(a.json ? json::Dump(result, json::Style::kIndented) + "\n" : ToText(report));
  if (!a.html.empty()) NIBBLE_TRY(WriteHtml(a, {result}, {a.model}));
  return MeetsTargets(a, report) ? 0 : 1;
}

// Ideal numerics quantise nothing.
bool IsImpossible(const std::string& numerics, const std::string& activations) {
  return numerics == "ideal" && !activations.empty() && activations != "none";
}

int RunCommand(Arguments& a) {
  if (a.goldens.empty() && a.from.empty() && a.model.empty())
    return UsageError("give MODEL, --goldens DIR, or --html FILE --from RESULT.json");
  if (!a.from.empty() && a.html.empty()) return UsageError("--from goes with --html");
  if (a.goldens.empty() && a.numerics.size() > 1)
    return UsageError("several --numerics go with --goldens only; see --reference-numerics");
  const std::string numerics = a.numerics.empty() ? "serving" : a.numerics.front();
  if (IsImpossible(numerics, a.activations) ||
      IsImpossible(a.reference_numerics.empty() ? numerics : a.reference_numerics,
                   a.reference_activations))
    return UsageError("ideal numerics quantise nothing: activations are for official and serving");
  const Result<int> code =
      !a.goldens.empty() ? RunGoldens(a) : (!a.from.empty() ? RunFrom(a) : RunSuite(a));
  if (code.ok()) return *code;
  const int failure = Fail(code.error());
  return code.error().code() == ErrorCode::kInterrupted ? 128 + WatchStopSignals() : failure;
}

void AddSuiteOptions(CLI::App* command, Arguments* a) {
  SuiteOptions& suite = a->suite;
  command->add_option("--suite", suite.suites,
                      "Prompts with expected answers, one JSON object a line (default: "
                      "MODEL/eval/suite.jsonl)");
  command->add_option("--text", suite.texts,
                      "Texts for the perplexity, one JSON object a line (default: "
                      "MODEL/eval/text.jsonl)");
  command->add_option("--skills", suite.selection.skills, "Only these skills")->delimiter(',');
  command->add_option("--limit", suite.selection.limit, "The first N cases of each skill; 0: all")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
  command
      ->add_option("--activations", a->activations,
                   "What enters the routed experts and every linear stored as NVFP4: none, fp8, "
                   "nvfp4 (default: fp8 in official, else none)")
      ->check(CLI::IsMember({"none", "fp8", "nvfp4"}));
  command->add_option("--batch", suite.batch, "Sequences decoding side by side")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_flag("--no-mtp", a->no_mtp, "Leave the MTP block out");
  command->add_option("--reference", a->reference,
                      "Another checkpoint of the same vocabulary: KL, and answers that differ");
  command
      ->add_option("--reference-numerics", a->reference_numerics,
                   "Of the reference (default: as the model), which is the model itself without "
                   "--reference")
      ->check(CLI::IsMember({"ideal", "official", "serving"}));
  command
      ->add_option("--reference-activations", a->reference_activations,
                   "Of the reference (default: fp8 in official, else none)")
      ->check(CLI::IsMember({"none", "fp8", "nvfp4"}));
  command->add_option("--require", a->require, "Exit 1 when less of all cases is right, in percent")
      ->check(CLI::Range(0.0, 100.0));
  command
      ->add_option("--require-skill", a->require_skill,
                   "Exit 1 when less of any skill is right, in percent")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--input-amax", a->input_amax,
                      "Write the largest inputs of the linears there, for quantize --input-scales");
  command->add_option("--html", a->html, "Write a page with a bar picture there");
  command->add_option("--from", a->from,
                      "Results of --json to show side by side on the page of --html");
}

}  // namespace

void AddEvalCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "eval", "Score a model's answers to a suite, or compare its logits with golden ones");
  const auto a = std::make_shared<Arguments>();
  command->add_option("model,--model", a->model,
                      "The checkpoint (with --goldens, default: model/ in that folder)");
  AddSuiteOptions(command, a.get());
  command
      ->add_option("--goldens", a->goldens,
                   "A folder with expected/cases.json and expected/logits_*.safetensors")
      ->excludes("--suite")
      ->excludes("--text");
  command
      ->add_option("--numerics", a->numerics,
                   "ideal, official or serving (default: serving; with --goldens all of them)")
      ->check(CLI::IsMember({"ideal", "official", "serving"}))
      ->delimiter(',');
  command->add_option("--prefill-chunk", a->suite.prefill_chunk, "Prompt tokens per step")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  command->add_option("--threads", a->threads, "Worker threads; 0: one per core")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--json", a->json, "Print the result as JSON");
  command->callback([a, exit_code] {
    a->golden.prefill_chunk = a->suite.prefill_chunk;
    *exit_code = RunCommand(*a);
  });
}

}  // namespace nibble
