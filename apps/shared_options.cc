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
