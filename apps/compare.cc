// nibble compare A B (--prompt TEXT | --ids FILE)
#include "study/compare.h"

#include <memory>

#include "apps/prompt_ids.h"
#include "apps/shared_options.h"
#include "base/text.h"
#include "study/compare_report.h"

namespace nibble {
namespace {

struct Arguments {
  std::string a;
  std::string b;
  std::string prompt;
  std::string ids;
  std::string numerics = "ideal";
  std::string numerics_a;
  std::string numerics_b;
  size_t threads = 0;
  bool mtp = false;
  bool all = false;
  bool follow_symlinks = false;
  bool json = false;
};

// The prompt in A's tokenizer; checkpoints without one work with ids.
Result<std::vector<int32_t>> PromptOf(const Arguments& a, const ModelConfig& config) {
  if (!a.ids.empty()) return ReadIds(a.ids, config);
  NIBBLE_TRY(NeedTokenizer(a.a));
  NIBBLE_ASSIGN(const Tokenizer tokenizer, Tokenizer::Load(a.a));
  return EncodePrompt(tokenizer, config, a.prompt);
}

Result<int> RunCompare(const Arguments& a) {
  const auto numerics = [&](const std::string& own) {
    return NumericsFromName(own.empty() ? a.numerics : own).value();
  };
  const CheckpointOptions open{.follow_symlinks = a.follow_symlinks};
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> first, Checkpoint::Open(a.a, open));
  std::unique_ptr<Checkpoint> second;
  if (a.b != a.a) {
    NIBBLE_ASSIGN(second, Checkpoint::Open(a.b, open));
  }
  NIBBLE_ASSIGN(const std::vector<int32_t> ids, PromptOf(a, first->config()));
  const CompareSide side_a{first.get(), numerics(a.numerics_a)};
  const CompareSide side_b{second ? second.get() : first.get(), numerics(a.numerics_b)};
  NIBBLE_ASSIGN(
      const CompareReport report,
      Compare(side_a, side_b, ids, {.mtp = a.mtp, .threads = a.threads, .progress = true}));
  const auto name = [](const std::string& folder, const CompareSide& side) {
    return fmt::format("{} ({})", Escape(folder, 400), NameOf(side.numerics));
  };
  const CompareTextOptions text{name(a.a, side_a), name(a.b, side_b), a.all};
  PrintReport(ToJson(report), ToText(report, first->config(), text), a.json);
  return report.findings.empty() ? 0 : 1;
}

}  // namespace

void AddCompareCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "compare", "Run two checkpoints on one prompt and name the first operation that is wrong");
  const auto a = std::make_shared<Arguments>();
  command->add_option("a", a->a, "The checkpoint that is right")->type_name("DIR")->required();
  command->add_option("b", a->b, "The checkpoint in question; the same one under two numerics")
      ->type_name("DIR")
      ->required();
  const auto group = command->add_option_group("prompt");
  group->add_option("--prompt", a->prompt, "Text for A's tokenizer; the begin token goes in front");
  AddIds(group, &a->ids);
  group->require_option(1);
  AddNumerics(command, "--numerics", &a->numerics, kNumericsHelp)->capture_default_str();
  AddNumerics(command, "--numerics-a", &a->numerics_a, "How A computes");
  AddNumerics(command, "--numerics-b", &a->numerics_b, "How B computes");
  command->add_flag("--mtp", a->mtp, "The MTP block too");
  AddFollowSymlinks(command, &a->follow_symlinks);
  AddThreads(command, &a->threads);
  command->add_flag("--all", a->all, "Print every operation of every block");
  command->add_flag("--json", a->json, "Print the report as JSON");
  command->callback([a, exit_code] { *exit_code = ExitCodeOf(RunCompare(*a)); });
}

}  // namespace nibble
