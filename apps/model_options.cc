#include "apps/model_options.h"

#include <cstdio>

#include "apps/bundled_model.h"
#include "apps/shared_options.h"
#include "base/text.h"

namespace nibble {

ModelOptions ModelArguments::Options() const {
  ModelOptions options{.numerics = *NumericsFromName(numerics), .threads = threads};
  if (!activations.empty()) options.activations = ActivationsFromName(activations);
  return options;
}

Result<std::unique_ptr<Checkpoint>> ModelArguments::Open() const {
  return Checkpoint::Open(model, {.follow_symlinks = follow_symlinks});
}

Status UseBundledModelByDefault(std::string* folder) {
  if (!folder->empty()) return {};
  NIBBLE_ASSIGN(const std::filesystem::path bundled, FindBundledModel());
  *folder = bundled.string();
  std::fprintf(stderr, "the bundled model: %s\n", Escape(*folder, 400).c_str());
  return {};
}

void AddModelArguments(CLI::App* command, ModelArguments* a, const std::string& default_numerics) {
  a->numerics = default_numerics;
  command->add_option("model", a->model, "The checkpoint's folder (default: the bundled model)")
      ->type_name("DIR");
  AddNumerics(command, "--numerics", &a->numerics, kNumericsHelp)->capture_default_str();
  command
      ->add_option(
          "--activations", a->activations,
          "What enters the routed experts and every linear stored as NVFP4 (default: fp8 in "
          "official, else none)")
      ->check(CLI::IsMember({"none", "fp8", "nvfp4"}));
  AddFollowSymlinks(command, &a->follow_symlinks);
  AddThreads(command, &a->threads);
}

void CheckUsage(const ModelArguments& a) {
  if (a.numerics != "ideal" || a.activations.empty() || a.activations == "none") return;
  throw CLI::ValidationError(
      fmt::format("ideal numerics quantise nothing: --activations {} is for official and serving",
                  a.activations));
}

}  // namespace nibble
