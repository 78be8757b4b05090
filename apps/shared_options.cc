#include "apps/shared_options.h"

namespace nibble {

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

void AddRecipe(CLI::App* command, std::string* recipe, const std::string& help) {
  command->add_option("--recipe", *recipe, help)->check(CLI::IsMember({"cast", "max"}));
}

}  // namespace nibble
