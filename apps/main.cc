#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "apps/commands.h"
#include "apps/shared_options.h"
#include "apps/stop_signal.h"
#include "base/text.h"
#include "base/version.h"

namespace nibble {

int Fail(const Error& error) {
  std::fprintf(stderr, "nibble: %s\n", error.message().c_str());
  return error.code() == ErrorCode::kInterrupted ? 128 + StopSignal() : 1;
}

int ExitCodeOf(const Status& status) { return status.ok() ? 0 : Fail(status.error()); }

int ExitCodeOf(const Result<int>& code) { return code.ok() ? *code : Fail(code.error()); }

void PrintReport(const json::Value& json, const std::string& text, bool as_json) {
  const std::string out = as_json ? json::Dump(json, json::Style::kIndented) + "\n" : text;
  std::fputs(out.c_str(), stdout);
}

// "nibble: --recipe: best not in {cast,max}; see nibble quantize --help"
static std::string UsageErrorText(const CLI::App* app, const CLI::Error& error) {
  std::string command = "nibble";
  for (const CLI::App* given : app->get_subcommands()) command += " " + given->get_name();
  return fmt::format("nibble: {}; see {} --help\n", Escape(error.what(), 400), command);
}

// What no caller foresaw, memory that has run out above all, on any thread. Nothing lies under a
// final name that is not complete.
[[noreturn]] static void EndOnException() {
  const std::exception_ptr thrown = std::current_exception();
  if (thrown == nullptr) std::abort();
  try {
    std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    std::fputs("nibble: out of memory\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "nibble: %s\n", e.what());
  } catch (...) {
    std::fputs("nibble: unknown exception\n", stderr);
  }
  std::_Exit(1);
}

// If the caller has closed one of them, the next file that is opened would take its number, and
// what is printed would go into that file.
static void OpenStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) std::abort();
  }
}

// A report that did not arrive is a failure (a full disk), but a reader that has gone (`| head`)
// had what it wanted.
static int WithOutputWritten(int exit_code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  const int reason = errno;
  struct stat info {};
  if (::fstat(STDOUT_FILENO, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)))
    return exit_code;
  std::fprintf(stderr, "nibble: standard output cannot be written%s%s\n", reason == 0 ? "" : ": ",
               reason == 0 ? "" : std::strerror(reason));
  return exit_code == 0 ? 1 : exit_code;
}

static int Main(int argc, char** argv) {
  CLI::App app("nibble: DeepSeek-V4 checkpoints to 4 bits, checked at every step, and served",
               "nibble");
  app.require_subcommand(0, 1);
  app.failure_message(UsageErrorText);
  app.set_version_flag("--version", fmt::format("nibble {} ({}), {}, cpu: {}", VersionText(),
                                                GitCommit(), CompilerText(), CpuFeaturesText()));
  int exit_code = 0;
  AddChatCommand(app, &exit_code);
  AddCompareCommand(app, &exit_code);
  AddEvalCommand(app, &exit_code);
  AddGenerateCommand(app, &exit_code);
  AddInspectCommand(app, &exit_code);
  AddQuantizeCommand(app, &exit_code);
  AddServeCommand(app, &exit_code);
  AddSynthCommand(app, &exit_code);
  AddTraceCommand(app, &exit_code);
  AddVerifyCommand(app, &exit_code);
  RefuseSenselessValues(&app);
  // CLI11 would only say that the argument was not expected.
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
  if (app.get_subcommands().empty()) {
    std::fputs("nibble: which command? see nibble --help\n", stderr);
    return 2;
  }
  return exit_code;
}

}  // namespace nibble

int main(int argc, char** argv) {
  // A file over the size limit and a closed pipe are errors of the call, not the end of the
  // process.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  std::set_terminate(nibble::EndOnException);
  nibble::OpenStandardStreams();
  return nibble::WithOutputWritten(nibble::Main(argc, argv));
}
