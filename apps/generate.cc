// nibble generate [MODEL] (--prompt TEXT | --chat TEXT | --ids FILE)
#include "engine/generate.h"

#include <cstdio>
#include <memory>
#include <optional>

#include "apps/commands.h"
#include "apps/generation_options.h"
#include "apps/prompt_ids.h"
#include "apps/shared_options.h"
#include "apps/stop_signal.h"
#include "base/file.h"
#include "base/text.h"
#include "study/tensor_file.h"
#include "text/detokenizer.h"

namespace nibble {
namespace {

struct Arguments {
  GenerationArguments generation;
  std::string prompt;
  std::optional<std::string> chat;  // "" is a turn, too
  std::string ids;
  std::string logits;
  bool overwrite = false;
  bool thinking = false;
  bool mtp = false;
  bool json = false;
};

// `text` is there unless the prompt is given as ids.
Result<std::vector<TokenId>> PromptOf(const Arguments& a, const ModelConfig& config,
                                      const std::optional<ChatText>& text) {
  if (!a.ids.empty()) return ReadIds(a.ids, config);
  if (!a.chat) return EncodePrompt(text->tokenizer(), config, a.prompt);
  Message message;
  message.content = *a.chat;
  return text->Encode({&message, 1}, a.thinking);
}

Status WriteLogits(const Arguments& a, const GenerateResult& result, const ModelConfig& config) {
  const auto vocabulary = static_cast<uint64_t>(config.vocab_size);
  std::vector<NamedArray> arrays;
  arrays.push_back({"logits", {result.logits.size() / vocabulary, vocabulary}, result.logits});
  if (a.mtp)
    arrays.push_back(
        {"mtp", {result.mtp_logits.size() / vocabulary, vocabulary}, result.mtp_logits});
  return WriteArrays(a.logits, arrays);
}

json::Value TimingJson(const PhaseTiming& t) {
  return json::Object{{"tokens", t.tokens},
                      {"seconds", t.seconds},
                      {"tokens_per_s", t.tokens_per_s()},
                      {"weight_bytes", t.weight_bytes},
                      {"bytes_per_s", t.bytes_per_s()}};
}

json::Value ToJson(const std::vector<TokenId>& prompt, const GenerateResult& result,
                   const std::optional<std::string>& text, double load_s) {
  const auto list = [](const std::vector<TokenId>& ids) {
    json::Array array;
    for (const TokenId id : ids) array.push_back(id);
    return array;
  };
  return json::Object{
      {"prompt_tokens", list(prompt)},
      {"tokens", list(result.tokens)},
      {"text", text ? json::Value(*text) : json::Value()},
      {"finish_reason", result.finish_reason == FinishReason::kStop ? "stop" : "length"},
      {"timings", json::Object{{"load_s", load_s},
                               {"prefill", TimingJson(result.prefill)},
                               {"decode", TimingJson(result.decode)}}}};
}

Status RunGenerate(Arguments& a) {
  NIBBLE_TRY(UseBundledModelByDefault(&a.generation.model.model));
  // The weights come last: what is wrong elsewhere should not cost the minutes of loading them.
  if (!a.logits.empty()) NIBBLE_TRY(CheckNewFile(a.logits, a.overwrite));
  const std::string& folder = a.generation.model.model;
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> checkpoint, a.generation.model.Open());
  if (a.ids.empty()) NIBBLE_TRY(NeedTokenizer(folder));
  // Ids work without a tokenizer; with one, the answer is shown as text all the same.
  std::optional<ChatText> text;
  if (HasTokenizer(folder)) {
    NIBBLE_ASSIGN(text, ChatText::Load(folder));
  }
  NIBBLE_ASSIGN(const std::vector<TokenId> prompt, PromptOf(a, checkpoint->config(), text));
  NIBBLE_ASSIGN(const LoadedModel loaded, LoadModel(*checkpoint, a.generation.model, a.mtp));
  GenerateOptions options = a.generation.Options(loaded.model->config());
  options.want_logits = !a.logits.empty();
  options.mtp = a.mtp;
  options.stop = &WatchStopSignals();
  std::optional<Detokenizer> detokenizer;
  if (text) detokenizer.emplace(&text->tokenizer(), /*skip_special=*/true);
  if (!a.json) {
    options.on_token = [&](TokenId id) {
      if (detokenizer) {
        const auto piece = detokenizer->Push(id);
        if (piece.ok()) PrintGenerated(*piece);
      } else {
        std::printf("%d ", id);
      }
      std::fflush(stdout);
    };
  }
  const auto sequence = loaded.model->NewSequence();
  NIBBLE_ASSIGN(const GenerateResult result, Generate(*loaded.model, *sequence, prompt, options));
  if (!a.json) PrintGenerated((detokenizer ? detokenizer->Finish() : "") + "\n");
  if (!a.logits.empty()) NIBBLE_TRY(WriteLogits(a, result, loaded.model->config()));
  if (a.json) {
    std::optional<std::string> answer;
    if (text) {
      NIBBLE_ASSIGN(answer, text->tokenizer().Decode(result.tokens, /*skip_special=*/true));
    }
    std::puts(json::Dump(ToJson(prompt, result, answer, loaded.load_s)).c_str());
  }
  PrintTimings(result);
  return {};
}

void CheckUsage(const Arguments& a) {
  CheckUsage(a.generation.model);
  if (a.thinking && !a.chat) throw CLI::ValidationError("--thinking needs --chat");
  if (a.mtp && a.logits.empty())
    throw CLI::ValidationError("--mtp needs --logits, where its predictions go");
  if (a.overwrite && a.logits.empty()) throw CLI::ValidationError("--overwrite needs --logits");
}

}  // namespace

void AddGenerateCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand("generate", "Continue a prompt");
  const auto a = std::make_shared<Arguments>();
  AddGenerationArguments(command, &a->generation);
  const auto group = command->add_option_group("prompt");
  group->add_option("--prompt", a->prompt, "Text; the begin token goes in front of it");
  group->add_option("--chat", a->chat, "One user turn through the chat encoding");
  AddIds(group, &a->ids);
  group->require_option(1);
  command->add_flag("--thinking", a->thinking, "With --chat: let the model think first");
  command
      ->add_option("--logits", a->logits,
                   "Write the logits of every position to this .safetensors file")
      ->type_name("FILE");
  AddOverwrite(command, &a->overwrite);
  command->add_flag("--mtp", a->mtp, "With --logits: the MTP block's, too");
  command->add_flag("--json", a->json, "Print one JSON object at the end");
  command->callback([a, exit_code] {
    CheckUsage(*a);
    *exit_code = ExitCodeOf(RunGenerate(*a));
  });
}

}  // namespace nibble
