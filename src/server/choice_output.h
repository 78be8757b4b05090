// One choice of an answer: token ids in, pieces of reasoning, content and tool calls out, with stop
// strings applied to the content. Used by one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/stop_matcher.h"
#include "text/output_parser.h"

namespace nibble {

struct TextDelta {
  std::string reasoning;
  std::string content;
  std::vector<OutputDelta> calls;  // kToolCall only
  bool empty() const { return reasoning.empty() && content.empty() && calls.empty(); }
};

struct ChoiceOutputOptions {
  // The mode of the prompt splits the text into reasoning, content and calls; none: all is content.
  std::optional<ThinkingMode> split = {};
  bool skip_special_tokens = true;
  bool include_stop = false;
  std::vector<std::string> stop = {};
  int64_t min_tokens = 0;   // stop strings in the text of so many tokens are text like any other
  bool ignore_eos = false;  // the ids that end a turn are dropped, and the text goes on
};

class ChoiceOutput {
 public:
  // `tokenizer` may be null: then there is no text. Both must outlive this object; `controls` is
  // needed only to split.
  ChoiceOutput(const Tokenizer* tokenizer, const OutputParser::Controls* controls,
               ChoiceOutputOptions options);

  // `ends`: the id is the EOS or stop id of the request.
  void Push(TokenId id, bool ends, TextDelta* out);
  // No token comes any more: releases what was held back.
  void Finish(TextDelta* out);

  // The text has ended by itself, with a stop string or the id of another turn: further tokens
  // count for nothing.
  bool ended() const;
  // The stop string that ended it.
  const std::string* stop_string() const { return stop_.matched() ? &stop_.match() : nullptr; }
  int64_t reasoning_tokens() const { return reasoning_tokens_; }

 private:
  void Append(std::vector<OutputDelta> deltas, TextDelta* out);
  void AppendContent(std::string_view text, TextDelta* out);

  const Tokenizer* const tokenizer_;
  const bool include_stop_;
  const int64_t min_tokens_;
  const bool ignore_eos_;
  const OutputParser::Controls* const controls_;
  StopMatcher stop_;
  std::optional<Detokenizer> plain_;
  std::optional<OutputParser> parser_;
  int64_t tokens_ = 0;
  int64_t reasoning_tokens_ = 0;
};

}  // namespace nibble
