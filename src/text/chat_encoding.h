// From messages to a prompt, as DeepSeek-V4 was trained. The prompt is built as runs: scaffold that
// is ours, and text of the client, in which nothing ever becomes a control id.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "text/tokenizer.h"

namespace nibble {

enum class Role { kSystem, kUser, kAssistant, kTool, kDeveloper, kLatestReminder };
enum class Task { kNone, kAction, kQuery, kAuthority, kDomain, kTitle, kReadUrl };
enum class ThinkingMode { kChat, kThinking };
// Reasoning effort in the checkpoint's own levels; kDefault = none given.
enum class Effort { kDefault, kLow, kHigh, kMax };
// Which table of effort prefixes the checkpoint was trained with.
enum class EncodingProfile { kPreview, kRefresh };

struct ToolCall {
  std::string id;  // empty = none
  std::string name;
  json::Value arguments;  // a string (of JSON) or an object
};

struct Message {
  Role role = Role::kUser;
  std::string content;                         // parts joined, null = empty
  std::string reasoning_content;               // assistant
  std::vector<ToolCall> tool_calls;            // assistant
  bool wo_eos = false;                         // assistant: the turn is to be continued
  std::string tool_call_id;                    // tool; empty = none
  std::vector<json::Value> tools;              // system, developer: the `function` objects
  std::optional<json::Value> response_format;  // system, developer: a schema
  Task task = Task::kNone;
};

struct ChatOptions {
  ThinkingMode thinking_mode = ThinkingMode::kThinking;
  bool drop_thinking = true;  // without effect when a message has tools
  Effort effort = Effort::kDefault;
};

// Messages from their JSON (an array). Unknown fields are ignored; `content` may be a string, null
// or an array of parts. Errors begin with the path of the field, which begins with `path`
// ("messages[3].role: ...").
Result<std::vector<Message>> MessagesFromJson(const json::Value& messages, std::string_view path);
// The `function` objects of a `tools` array; errors as above.
Result<std::vector<json::Value>> ToolsFromJson(const json::Value& tools, std::string_view path);
// "chat" or "thinking"; "low", "high", "max". Errors name the field.
Result<ThinkingMode> ParseThinkingMode(std::string_view name);
Result<Effort> ParseEffort(std::string_view name);
// An OpenAI `reasoning_effort` (minimal, low, medium, high, xhigh, max) in the levels of `profile`.
// "none" means chat mode and is the caller's matter.
Result<Effort> EffortFromRequest(EncodingProfile profile, std::string_view name);

// Puts the tools and the schema of an OpenAI request where the format wants them: into the first
// message if that is a system message, else into an empty one in front. Nothing given: no change.
void AddToSystemMessage(std::vector<json::Value> tools, std::optional<json::Value> response_format,
                        std::vector<Message>* messages);

// The profile of the checkpoint in `folder`: told by the text of encoding/encoding_dsv4.py, which
// is never run; kPreview without that file.
Result<EncodingProfile> DetectEncodingProfile(const std::filesystem::path& folder);

// A JSON value as it stands in a prompt: spelled the way Python writes it (", ", ": ", shortest
// doubles, non-ASCII bare).
std::string PromptJson(const json::Value& value);

// The prompt as runs; joined they are its text. Errors: a developer message without text, an effort
// that the profile does not have; the message begins with the path ("messages[2].content: ...").
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
