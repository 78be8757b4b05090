// nibble synth --config FILE --seed N OUT
#include "checkpoint/synth.h"

#include <cstdio>
#include <memory>

#include "apps/shared_options.h"
#include "apps/stop_signal.h"
#include "base/text.h"

namespace nibble {
namespace {

struct Arguments {
  std::string config;
  std::string output;
  uint64_t seed = 0;
  size_t shards = 0;
  size_t threads = 0;
  bool json = false;
};

std::string ToText(const SynthReport& report) {
  const auto bytes = static_cast<double>(report.tensor_bytes);
  return fmt::format("{} tensors, {} in {} shards, {} ({}/s)\n", report.tensors, HumanBytes(bytes),
                     report.shards, HumanSeconds(report.seconds),
                     HumanBytes(bytes / report.seconds));
}

json::Value ToJson(const SynthReport& report) {
  return json::Object{{"tensors", report.tensors},
                      {"tensor_bytes", report.tensor_bytes},
                      {"shards", uint64_t{report.shards}},
                      {"seconds", report.seconds}};
}

Status RunSynth(const Arguments& a) {
  SynthOptions options;
  options.config = a.config;
  options.output = a.output;
  options.seed = a.seed;
  options.shards = a.shards;
  options.threads = a.threads;
  options.stop = &WatchStopSignals();
  NIBBLE_ASSIGN(const SynthReport report, Synthesize(options));
  PrintReport(ToJson(report), ToText(report), a.json);
  return {};
}

}  // namespace

void AddSynthCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "synth", "Write a synthetic checkpoint: the same bytes for a config and a seed, anywhere");
  const auto a = std::make_shared<Arguments>();
  command->add_option("output", a->output, "New folder for the checkpoint")
      ->type_name("DIR")
      ->required();
  command->add_option("--config", a->config, "config.json of any DeepSeek-V4 model")
      ->type_name("FILE")
      ->required();
  command->add_option("--seed", a->seed, "Seed of the weights")->required();
  command->add_option("--shards", a->shards, "Number of shards; 0: about 5 GB each")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  AddThreads(command, &a->threads);
  command->add_flag("--json", a->json, "Print the report as JSON");
  command->callback([a, exit_code] { *exit_code = ExitCodeOf(RunSynth(*a)); });
}

}  // namespace nibble
