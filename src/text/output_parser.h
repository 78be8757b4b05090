// From generated tokens to a message: splits a stream into reasoning, content and tool calls. Only
// ids count: text that looks like markup is text. One object per generated message, used by one
// thread at a time; work is linear in the output.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/chat_message.h"
#include "text/detokenizer.h"
#include "text/tokenizer.h"
#include "text/tool_block.h"

namespace nibble {

// What the splitter releases. Deltas of one kind joined are the field of the final message.
struct OutputDelta {
  enum class Kind { kReasoning, kContent, kToolCall };
  Kind kind = Kind::kContent;
  std::string text;    // kReasoning, kContent: never empty, valid UTF-8
  GeneratedCall call;  // kToolCall
};

class OutputParser {
 public:
  // The ids that mean something in a generated message.
  struct Controls {
    TokenId begin = 0, end = 0, user = 0, assistant = 0, reminder = 0;
    TokenId think = 0, think_end = 0, dsml = 0;

    // The end of the sentence, or what begins somebody else's turn.
    bool EndsTurn(TokenId id) const {
      return id == end || id == begin || id == user || id == assistant || id == reminder;
    }
  };
  // Error: the tokenizer lacks one of the control strings.
  static Result<Controls> FindControls(const Tokenizer& tokenizer);

  // `mode` tells how the prompt ended: kThinking after an open <think>. `tokenizer` must outlive
  // this object.
  OutputParser(const Tokenizer* tokenizer, const Controls& controls, ThinkingMode mode);

  // One generated id. Error: an id outside the vocabulary.
  Result<std::vector<OutputDelta>> Push(TokenId id);
  // Push in two: text that ordinary tokens completed, and an added token.
  std::vector<OutputDelta> PushText(std::string_view text);
  std::vector<OutputDelta> PushControl(TokenId id);
  // The end of the stream (EOS, stop or limit): releases what was held back.
  std::vector<OutputDelta> Finish();

  // An end-of-sentence or turn id came: nothing that follows counts.
  bool ended() const { return state_ == State::kEnded; }
  // Whether the stream stands inside the reasoning, as far as is known.
  bool in_reasoning() const { return state_ == State::kReasoning; }
  // Calls delivered so far.
  int tool_call_count() const { return tool_calls_; }
  const MalformedOutput& malformed() const { return malformed_; }

 private:
  enum class State { kReasoning, kContent, kTools, kEnded };

  void Text(std::string_view text, std::vector<OutputDelta>* out);
  void Control(TokenId id, std::vector<OutputDelta>* out);
  void BlockStart(std::string_view text, std::vector<OutputDelta>* out);
  void Plain(std::string_view text, std::vector<OutputDelta>* out);
  void FlushHeld(std::vector<OutputDelta>* out);
  void TakeCalls(std::vector<OutputDelta>* out);
  void End(std::vector<OutputDelta>* out);
  void Emit(std::string_view text, std::vector<OutputDelta>* out);

  const Tokenizer* tokenizer_;
  Controls controls_;
  State state_;
  Utf8Stream stream_;
  // Reasoning and content: newlines and a `<` that may belong to the start of a block.
  std::string held_;
  // After the held `<` the id of ｜DSML｜ came; the text since, a beginning of a tag's name.
  std::optional<std::string> block_start_;
  bool content_written_ = false;
  ToolBlockReader block_;
  int tool_calls_ = 0;
  MalformedOutput malformed_;
};

}  // namespace nibble
