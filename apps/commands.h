// One function per subcommand: it declares its options and what runs when the subcommand was given.
// `exit_code` is set by the subcommand: 0 done, 1 failed or found a difference, 2 usage error
// (CLI11 exits with it before a command runs).
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/error.h"

namespace nibble {

// Prints "nibble: <message>" to standard error and gives the exit code 1.
int Fail(const Error& error);

void AddChatCommand(CLI::App& app, int* exit_code);
void AddCompareCommand(CLI::App& app, int* exit_code);
void AddEvalCommand(CLI::App& app, int* exit_code);
void AddGenerateCommand(CLI::App& app, int* exit_code);
void AddInspectCommand(CLI::App& app, int* exit_code);
void AddTraceCommand(CLI::App& app, int* exit_code);
void AddQuantizeCommand(CLI::App& app, int* exit_code);
void AddVerifyCommand(CLI::App& app, int* exit_code);
void AddServeCommand(CLI::App& app, int* exit_code);
void AddSynthCommand(CLI::App& app, int* exit_code);

}  // namespace nibble
