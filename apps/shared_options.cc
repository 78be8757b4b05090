#include "apps/shared_options.h"

#include <charconv>
#include <cmath>

namespace nibble {

// The text of what is wrong with the argument, or nothing.
static std::string NotEmpty(const std::string& value) {
  return value.empty() ? "the name is empty" : "";
}

static std::string Number(const std::string& value) {
  double number = 0;
  return CLI::detail::lexical_cast(value, number) && !std::isnan(number)
             ? ""
             : fmt::format("Value {} is not a number", value);
}

static std::string Unsigned(const std::string& value) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size()
             ? ""
             : fmt::format("Value {} is not a whole number from 0 to {}", value, UINT64_MAX);
}

void RefuseSenselessValues(CLI::App* app) {
  for (CLI::Option* option : app->get_options()) {
    const std::string type = option->get_type_name();
    if (option->get_items_expected_max() == 0) option->disable_flag_override();
    if (type == "DIR" || type == "FILE" || type == "PATH") option->check(NotEmpty);
    if (type.starts_with("FLOAT")) option->check(Number);
    if (type.starts_with("UINT")) option->check(Unsigned);
  }
  for (CLI::App* command : app->get_subcommands([](CLI::App*) { return true; }))
    RefuseSenselessValues(command);
}

void AddThreads(CLI::App* command, size_t* threads) {
  command->add_option("--threads", *threads, "Worker threads; 0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

CLI::Option* AddNumerics(CLI::App* command, const std::string& flag, std::string* numerics,
                         const std::string& help) {
  return command->add_option(flag, *numerics, help)
      ->check(CLI::IsMember({"ideal", "official", "serving"}));
}

void AddFollowSymlinks(CLI::App* command, bool* follow_symlinks) {
  command->add_flag("--follow-symlinks", *follow_symlinks,
                    "Read files that are symbolic links into another folder (a model cache)");
}

void AddOverwrite(CLI::App* command, bool* overwrite) {
  command->add_flag("--overwrite", *overwrite, "Replace the output if it is there already");
}

void AddRecipe(CLI::App* command, std::string* recipe, const std::string& help) {
  command->add_option("--recipe", *recipe, help)->check(CLI::IsMember({"cast", "max"}));
}

}  // namespace nibble
