#include "server/chat_messages.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace nibble {
namespace {

constexpr size_t kMaxMessages = 10000;
constexpr size_t kMaxParts = 1024;
constexpr size_t kMaxTools = 512;
constexpr size_t kMaxToolName = 64;

std::string JoinParts(FieldReader* reader, const json::Array& parts, bool allow_unknown,
                      std::optional<ApiError>* error) {
  std::string joined;
  if (parts.size() > kMaxParts) {
    reader->Fail("content", "invalid_value",
                 fmt::format("{} may have at most {} parts, got {}", reader->PathOf("content"),
                             kMaxParts, parts.size()));
  }
  for (size_t i = 0; i < parts.size() && !reader->failed(); ++i) {
    FieldReader part(parts[i], fmt::format("{}[{}]", reader->PathOf("content"), i), error);
    std::string type;
    std::string text;
    part.Require("type");
    part.String("type", &type);
    if (!part.failed() && type != "text") {
      part.Fail("type", "unsupported_parameter",
                fmt::format("{} \"{}\" is not supported, only \"text\" is", part.PathOf("type"),
                            Escape(type, 64)));
    }
    part.Require("text");
    part.String("text", &text);
    part.Ignore("cache_control");
    part.Ignore("prompt_cache_breakpoint");
    part.RefuseUnknown(allow_unknown);
    if (i > 0) joined += "\n\n";
    joined += text;
  }
  return joined;
}

// `may_be_null`: an assistant turn that consists of calls.
std::string ReadContent(FieldReader* reader, bool may_be_null, bool allow_unknown,
                        std::optional<ApiError>* error) {
  const json::Value* content = may_be_null ? reader->Get("content") : reader->Require("content");
  if (content == nullptr) return "";
  if (const std::string* text = content->as_string()) return *text;
  if (const json::Array* parts = content->as_array())
    return JoinParts(reader, *parts, allow_unknown, error);
  reader->Fail("content", "invalid_type",
               fmt::format("{} must be a string or an array of text parts, got {}",
                           reader->PathOf("content"), ShowValue(*content)));
  return "";
}

void CheckArguments(FieldReader* function, const json::Value& arguments) {
  const std::string path = function->PathOf("arguments");
  if (arguments.is_object()) return;
  const std::string* text = arguments.as_string();
  if (text == nullptr) {
    function->Fail(
        "arguments", "invalid_type",
        fmt::format("{} must be the JSON text of an object, got {}", path, ShowValue(arguments)));
    return;
  }
  const auto parsed = json::Parse(*text, path, {.max_depth = kMaxArgumentsDepth});
  if (!parsed.ok() || !parsed->is_object()) {
    function->Fail("arguments", "invalid_value",
                   parsed.ok() ? fmt::format("{} must be the JSON text of an object", path)
                               : parsed.error().message());
  }
}

std::vector<ToolCall> ReadToolCalls(FieldReader* reader, bool allow_unknown,
                                    std::optional<ApiError>* error) {
  std::vector<ToolCall> calls;
  const json::Value* value = reader->Get("tool_calls");
  if (value == nullptr) return calls;
  const json::Array* array = value->as_array();
  if (array == nullptr) {
    reader->Fail("tool_calls", "invalid_type",
                 fmt::format("{} must be an array, got {}", reader->PathOf("tool_calls"),
                             ShowValue(*value)));
    return calls;
  }
  for (size_t i = 0; i < array->size() && !reader->failed(); ++i) {
    FieldReader item((*array)[i], fmt::format("{}[{}]", reader->PathOf("tool_calls"), i), error);
    ToolCall call;
    std::string type = "function";
    item.String("id", &call.id);
    item.String("type", &type);
    if (type != "function") {
      item.Fail("type", "unsupported_parameter",
                fmt::format("{} must be \"function\"", item.PathOf("type")));
    }
    item.Ignore("index");
    if (const json::Value* body = item.Require("function")) {
      FieldReader function(*body, item.PathOf("function"), error);
      function.Require("name");
      function.String("name", &call.name);
      if (const json::Value* arguments = function.Require("arguments")) {
        CheckArguments(&function, *arguments);
        call.arguments = *arguments;
      }
      function.RefuseUnknown(allow_unknown);
    }
    item.RefuseUnknown(allow_unknown);
    calls.push_back(std::move(call));
  }
  return calls;
}

void ReadReasoning(FieldReader* reader, Message* out) {
  std::string other;
  reader->String("reasoning_content", &out->reasoning_content);
  reader->String("reasoning", &other);
  if (!out->reasoning_content.empty() && !other.empty() && out->reasoning_content != other) {
    reader->Fail("reasoning", "invalid_value",
                 fmt::format("{} and reasoning_content are both given and differ",
                             reader->PathOf("reasoning")));
  }
  if (out->reasoning_content.empty()) out->reasoning_content = other;
}

bool RoleFromName(const std::string& name, MessageRole* role) {
  // OpenAI's developer is DeepSeek's system; the encoder's own developer role is not reachable.
  constexpr std::pair<std::string_view, MessageRole> kRoles[] = {
      {"system", MessageRole::kSystem}, {"developer", MessageRole::kSystem},
      {"user", MessageRole::kUser},     {"assistant", MessageRole::kAssistant},
      {"tool", MessageRole::kTool},     {"latest_reminder", MessageRole::kLatestReminder}};
  for (const auto& [known, value] : kRoles) {
    if (name != known) continue;
    *role = value;
    return true;
  }
  return false;
}

class MessageReader {
 public:
  MessageReader(bool allow_unknown, std::optional<ApiError>* error)
      : allow_unknown_(allow_unknown), error_(error) {}

  Message Read(const json::Value& value, const std::string& path, bool* prefix) {
    Message message;
    FieldReader reader(value, path, error_);
    std::string role;
    reader.Require("role");
    reader.String("role", &role);
    if (!reader.failed() && !RoleFromName(role, &message.role)) {
      reader.Fail("role", "invalid_value",
                  fmt::format("{} must be system, developer, user, assistant, tool or "
                              "latest_reminder, got \"{}\"",
                              reader.PathOf("role"), Escape(role, 64)));
    }
    if (message.role == MessageRole::kAssistant) {
      ReadAssistant(&reader, &message, prefix);
    } else {
      message.content = ReadContent(&reader, false, allow_unknown_, error_);
    }
    if (message.role == MessageRole::kTool) {
      ReadToolResult(&reader, &message);
    } else if (message.role != MessageRole::kAssistant) {
      open_calls_.clear();
    }
    std::string name;
    reader.String("name", &name);
    reader.RefuseUnknown(allow_unknown_);
    return message;
  }

 private:
  void ReadAssistant(FieldReader* reader, Message* message, bool* prefix) {
    message->tool_calls = ReadToolCalls(reader, allow_unknown_, error_);
    message->content = ReadContent(reader, !message->tool_calls.empty(), allow_unknown_, error_);
    ReadReasoning(reader, message);
    reader->Bool("prefix", prefix);
    reader->Refuse("refusal");
    reader->Refuse("audio");
    reader->Refuse("function_call", "is not supported; send tool_calls");
    reader->Ignore("annotations");
    open_calls_.clear();
    for (const ToolCall& call : message->tool_calls) open_calls_.insert(call.id);
  }

  void ReadToolResult(FieldReader* reader, Message* message) {
    reader->Require("tool_call_id");
    reader->String("tool_call_id", &message->tool_call_id);
    if (!reader->failed() && !open_calls_.contains(message->tool_call_id)) {
      reader->Fail("tool_call_id", "invalid_value",
                   fmt::format("{} \"{}\" is no call of the assistant message before it",
                               reader->PathOf("tool_call_id"), Escape(message->tool_call_id, 64)));
    }
  }

  const bool allow_unknown_;
  std::optional<ApiError>* const error_;
  std::unordered_set<std::string> open_calls_;  // of the last assistant turn
};

bool IsToolName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxToolName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '.' || c == '-';
         });
}

// Why a `tools` entry is wrong, empty if it is right.
std::string ToolProblem(const json::Value& tool, std::unordered_set<std::string>* names) {
  const json::Value* type = tool.Find("type");
  if (type == nullptr || !type->is_string() || *type->as_string() != "function")
    return "type must be \"function\"";
  const json::Value* function = tool.Find("function");
  if (function == nullptr || !function->is_object()) return "function must be an object";
  const json::Value* name = function->Find("name");
  if (name == nullptr || !name->is_string() || !IsToolName(*name->as_string()))
    return "function.name must be 1 to 64 of [A-Za-z0-9_.-]";
  if (!names->insert(*name->as_string()).second)
    return fmt::format("function.name \"{}\" is given twice", *name->as_string());
  const json::Value* description = function->Find("description");
  if (description != nullptr && !description->is_null() && !description->is_string())
    return "function.description must be a string";
  const json::Value* parameters = function->Find("parameters");
  if (parameters != nullptr && !parameters->is_null()) {
    if (!parameters->is_object()) return "function.parameters must be a JSON Schema object";
    const json::Value* kind = parameters->Find("type");
    if (kind != nullptr && (!kind->is_string() || *kind->as_string() != "object"))
      return "function.parameters.type must be \"object\"";
    const json::Value* properties = parameters->Find("properties");
    if (properties != nullptr && !properties->is_object())
      return "function.parameters.properties must be an object";
  }
  return "";
}

// "none" hides the tools; "required" and a named function need constrained decoding.
bool ReadToolChoice(FieldReader* reader, bool has_tools) {
  const json::Value* choice = reader->Get("tool_choice");
  if (choice == nullptr) return true;
  const std::string* name = choice->as_string();
  if (name != nullptr && *name == "none") return false;
  if (name != nullptr && *name == "auto") {
    if (!has_tools) reader->Fail("tool_choice", "invalid_value", "tool_choice needs tools");
    return true;
  }
  const bool known = choice->is_object() || (name != nullptr && *name == "required");
  reader->Fail(
      "tool_choice", known ? "unsupported_parameter" : "invalid_value",
      known ? "tool_choice other than \"none\" and \"auto\" is not supported"
            : fmt::format("tool_choice must be \"none\" or \"auto\", got {}", ShowValue(*choice)));
  return false;
}

}  // namespace

ChatMessages ReadMessages(const json::Value& messages, const std::string& path, bool allow_unknown,
                          std::optional<ApiError>* error) {
  ChatMessages out;
  const auto fail = [&](std::string_view code, std::string message) {
    if (!*error)
      *error = ApiError{.code = std::string(code), .message = std::move(message), .param = path};
  };
  const json::Array* array = messages.as_array();
  if (array == nullptr) {
    fail("invalid_type", fmt::format("{} must be an array, got {}", path, ShowValue(messages)));
    return out;
  }
  if (array->empty() || array->size() > kMaxMessages) {
    fail("invalid_value",
         fmt::format("{} must have 1 to {} messages, got {}", path, kMaxMessages, array->size()));
    return out;
  }
  MessageReader reader(allow_unknown, error);
  for (size_t i = 0; i < array->size() && !*error; ++i) {
    const std::string here = fmt::format("{}[{}]", path, i);
    bool prefix = false;
    out.messages.push_back(reader.Read((*array)[i], here, &prefix));
    if (prefix && i + 1 < array->size()) {
      fail("invalid_value", fmt::format("{}.prefix is allowed on the last message only", here));
    }
    out.ends_with_prefix = prefix;
  }
  return out;
}

std::vector<json::Value> ReadTools(FieldReader* reader, std::optional<ApiError>* error) {
  std::vector<json::Value> functions;
  const json::Value* value = reader->Get("tools");
  const json::Array* array = value == nullptr ? nullptr : value->as_array();
  if (value != nullptr && array == nullptr) {
    reader->Fail("tools", "invalid_type",
                 fmt::format("tools must be an array, got {}", ShowValue(*value)));
  }
  if (array != nullptr && array->size() > kMaxTools) {
    reader->Fail(
        "tools", "invalid_value",
        fmt::format("tools may have at most {} entries, got {}", kMaxTools, array->size()));
  }
  std::unordered_set<std::string> names;
  for (size_t i = 0; array != nullptr && i < array->size() && !*error; ++i) {
    const json::Value& tool = (*array)[i];
    const std::string path = fmt::format("tools[{}]", i);
    if (const std::string problem = ToolProblem(tool, &names); !problem.empty()) {
      *error = ApiError{
          .code = "invalid_tool", .message = fmt::format("{}.{}", path, problem), .param = path};
    } else if (const json::Value* strict = tool.Find("function")->Find("strict");
               strict != nullptr && strict->as_bool() != false && !strict->is_null()) {
      *error = ApiError{.code = "unsupported_parameter",
                        .message = fmt::format("{}.function.strict is not supported", path),
                        .param = path + ".function.strict"};
    } else {
      functions.push_back(*tool.Find("function"));
    }
  }
  if (!ReadToolChoice(reader, !functions.empty())) functions.clear();
  return functions;
}

}  // namespace nibble
