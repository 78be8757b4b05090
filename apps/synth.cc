// nibble synth --config FILE --seed N OUT
#include "checkpoint/synth.h"

#include <cstdio>
#include <memory>

#include "apps/commands.h"
#include "apps/stop_signal.h"
#include "base/json.h"
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

void Print(const SynthReport& report, bool as_json) {
  if (!as_json) {
    const auto bytes = static_cast<double>(report.tensor_bytes);
    fmt::print("{} tensors, {} in {} shards, {} ({}/s)\n", report.tensors, HumanBytes(bytes),
               report.shards, HumanSeconds(report.seconds), HumanBytes(bytes / report.seconds));
    return;
  }
  json::Value out;
  out.Set("tensors", report.tensors);
  out.Set("tensor_bytes", report.tensor_bytes);
  out.Set("shards", uint64_t{report.shards});
  out.Set("seconds", report.seconds);
  fmt::print("{}\n", json::Dump(out, json::Style::kIndented));
}

int Run(const Arguments& arguments) {
  SynthOptions options;
  options.config = arguments.config;
  options.output = arguments.output;
  options.seed = arguments.seed;
  options.shards = arguments.shards;
  options.threads = arguments.threads;
  const std::atomic<int>& stop = WatchStopSignals();
  options.stop = &stop;
  const auto report = Synthesize(options);
  if (!report.ok()) {
    const int code = Fail(report.error());
    return report.error().code() == ErrorCode::kInterrupted ? 128 + stop : code;
  }
  Print(*report, arguments.json);
  return 0;
}

}  // namespace

void AddSynthCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "synth", "Write a synthetic checkpoint: the same bytes for a config and a seed, anywhere");
  const auto a = std::make_shared<Arguments>();
  command->add_option("output", a->output, "New folder for the checkpoint")->required();
  command->add_option("--config", a->config, "config.json of any DeepSeek-V4 model")->required();
  command->add_option("--seed", a->seed, "Seed of the weights")->required();
  command->add_option("--shards", a->shards, "Number of shards; 0: about 5 GB each")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_option("--threads", a->threads, "Worker threads; 0: one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_flag("--json", a->json, "Print the report as JSON");
  command->callback([a, exit_code] { *exit_code = Run(*a); });
}

}  // namespace nibble
