// The messages of a conversation and how a request spells them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace nibble {

enum class MessageRole { kSystem, kUser, kAssistant, kTool, kDeveloper, kLatestReminder };
enum class Task { kNone, kAction, kQuery, kAuthority, kDomain, kTitle, kReadUrl };
enum class ThinkingMode { kChat, kThinking };
// Reasoning effort in the checkpoint's own levels; kDefault = none given.
enum class Effort { kDefault, kLow, kHigh, kMax };
// Which table of effort prefixes the checkpoint was trained with.
enum class EncodingProfile { kPreview, kRefresh };

// Arguments of calls may be nested this deep, in requests and in generated messages.
inline constexpr size_t kMaxArgumentsDepth = 128;

struct ToolCall {
  std::string id;  // empty = none
  std::string name;
  json::Value arguments;  // a string (of JSON) or an object
};

struct Message {
  MessageRole role = MessageRole::kUser;
  std::string content;                         // parts joined, null = empty
  std::string reasoning_content;               // assistant
  std::vector<ToolCall> tool_calls;            // assistant
  bool wo_eos = false;                         // assistant: the turn is to be continued
  std::string tool_call_id;                    // tool; empty = none
  std::vector<json::Value> tools;              // system, developer: the `function` objects
  std::optional<json::Value> response_format;  // system, developer: a schema
  Task task = Task::kNone;
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
Result<EncodingProfile> ParseEncodingProfile(std::string_view name);  // "preview", "refresh"

// An OpenAI `reasoning_effort` (minimal, low, medium, high, xhigh, max) in the levels of `profile`.
// "none" means chat mode and is the caller's matter.
Result<Effort> EffortFromRequest(EncodingProfile profile, std::string_view name);

// Puts the tools and the schema of an OpenAI request where the format wants them: into the first
// message if that is a system message, else into an empty one in front. Nothing given: no change.
void AddToSystemMessage(std::vector<json::Value> tools, std::optional<json::Value> response_format,
                        std::vector<Message>* messages);

// A JSON value as it stands in a prompt: spelled the way Python writes it (", ", ": ", shortest
// doubles, non-ASCII bare).
std::string PromptJson(const json::Value& value);

}  // namespace nibble
