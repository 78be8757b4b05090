// One function per subcommand: it declares its options and what runs when the subcommand was given.
// `exit_code` is set by the subcommand: 0 done, 1 failed or found a difference, 128 + the signal
// when one stopped it, 2 usage error. CLI11 finds most usage errors before a command runs; for a
// combination of options that only the command can judge, its callback throws CLI::ValidationError
// with the sentence, which ends in main like the others.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/error.h"
#include "base/json.h"

namespace nibble {

// Prints "nibble: <message>" to standard error and gives the exit code.
int Fail(const Error& error);
int ExitCodeOf(const Status& status);
int ExitCodeOf(const Result<int>& code);

// A command's report on standard output: `json` when --json was given, else `text`.
void PrintReport(const json::Value& json, const std::string& text, bool as_json);

void AddChatCommand(CLI::App& app, int* exit_code);
void AddCompareCommand(CLI::App& app, int* exit_code);
void AddEvalCommand(CLI::App& app, int* exit_code);
void AddGenerateCommand(CLI::App& app, int* exit_code);
void AddInspectCommand(CLI::App& app, int* exit_code);
void AddQuantizeCommand(CLI::App& app, int* exit_code);
void AddServeCommand(CLI::App& app, int* exit_code);
void AddSynthCommand(CLI::App& app, int* exit_code);
void AddTraceCommand(CLI::App& app, int* exit_code);
void AddVerifyCommand(CLI::App& app, int* exit_code);

}  // namespace nibble
