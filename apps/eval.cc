// nibble eval --goldens DIR [--model M]
#include "study/eval.h"

#include <cstdio>
#include <memory>

#include "apps/commands.h"

namespace nibble {
namespace {

struct Arguments {
  EvalOptions options;
  std::string goldens;
  std::string model;
  std::vector<std::string> numerics = {"ideal", "official", "serving"};
  bool json = false;
};

Result<int> RunEval(Arguments& a) {
  a.options.goldens = a.goldens;
  a.options.model = a.model;
  a.options.numerics.clear();
  for (const std::string& name : a.numerics) {
    a.options.numerics.push_back(*NumericsFromName(name));
  }
  NIBBLE_ASSIGN(const EvalReport report, Evaluate(a.options));
  const std::string text =
      a.json ? json::Dump(ToJson(report), json::Style::kIndented) + "\n" : ToText(report);
  std::fputs(text.c_str(), stdout);
  return report.within() ? 0 : 1;
}

}  // namespace

void AddEvalCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("eval", "Compare a model's logits with golden ones, prompt by prompt");
  const auto a = std::make_shared<Arguments>();
  command
      ->add_option("--goldens", a->goldens,
                   "A folder with expected/cases.json and expected/logits_*.safetensors")
      ->required();
  command->add_option("--model", a->model, "The checkpoint (default: model/ in that folder)");
  command->add_option("--numerics", a->numerics, "Which of ideal, official, serving to run")
      ->check(CLI::IsMember({"ideal", "official", "serving"}))
      ->delimiter(',');
  command->add_option("--prefill-chunk", a->options.prefill_chunk, "Tokens per step")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  command->add_option("--threads", a->options.threads, "Worker threads; 0: one per core")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--json", a->json, "Print the table as JSON");
  command->callback([a, exit_code] {
    const Result<int> code = RunEval(*a);
    *exit_code = code.ok() ? *code : Fail(code.error());
  });
}

}  // namespace nibble
