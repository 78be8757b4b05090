#include "apps/model_options.h"

#include <cstdio>

namespace nibble {

ModelOptions ModelArguments::Options() const {
  ModelOptions options{.numerics = *NumericsFromName(numerics), .threads = threads};
  if (!activations.empty()) options.activations = ActivationsFromName(activations);
  return options;
}

void AddModelArguments(CLI::App* command, ModelArguments* a, const std::string& default_numerics) {
  a->numerics = default_numerics;
  command->add_option("model", a->model, "The checkpoint's folder")->required();
  command->add_option("--numerics", a->numerics, "How it computes: ideal, official, serving")
      ->check(CLI::IsMember({"ideal", "official", "serving"}))
      ->capture_default_str();
  command
      ->add_option("--activations", a->activations,
                   "What enters the routed experts and every linear stored as NVFP4: none, fp8, "
                   "nvfp4 (default: fp8 in official, else none)")
      ->check(CLI::IsMember({"none", "fp8", "nvfp4"}));
  command->add_option("--threads", a->threads, "Worker threads; 0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

bool IsUsageError(const ModelArguments& a) {
  if (a.numerics != "ideal" || a.activations.empty() || a.activations == "none") return false;
  std::fprintf(stderr,
               "nibble: ideal numerics quantise nothing: --activations %s is for official "
               "and serving\n",
               a.activations.c_str());
  return true;
}

}  // namespace nibble
