// nibble verify OUT --source IN
#include "study/verify.h"

#include <cstdio>
#include <memory>

#include "apps/shared_options.h"
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
  bool follow_symlinks = false;
  bool json = false;
};

Result<int> RunVerify(const Arguments& a) {
  VerifyOptions options;
  options.output = a.output;
  options.source = a.source;
  if (!a.recipe.empty()) options.recipe = RecipeFromName(a.recipe);
  if (!a.input_scales.empty()) options.input_scales_file = a.input_scales;
  options.follow_symlinks = a.follow_symlinks;
  options.threads = a.threads;
  options.stop = &WatchStopSignals();
  NIBBLE_ASSIGN(const VerifyReport report, Verify(options));
  PrintReport(ToJson(report), ToText(report), a.json);
  if (report.ok()) return 0;
  const Difference& first = report.differences[0];
  return Fail(InvalidInput("{}: {}: {} ({} differences in all)", Escape(a.output, 400),
                           Escape(first.subject), first.what, report.difference_count));
}

}  // namespace

void AddVerifyCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("verify", "Compare a quantised checkpoint with its source");
  const auto a = std::make_shared<Arguments>();
  command->add_option("output", a->output, "The quantised checkpoint")
      ->type_name("DIR")
      ->required();
  command->add_option("--source", a->source, "The checkpoint it was made from")
      ->type_name("DIR")
      ->required();
  AddRecipe(command, &a->recipe,
            "cast or max, for an output that does not record its recipe (other writers')");
  command
      ->add_option("--input-scales", a->input_scales,
                   "The calibration file that was used, to check measured input scales too")
      ->type_name("FILE");
  AddFollowSymlinks(command, &a->follow_symlinks);
  AddThreads(command, &a->threads);
  command->add_flag("--json", a->json, "Print the report as JSON");
  command->callback([a, exit_code] { *exit_code = ExitCodeOf(RunVerify(*a)); });
}

}  // namespace nibble
