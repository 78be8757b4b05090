// nibble inspect [PATH]
#include "study/inspect.h"

#include <cstdio>
#include <memory>

#include "apps/model_options.h"
#include "apps/shared_options.h"

namespace nibble {
namespace {

struct Arguments {
  InspectOptions options;
  std::string path;
  bool json = false;
};

Status RunInspect(Arguments& a) {
  NIBBLE_TRY(UseBundledModelByDefault(&a.path));
  a.options.path = a.path;
  NIBBLE_ASSIGN(const InspectResult result, Inspect(a.options));
  for (const std::string& warning : result.warnings)
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  PrintReport(result.json, result.text, a.json);
  return {};
}

}  // namespace

void AddInspectCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("inspect", "Show roles, forms, bytes, layers and experts of a checkpoint");
  const auto a = std::make_shared<Arguments>();
  command
      ->add_option("path", a->path,
                   "Checkpoint folder, or one .safetensors file (default: the bundled model)")
      ->type_name("PATH");
  command->add_option("--tensor", a->options.tensor,
                      "Statistics and a histogram of the decoded values of one tensor or module");
  AddFollowSymlinks(command, &a->options.follow_symlinks);
  command->add_flag("--json", a->json, "Print JSON");
  command->callback([a, exit_code] { *exit_code = ExitCodeOf(RunInspect(*a)); });
}

}  // namespace nibble
