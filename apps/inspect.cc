// nibble inspect PATH
#include "study/inspect.h"

#include <cstdio>
#include <memory>

#include "apps/commands.h"

namespace nibble {
namespace {

struct Arguments {
  std::string path;
  std::string tensor;
  bool follow_symlinks = false;
  bool json = false;
};

int Run(const Arguments& arguments) {
  InspectOptions options;
  options.path = arguments.path;
  options.tensor = arguments.tensor;
  options.follow_symlinks = arguments.follow_symlinks;
  const auto result = Inspect(options);
  if (!result.ok()) return Fail(result.error());
  for (const std::string& warning : result->warnings)
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  const std::string text =
      arguments.json ? json::Dump(result->json, json::Style::kIndented) + "\n" : result->text;
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

void AddInspectCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("inspect", "Show roles, forms, bytes, layers and experts of a checkpoint");
  const auto a = std::make_shared<Arguments>();
  command->add_option("path", a->path, "Checkpoint folder, or one .safetensors file")->required();
  command->add_option("--tensor", a->tensor,
                      "Statistics and a histogram of the decoded values of one tensor or module");
  command->add_flag("--follow-symlinks", a->follow_symlinks,
                    "Read shards that are symbolic links into another folder (a model cache)");
  command->add_flag("--json", a->json, "Print JSON");
  command->callback([a, exit_code] { *exit_code = Run(*a); });
}

}  // namespace nibble
