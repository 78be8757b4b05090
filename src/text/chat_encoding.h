// From messages to a prompt, as DeepSeek-V4 was trained. The prompt is built as runs: scaffold that
// is ours, and text of the client, in which nothing ever becomes a control id.
#pragma once

#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "text/chat_message.h"
#include "text/tokenizer.h"

namespace nibble {

struct ChatOptions {
  ThinkingMode thinking_mode = ThinkingMode::kThinking;
  bool drop_thinking = true;  // without effect when a message has tools
  Effort effort = Effort::kDefault;
};

// The profile of the checkpoint in `folder`: told by the text of encoding/encoding_dsv4.py, which
// is never run; kPreview without that file.
Result<EncodingProfile> DetectEncodingProfile(const std::filesystem::path& folder);

// The prompt as runs; joined they are its text. Errors: a developer message without text, an effort
// that the profile does not have; they begin with the path ("messages[2].content: ...").
Result<std::vector<Run>> RenderChat(std::span<const Message> messages, const ChatOptions& options,
                                    EncodingProfile profile);

// RenderChat, then ids. Immutable; any thread.
class ChatEncoder {
 public:
  // `tokenizer` must outlive this object. Error: a control string is no added token of it.
  static Result<ChatEncoder> Create(const Tokenizer* tokenizer, EncodingProfile profile);

  Result<std::vector<TokenId>> Encode(std::span<const Message> messages,
                                      const ChatOptions& options) const;
  EncodingProfile profile() const { return profile_; }

 private:
  ChatEncoder(const Tokenizer* tokenizer, EncodingProfile profile, ControlMatcher controls)
      : tokenizer_(tokenizer), profile_(profile), controls_(std::move(controls)) {}
  const Tokenizer* tokenizer_;
  EncodingProfile profile_;
  ControlMatcher controls_;
};

}  // namespace nibble
