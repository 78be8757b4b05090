// nibble quantize IN OUT
#include "quantize/quantize.h"

#include <cstdio>
#include <memory>

#include "apps/shared_options.h"
#include "apps/stop_signal.h"

namespace nibble {
namespace {

struct Arguments {
  std::string input;
  std::string output;
  std::string recipe;
  std::string scope = "experts";
  std::string draft = "native";
  std::string names = "official";
  std::string input_scales;
  bool keep_negative_zero = false;
  bool overwrite = false;
  bool follow_symlinks = false;
  bool json = false;
  size_t threads = 0;
};

QuantizeOptions OptionsOf(const Arguments& a) {
  QuantizeOptions options;
  options.input = a.input;
  options.output = a.output;
  if (!a.recipe.empty()) options.settings.recipe = RecipeFromName(a.recipe);
  options.settings.scope = *ScopeFromName(a.scope);
  options.settings.draft = *DraftFromName(a.draft);
  options.settings.names = *NamesFromName(a.names);
  options.settings.keep_negative_zero = a.keep_negative_zero;
  if (a.input_scales == "unit") {
    options.settings.input_scales = InputScales::kUnit;
  } else if (!a.input_scales.empty()) {
    options.settings.input_scales = InputScales::kFile;
    options.input_scales_file = a.input_scales;
  }
  options.follow_symlinks = a.follow_symlinks;
  options.threads = a.threads;
  options.overwrite = a.overwrite;
  return options;
}

Status RunQuantize(const Arguments& a, QuantizeOptions options) {
  options.stop = &WatchStopSignals();
  NIBBLE_ASSIGN(const QuantizeReport report, Quantize(options));
  PrintReport(ToJson(report), ToText(report), a.json);
  return {};
}

}  // namespace

void AddQuantizeCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("quantize", "Write an NVFP4 checkpoint of a DeepSeek-V4 checkpoint");
  const auto a = std::make_shared<Arguments>();
  command->add_option("input", a->input, "Checkpoint folder: native, BF16 or Base FP8")
      ->type_name("DIR")
      ->required();
  command->add_option("output", a->output, "New folder for the result")
      ->type_name("DIR")
      ->required();
  AddRecipe(command, &a->recipe,
            "cast (exact, default for MXFP4 experts) or max (default for BF16 and FP8)");
  command
      ->add_option("--scope", a->scope,
                   "experts, or all: attention, shared experts, indexer queries, compressors too")
      ->check(CLI::IsMember({"experts", "all"}))
      ->capture_default_str();
  command
      ->add_option("--draft", a->draft,
                   "native: mtp.* byte for byte; nvfp4: its routed experts as in the trunk")
      ->check(CLI::IsMember({"native", "nvfp4"}))
      ->capture_default_str();
  command->add_option("--names", a->names, "official, or hf: names of transformers, without mtp.*")
      ->check(CLI::IsMember({"official", "hf"}))
      ->capture_default_str();
  command
      ->add_option("--input-scales", a->input_scales,
                   "safetensors of <path>.input_amax, or `unit`; default: bounds derived from "
                   "norms and swiglu_limit")
      ->type_name("FILE");
  command->add_flag("--keep-negative-zero", a->keep_negative_zero,
                    "Copy -0 codes instead of writing +0, so that the way back is exact in bytes");
  AddOverwrite(command, &a->overwrite);
  AddFollowSymlinks(command, &a->follow_symlinks);
  AddThreads(command, &a->threads);
  command->add_flag("--json", a->json, "Print the report as JSON");
  command->callback([a, exit_code] {
    const QuantizeOptions options = OptionsOf(*a);
    const std::string impossible = ImpossibleCombination(options.settings);
    if (!impossible.empty()) throw CLI::ValidationError(impossible);
    *exit_code = ExitCodeOf(RunQuantize(*a, options));
  });
}

}  // namespace nibble
