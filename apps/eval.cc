// nibble eval [MODEL], nibble eval --goldens DIR, nibble eval --html PAGE --from RESULT...
#include "study/eval.h"

#include <cstdio>
#include <memory>

#include "apps/commands.h"
#include "apps/model_options.h"
#include "apps/shared_options.h"
#include "apps/stop_signal.h"
#include "base/file.h"
#include "study/suite_eval.h"

namespace nibble {
namespace {

constexpr uint64_t kMaxResultBytes = uint64_t{256} << 20;

struct Arguments {
  ModelArguments model;
  SuiteOptions suite;
  SuiteTargets targets;
  std::string goldens;
  std::string reference;
  std::string reference_numerics;
  std::string reference_activations;
  std::string html;
  std::vector<std::string> from;
  size_t show = 0;
  bool numerics_given = false;
  bool json = false;
  bool no_mtp = false;

  bool has_reference() const { return !reference.empty() || !reference_numerics.empty(); }
  // The model of the reference, whose activations are its numerics' own unless given.
  ModelArguments Reference() const {
    ModelArguments out = model;
    if (!reference_numerics.empty()) out.numerics = reference_numerics;
    out.activations = reference_activations;
    return out;
  }
};

Result<int> RunGoldens(const Arguments& a) {
  EvalOptions options{.goldens = a.goldens, .model = a.model.model};
  if (a.numerics_given) options.numerics = {*NumericsFromName(a.model.numerics)};
  options.open.follow_symlinks = a.model.follow_symlinks;
  options.prefill_chunk = a.suite.prefill_chunk;
  options.threads = a.model.threads;
  NIBBLE_ASSIGN(const EvalReport report, Evaluate(options));
  PrintReport(ToJson(report), ToText(report), a.json);
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
    NIBBLE_ASSIGN(json::Value result, json::ParseFile(path, kMaxResultBytes));
    results.push_back(std::move(result));
  }
  NIBBLE_TRY(WriteHtml(a, results, a.from));
  return 0;
}

Result<int> RunSuite(Arguments& a) {
  NIBBLE_TRY(UseBundledModelByDefault(&a.model.model));
  // Before the minutes that the answers take.
  if (!a.html.empty()) NIBBLE_TRY(CheckNewFile(a.html, /*overwrite=*/true));
  if (!a.suite.input_amax.empty()) NIBBLE_TRY(CheckNewFile(a.suite.input_amax, /*overwrite=*/true));
  SuiteOptions& options = a.suite;
  options.model = a.model.model;
  options.open.follow_symlinks = a.model.follow_symlinks;
  options.run = a.model.Options();
  options.mtp = !a.no_mtp;
  options.progress = true;
  options.stop = &WatchStopSignals();
  if (a.has_reference()) {
    options.reference = a.reference.empty() ? a.model.model : a.reference;
    options.reference_run = a.Reference().Options();
  }
  NIBBLE_ASSIGN(const SuiteReport report, EvaluateSuite(options));
  const json::Value result = ToJson(report);
  PrintReport(result, ToText(report, a.show), a.json);
  if (!a.html.empty()) NIBBLE_TRY(WriteHtml(a, {result}, {a.model.model}));
  const std::vector<std::string> missed = MissedTargets(report, a.targets);
  for (const std::string& sentence : missed) std::fprintf(stderr, "nibble: %s\n", sentence.c_str());
  return missed.empty() ? 0 : 1;
}

// Throws CLI::ValidationError for a combination that means nothing.
void CheckUsage(const Arguments& a) {
  CheckUsage(a.model);
  if (a.has_reference()) CheckUsage(a.Reference());
  if (!a.from.empty() && a.html.empty()) throw CLI::ValidationError("--from goes with --html");
  if (!a.has_reference() && (a.targets.same_as_reference > 0 || a.targets.margin))
    throw CLI::ValidationError(
        "--require-same and --require-margin need --reference or --reference-numerics");
}

Result<int> RunEval(Arguments& a) {
  if (!a.goldens.empty()) return RunGoldens(a);
  return a.from.empty() ? RunSuite(a) : RunFrom(a);
}

void AddSuiteOptions(CLI::App* command, SuiteOptions* suite) {
  command->add_option("--suite", suite->suites,
                      "Prompts with expected answers, one JSON object a line (default: "
                      "eval/suite.jsonl of the model)");
  command->add_option("--text", suite->texts,
                      "Texts for the perplexity, one JSON object a line (default: "
                      "eval/text.jsonl of the model)");
  command->add_option("--skills", suite->selection.skills, "Only these skills")->delimiter(',');
  command->add_option("--limit", suite->selection.limit, "The first N cases of each skill; 0: all")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40));
  command->add_option("--batch", suite->batch, "Sequences decoding side by side")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_option("--prefill-chunk", suite->prefill_chunk, "Prompt tokens per step")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  command->add_option("--input-amax", suite->input_amax,
                      "Write the largest inputs of the linears there, for quantize --input-scales");
}

void AddReferenceOptions(CLI::App* command, Arguments* a) {
  command->add_option("--reference", a->reference,
                      "Another checkpoint of the same vocabulary: KL, and answers that differ");
  AddNumerics(command, "--reference-numerics", &a->reference_numerics,
              "Of the reference (default: as the model), which is the model itself without "
              "--reference");
  command
      ->add_option("--reference-activations", a->reference_activations,
                   "Of the reference (default: fp8 in official, else none)")
      ->check(CLI::IsMember({"none", "fp8", "nvfp4"}));
}

void AddTargets(CLI::App* command, SuiteTargets* targets) {
  const auto percent = CLI::Range(0.0, 100.0);
  command->add_option("--require", targets->right, "Exit 1 unless so many percent are right")
      ->check(percent);
  command
      ->add_option("--require-skill", targets->right_in_each_skill,
                   "Exit 1 unless so many percent of each skill are right")
      ->check(percent);
  command
      ->add_option("--require-same", targets->same_as_reference,
                   "Exit 1 unless so many percent of the answers are the reference's")
      ->check(percent);
  command->add_option("--require-margin", targets->margin,
                      "Exit 1 unless the reference's best logit minus its second is below this "
                      "wherever an answer parts from its");
}

}  // namespace

void AddEvalCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "eval", "Score a model's answers to a suite, or compare its logits with golden ones");
  const auto a = std::make_shared<Arguments>();
  AddModelArguments(command, &a->model, "serving");
  command->add_option("--model", a->model.model, "The same as MODEL");
  AddSuiteOptions(command, &a->suite);
  command->add_flag("--no-mtp", a->no_mtp, "Leave the MTP block out");
  AddReferenceOptions(command, a.get());
  AddTargets(command, &a->targets);
  command->add_option("--show", a->show, "Print so many wrong answers");
  command->add_flag("--json", a->json, "Print the result as JSON");
  command->add_option("--html", a->html, "Write a page with a bar picture there");
  command->add_option("--from", a->from,
                      "Results of --json to show side by side on the page of --html");
  command
      ->add_option("--goldens", a->goldens,
                   "Instead of a suite: a folder with expected/cases.json and "
                   "expected/logits_*.safetensors, and model/ unless MODEL is given; in all "
                   "numerics unless one is given")
      ->excludes("--suite")
      ->excludes("--text");
  command->callback([a, command, exit_code] {
    CheckUsage(*a);
    a->numerics_given = command->count("--numerics") > 0;
    *exit_code = ExitCodeOf(RunEval(*a));
  });
}

}  // namespace nibble
