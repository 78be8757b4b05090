#include <algorithm>
#include <csignal>
#include <cstdio>

#include "apps/commands.h"
#include "base/text.h"
#include "base/version.h"

namespace nibble {

int Fail(const Error& error) {
  std::fprintf(stderr, "nibble: %s\n", error.message().c_str());
  return 1;
}

static int Main(int argc, char** argv) {
  // A file over the size limit and a closed pipe are errors of the call, not the end of the
  // process.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("nibble: DeepSeek-V4 checkpoints to 4 bits, checked at every step, and served",
               "nibble");
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("nibble {} ({}), {}, cpu: {}", VersionText(),
                                                GitCommit(), CompilerText(), CpuFeaturesText()));
  int exit_code = 0;
  AddChatCommand(app, &exit_code);
  AddCompareCommand(app, &exit_code);
  AddEvalCommand(app, &exit_code);
  AddGenerateCommand(app, &exit_code);
  AddInspectCommand(app, &exit_code);
  AddTraceCommand(app, &exit_code);
  AddQuantizeCommand(app, &exit_code);
  AddVerifyCommand(app, &exit_code);
  AddServeCommand(app, &exit_code);
  AddSynthCommand(app, &exit_code);
  // CLI11 would only say that a subcommand is required.
  if (argc > 1 && argv[1][0] != '-') {
    const auto commands = app.get_subcommands([](CLI::App*) { return true; });
    const auto is_named = [&](CLI::App* command) { return command->check_name(argv[1]); };
    if (std::none_of(commands.begin(), commands.end(), is_named)) {
      std::fprintf(stderr, "nibble: unknown command \"%s\"; see nibble --help\n",
                   Escape(argv[1]).c_str());
      return 2;
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace nibble

int main(int argc, char** argv) { return nibble::Main(argc, argv); }
