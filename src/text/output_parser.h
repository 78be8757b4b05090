// From generated tokens to a message: splits a stream into reasoning, content and tool calls. Only
// ids count: text that looks like markup is text. One object per generated message, used by one
// thread at a time; work is linear in the output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/chat_encoding.h"
#include "text/detokenizer.h"
#include "text/tokenizer.h"

namespace nibble {

// What the splitter releases. Deltas of one kind joined are the field of the final message.
struct OutputDelta {
  enum class Kind { kReasoning, kContent, kToolCall };
  Kind kind = Kind::kContent;
  std::string text;       // kReasoning, kContent: never empty, valid UTF-8
  std::string name;       // kToolCall
  std::string arguments;  // kToolCall: one line of JSON, an object
  friend bool operator==(const OutputDelta&, const OutputDelta&) = default;
};

class OutputParser {
 public:
  // The ids that mean something in a generated message.
  struct Controls {
    TokenId begin = 0, end = 0, user = 0, assistant = 0, reminder = 0;
    TokenId think_open = 0, think_close = 0, dsml = 0;
  };
  // Error: the tokenizer lacks one of the control strings.
  static Result<Controls> FindControls(const Tokenizer& tokenizer);

  // `mode` tells how the prompt ended: kThinking after an open <think>. `tokenizer` must outlive
  // this object.
  OutputParser(const Tokenizer* tokenizer, const Controls& controls, ThinkingMode mode);

  // One generated id. Error: an id outside the vocabulary.
  Result<std::vector<OutputDelta>> Push(TokenId id);
  // The end of the stream (EOS, stop or limit): releases what was held back.
  std::vector<OutputDelta> Finish();

  // An end-of-sentence or turn id came: nothing that follows counts.
  bool ended() const;
  // Calls delivered so far.
  int tool_call_count() const;
  // Malformed calls and blocks met so far, for a log counter.
  int malformed_count() const;
};

}  // namespace nibble
