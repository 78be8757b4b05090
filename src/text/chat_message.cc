#include "text/chat_message.h"

#include <iterator>
#include <utility>

#include "base/text.h"

namespace nibble {
namespace {

template <class T>
struct Named {
  std::string_view name;
  T value;
};

constexpr Named<MessageRole> kRoles[] = {
    {"system", MessageRole::kSystem},       {"user", MessageRole::kUser},
    {"assistant", MessageRole::kAssistant}, {"tool", MessageRole::kTool},
    {"developer", MessageRole::kDeveloper}, {"latest_reminder", MessageRole::kLatestReminder}};
constexpr Named<Task> kTasks[] = {{"action", Task::kAction},       {"query", Task::kQuery},
                                  {"authority", Task::kAuthority}, {"domain", Task::kDomain},
                                  {"title", Task::kTitle},         {"read_url", Task::kReadUrl}};
constexpr Named<ThinkingMode> kModes[] = {{"chat", ThinkingMode::kChat},
                                          {"thinking", ThinkingMode::kThinking}};
constexpr Named<Effort> kEfforts[] = {
    {"low", Effort::kLow}, {"high", Effort::kHigh}, {"max", Effort::kMax}};
constexpr Named<EncodingProfile> kProfiles[] = {{"preview", EncodingProfile::kPreview},
                                                {"refresh", EncodingProfile::kRefresh}};

template <class T, size_t n>
Result<T> Lookup(const Named<T> (&table)[n], std::string_view name, std::string_view path) {
  std::string all;
  for (const Named<T>& row : table) {
    if (row.name == name) return row.value;
    if (!all.empty()) all += ", ";
    all += row.name;
  }
  return InvalidInput("{}: must be one of {}, is \"{}\"", path, all, Escape(name));
}

// The member `key` of an object, nullptr if it is absent or null.
const json::Value* Given(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// A string member; empty if it is absent or null.
Result<std::string> OptionalString(const json::Value& object, std::string_view key,
                                   const std::string& path) {
  const json::Value* value = Given(object, key);
  if (value == nullptr) return std::string();
  if (const std::string* s = value->as_string()) return *s;
  return InvalidInput("{}.{}: must be a string, is {}", path, key, value->kind());
}

// Parts are joined by two newlines; one that is no text leaves a mark.
Result<std::string> ContentFromJson(const json::Value& message, const std::string& path) {
  const json::Value* content = Given(message, "content");
  if (content == nullptr || !content->is_array()) return OptionalString(message, "content", path);
  std::string joined;
  for (size_t i = 0; i < content->as_array()->size(); ++i) {
    const json::Value& part = (*content->as_array())[i];
    const std::string part_path = fmt::format("{}.content[{}]", path, i);
    if (!part.is_object())
      return InvalidInput("{}: must be an object, is {}", part_path, part.kind());
    NIBBLE_ASSIGN(const std::string type, OptionalString(part, "type", part_path));
    std::string text = "[Unsupported " + type + "]";
    if (type == "text") {
      NIBBLE_ASSIGN(text, OptionalString(part, "text", part_path));
    }
    if (i > 0) joined += "\n\n";
    joined += text;
  }
  return joined;
}

Result<std::vector<ToolCall>> ToolCallsFromJson(const json::Value& message,
                                                const std::string& path) {
  std::vector<ToolCall> calls;
  const json::Value* list = Given(message, "tool_calls");
  if (list == nullptr) return calls;
  if (!list->is_array())
    return InvalidInput("{}.tool_calls: must be an array, is {}", path, list->kind());
  for (size_t i = 0; i < list->as_array()->size(); ++i) {
    const json::Value& value = (*list->as_array())[i];
    const std::string call_path = fmt::format("{}.tool_calls[{}]", path, i);
    const json::Value* function = value.Find("function");
    if (function == nullptr || !function->is_object())
      return InvalidInput("{}.function: must be an object", call_path);
    ToolCall call;
    NIBBLE_ASSIGN(call.id, OptionalString(value, "id", call_path));
    if (Given(*function, "name") == nullptr)
      return InvalidInput("{}.function.name: must be a string", call_path);
    NIBBLE_ASSIGN(call.name, OptionalString(*function, "name", call_path + ".function"));
    const json::Value* arguments = function->Find("arguments");
    if (arguments == nullptr || !(arguments->is_string() || arguments->is_object())) {
      return InvalidInput("{}.function.arguments: must be a string of JSON or an object",
                          call_path);
    }
    call.arguments = *arguments;
    calls.push_back(std::move(call));
  }
  return calls;
}

Result<Message> MessageFromJson(const json::Value& value, const std::string& path) {
  if (!value.is_object()) return InvalidInput("{}: must be an object, is {}", path, value.kind());
  Message message;
  if (Given(value, "role") == nullptr) return InvalidInput("{}.role: is missing", path);
  NIBBLE_ASSIGN(const std::string role, OptionalString(value, "role", path));
  NIBBLE_ASSIGN(message.role, Lookup(kRoles, role, path + ".role"));
  NIBBLE_ASSIGN(message.content, ContentFromJson(value, path));
  NIBBLE_ASSIGN(message.reasoning_content, OptionalString(value, "reasoning_content", path));
  NIBBLE_ASSIGN(message.tool_call_id, OptionalString(value, "tool_call_id", path));
  NIBBLE_ASSIGN(message.tool_calls, ToolCallsFromJson(value, path));
  if (const json::Value* wo_eos = Given(value, "wo_eos")) {
    if (!wo_eos->is_bool())
      return InvalidInput("{}.wo_eos: must be a boolean, is {}", path, wo_eos->kind());
    message.wo_eos = *wo_eos->as_bool();
  }
  if (const json::Value* tools = Given(value, "tools")) {
    NIBBLE_ASSIGN(message.tools, ToolsFromJson(*tools, path + ".tools"));
  }
  if (const json::Value* format = Given(value, "response_format"))
    message.response_format = *format;
  NIBBLE_ASSIGN(const std::string task, OptionalString(value, "task", path));
  if (Given(value, "task") != nullptr) {
    NIBBLE_ASSIGN(message.task, Lookup(kTasks, task, path + ".task"));
  }
  return message;
}

}  // namespace

Result<std::vector<Message>> MessagesFromJson(const json::Value& messages, std::string_view path) {
  if (!messages.is_array())
    return InvalidInput("{}: must be an array, is {}", path, messages.kind());
  std::vector<Message> out;
  out.reserve(messages.as_array()->size());
  for (const json::Value& value : *messages.as_array()) {
    NIBBLE_ASSIGN(Message message, MessageFromJson(value, fmt::format("{}[{}]", path, out.size())));
    out.push_back(std::move(message));
  }
  return out;
}

Result<std::vector<json::Value>> ToolsFromJson(const json::Value& tools, std::string_view path) {
  if (!tools.is_array()) return InvalidInput("{}: must be an array, is {}", path, tools.kind());
  std::vector<json::Value> functions;
  for (const json::Value& tool : *tools.as_array()) {
    const json::Value* function = tool.Find("function");
    if (function == nullptr || !function->is_object())
      return InvalidInput("{}[{}].function: must be an object", path, functions.size());
    functions.push_back(*function);
  }
  return functions;
}

Result<ThinkingMode> ParseThinkingMode(std::string_view name) {
  return Lookup(kModes, name, "thinking_mode");
}
Result<Effort> ParseEffort(std::string_view name) {
  return Lookup(kEfforts, name, "reasoning_effort");
}
Result<EncodingProfile> ParseEncodingProfile(std::string_view name) {
  return Lookup(kProfiles, name, "profile");
}

Result<Effort> EffortFromRequest(EncodingProfile profile, std::string_view name) {
  static constexpr Named<Effort> kPreview[] = {{"minimal", Effort::kHigh}, {"low", Effort::kHigh},
                                               {"medium", Effort::kHigh},  {"high", Effort::kHigh},
                                               {"xhigh", Effort::kMax},    {"max", Effort::kMax}};
  static constexpr Named<Effort> kRefresh[] = {{"minimal", Effort::kLow}, {"low", Effort::kLow},
                                               {"medium", Effort::kHigh}, {"high", Effort::kHigh},
                                               {"xhigh", Effort::kHigh},  {"max", Effort::kMax}};
  return Lookup(profile == EncodingProfile::kPreview ? kPreview : kRefresh, name,
                "reasoning_effort");
}

void AddToSystemMessage(std::vector<json::Value> tools, std::optional<json::Value> response_format,
                        std::vector<Message>* messages) {
  if (tools.empty() && !response_format) return;
  if (messages->empty() || messages->front().role != MessageRole::kSystem) {
    Message system;
    system.role = MessageRole::kSystem;
    messages->insert(messages->begin(), std::move(system));
  }
  Message& system = messages->front();
  std::move(tools.begin(), tools.end(), std::back_inserter(system.tools));
  if (response_format) system.response_format = std::move(response_format);
}

}  // namespace nibble
