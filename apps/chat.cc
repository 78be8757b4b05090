// nibble chat [MODEL]: a conversation in the terminal.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "apps/commands.h"
#include "apps/generation_options.h"
#include "apps/stop_signal.h"
#include "base/text.h"
#include "text/control_strings.h"
#include "text/detokenizer.h"

namespace nibble {
namespace {

struct Arguments {
  GenerationArguments generation;
  std::string system;
  bool thinking = false;
};

// The model's side of a conversation: what it has read so far, so that a turn is only the new part.
class Conversation {
 public:
  Conversation(Model& model, const ChatText& text, const Arguments& a)
      : model_(model), text_(text), arguments_(a), sequence_(model.NewSequence()) {
    if (!a.system.empty()) Add(MessageRole::kSystem, a.system);
  }

  // Answers on standard output. After an error the conversation is what it was before.
  Status Turn(const std::string& user) {
    if (const size_t at = FindInvalidUtf8(user); at != std::string::npos)
      return InvalidInput("what was typed is not UTF-8 at byte {}", at);
    Add(MessageRole::kUser, user);
    Status status = Answer();
    if (!status.ok()) {
      messages_.pop_back();
      Forget();
    }
    return status;
  }

 private:
  Status Answer() {
    NIBBLE_ASSIGN(const std::vector<TokenId> ids, text_.Encode(messages_, arguments_.thinking));
    // Reasoning of earlier turns is dropped from the prompt; then what was read is another text.
    const bool goes_on =
        ids.size() > read_.size() && std::equal(read_.begin(), read_.end(), ids.begin());
    if (!goes_on) Forget();
    GenerateOptions options = arguments_.generation.Options(model_.config());
    options.stop = &WatchStopSignals();
    Detokenizer detokenizer(&text_.tokenizer(), /*skip_special=*/true);
    options.on_token = [&](TokenId id) {
      const auto piece = detokenizer.Push(id);
      if (piece.ok()) PrintGenerated(*piece);
    };
    NIBBLE_ASSIGN(const GenerateResult result,
                  Generate(model_, *sequence_, std::span(ids).subspan(read_.size()), options));
    PrintGenerated(detokenizer.Finish() + "\n");
    PrintTimings(result);
    read_ = ids;
    if (!result.tokens.empty())
      read_.insert(read_.end(), result.tokens.begin(), result.tokens.end() - 1);
    return Remember(result.tokens);
  }

  void Forget() {
    sequence_->Reset();
    read_.clear();
  }

  void Add(MessageRole role, const std::string& content) {
    Message message;
    message.role = role;
    message.content = content;
    messages_.push_back(std::move(message));
  }

  // The answer becomes a message: reasoning before the id of </think>, content behind it. Without
  // one, all was thought and nothing said.
  Status Remember(std::span<const TokenId> tokens) {
    const Tokenizer& tokenizer = text_.tokenizer();
    Message message;
    message.role = MessageRole::kAssistant;
    if (arguments_.thinking) {
      const auto end =
          std::find(tokens.begin(), tokens.end(), tokenizer.FindAdded(control::kThinkEnd));
      const auto thought = static_cast<size_t>(end - tokens.begin());
      NIBBLE_ASSIGN(message.reasoning_content,
                    tokenizer.Decode(tokens.first(thought), /*skip_special=*/true));
      tokens = tokens.subspan(std::min(thought + 1, tokens.size()));
    }
    NIBBLE_ASSIGN(message.content, tokenizer.Decode(tokens, /*skip_special=*/true));
    messages_.push_back(std::move(message));
    return {};
  }

  Model& model_;
  const ChatText& text_;
  const Arguments& arguments_;
  std::unique_ptr<Sequence> sequence_;
  std::vector<Message> messages_;
  std::vector<TokenId> read_;
};

Result<int> RunChat(Arguments& a) {
  NIBBLE_TRY(UseBundledModelByDefault(&a.generation.model.model));
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> checkpoint, a.generation.model.Open());
  NIBBLE_ASSIGN(const ChatText text, ChatText::Load(a.generation.model.model));
  NIBBLE_ASSIGN(const LoadedModel loaded,
                LoadModel(*checkpoint, a.generation.model, /*mtp=*/false));
  Conversation conversation(*loaded.model, text, a);
  std::string line;
  int exit_code = 0;
  while (true) {
    std::fputs("> ", stderr);
    if (!std::getline(std::cin, line) || line == "/exit") return exit_code;
    if (line.empty()) continue;
    const Status status = conversation.Turn(line);
    if (status.ok()) continue;
    // What was typed is wrong or too long: the next line may not be.
    if (status.error().code() != ErrorCode::kInvalidInput) return status.error();
    exit_code = Fail(status.error());
  }
}

}  // namespace

void AddChatCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "chat", "Talk with a checkpoint in the terminal; /exit or end of input ends it");
  const auto a = std::make_shared<Arguments>();
  AddGenerationArguments(command, &a->generation);
  command->add_option("--system", a->system, "The system message");
  command->add_flag("--thinking", a->thinking, "Let the model think first");
  command->callback([a, exit_code] {
    CheckUsage(a->generation.model);
    *exit_code = ExitCodeOf(RunChat(*a));
  });
}

}  // namespace nibble
