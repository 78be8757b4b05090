// nibble verify OUT --source IN
#include "study/verify.h"

#include <cstdio>
#include <memory>

#include "apps/commands.h"
#include "apps/stop_signal.h"
#include "base/text.h"

namespace nibble {
namespace {

struct Arguments {
  std::string output;
  std::string source;
  std::string recipe;
  std::string input_scales;
  size_t threads = 0;
  bool json = false;
};

int Run(const Arguments& a) {
  const std::atomic<int>& stop = WatchStopSignals();
  VerifyOptions options;
  options.output = a.output;
  options.source = a.source;
  if (!a.recipe.empty()) options.recipe = RecipeFromName(a.recipe);
  if (!a.input_scales.empty()) options.input_scales_file = a.input_scales;
  options.threads = a.threads;
  options.stop = &stop;
  const auto report = Verify(options);
  if (!report.ok()) {
    const int code = Fail(report.error());
    return report.error().code() == ErrorCode::kInterrupted ? 128 + stop : code;
  }
  const std::string text =
      a.json ? json::Dump(ToJson(*report), json::Style::kIndented) + "\n" : ToText(*report);
  std::fputs(text.c_str(), stdout);
  if (!report->ok()) {
    std::fprintf(stderr, "nibble: %s: %s: %s (%llu differences in all)\n",
                 Escape(a.output, 400).c_str(), Escape(report->differences[0].subject).c_str(),
                 report->differences[0].what.c_str(),
                 static_cast<unsigned long long>(report->difference_count));
    return 1;
  }
  return 0;
}

}  // namespace

void AddVerifyCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("verify", "Compare a quantised checkpoint with its source");
  const auto a = std::make_shared<Arguments>();
  command->add_option("output", a->output, "The quantised checkpoint")->required();
  command->add_option("--source", a->source, "The checkpoint it was made from")->required();
  command
      ->add_option("--recipe", a->recipe,
                   "cast or max, for an output that does not record its recipe (other writers')")
      ->check(CLI::IsMember({"cast", "max"}));
  command->add_option("--input-scales", a->input_scales,
                      "The calibration file that was used, to check measured input scales too");
  command->add_option("--threads", a->threads, "Worker threads; 0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_flag("--json", a->json, "Print the report as JSON");
  command->callback([a, exit_code] { *exit_code = Run(*a); });
}

}  // namespace nibble
