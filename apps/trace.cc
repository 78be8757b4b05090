// nibble trace [MODEL] --ids FILE --out FILE.safetensors
#include "study/trace.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

#include "apps/commands.h"
#include "apps/model_options.h"
#include "apps/prompt_ids.h"
#include "apps/shared_options.h"
#include "base/file.h"
#include "base/text.h"

namespace nibble {
namespace {

struct Arguments {
  ModelArguments model;
  std::string ids;
  std::string out;
  bool overwrite = false;
  std::string positions = "all";
  std::string layers;
  std::string streams;
  bool mtp = false;
};

// Numbers between `separator`s; nothing when it is not that.
std::optional<std::vector<int64_t>> ParseNumbers(std::string_view text, char separator) {
  std::vector<int64_t> numbers;
  while (true) {
    const size_t end = std::min(text.find(separator), text.size());
    int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + end, number);
    if (error != std::errc() || rest != text.data() + end || number < 0) return std::nullopt;
    numbers.push_back(number);
    if (end == text.size()) return numbers;
    text.remove_prefix(end + 1);
  }
}

TraceOptions OptionsOf(const Arguments& a) {
  const auto wrong = [](const char* sentence) { return CLI::ValidationError(sentence); };
  TraceOptions options{.model = a.model.Options(), .mtp = a.mtp, .streams = a.streams};
  if (a.positions != "all") {
    auto positions = ParseNumbers(a.positions, ',');
    if (!positions) throw wrong("--positions is all or numbers with commas between them: 0,31,127");
    std::sort(positions->begin(), positions->end());
    positions->erase(std::unique(positions->begin(), positions->end()), positions->end());
    options.positions = std::move(*positions);
  }
  if (a.layers.empty()) {
    if (!a.streams.empty())
      throw wrong("--streams needs --layers A:B, which says where they go in");
    return options;
  }
  const auto range = ParseNumbers(a.layers, ':');
  if (!range || range->size() != 2 || (*range)[0] > (*range)[1])
    throw wrong("--layers is A:B with A <= B");
  if ((*range)[0] > 0 && a.streams.empty())
    throw wrong("--layers that do not begin at 0 need their input: --streams FILE");
  options.layers = {(*range)[0], (*range)[1]};
  return options;
}

Status RunTrace(Arguments& a, const TraceOptions& options) {
  NIBBLE_TRY(UseBundledModelByDefault(&a.model.model));
  NIBBLE_TRY(CheckNewFile(a.out, a.overwrite));
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> checkpoint, a.model.Open());
  NIBBLE_ASSIGN(const std::vector<int32_t> ids, ReadIds(a.ids, checkpoint->config()));
  if (options.layers && options.layers->end > checkpoint->config().num_hidden_layers)
    return InvalidInput("--layers {} of a model with {} layers", a.layers,
                        checkpoint->config().num_hidden_layers);
  NIBBLE_ASSIGN(const std::vector<NamedArray> arrays, Trace(*checkpoint, ids, options));
  NIBBLE_TRY(WriteArrays(a.out, arrays));
  std::fprintf(stderr, "%zu arrays for %zu tokens in %s\n", arrays.size(), ids.size(),
               Escape(a.out, 400).c_str());
  return {};
}

}  // namespace

void AddTraceCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "trace",
      "Write every intermediate of a forward pass, or run a few layers from given streams");
  const auto a = std::make_shared<Arguments>();
  AddModelArguments(command, &a->model, "ideal");
  AddIds(command, &a->ids)->required();
  command->add_option("--out", a->out, "The .safetensors file to write")
      ->type_name("FILE")
      ->required();
  AddOverwrite(command, &a->overwrite);
  command->add_option("--positions", a->positions, "Which positions: 0,31,127 or all")
      ->capture_default_str();
  command->add_option("--layers", a->layers,
                      "A:B: run layers A to B-1 alone and write the streams after them; L:L with L "
                      "the number of layers: the head alone");
  command
      ->add_option("--streams", a->streams,
                   "A .safetensors file with layers.A.x_in or layers.(A-1).x_out [T, m, d]")
      ->type_name("FILE");
  command->add_flag("--mtp", a->mtp, "The MTP block, too");
  command->callback([a, exit_code] {
    CheckUsage(a->model);
    *exit_code = ExitCodeOf(RunTrace(*a, OptionsOf(*a)));
  });
}

}  // namespace nibble
