#include "server/chat_request.h"

#include <limits>

#include "base/text.h"

namespace nibble {
namespace {

// What the request says about thinking, in the order of precedence.
struct ThinkingFields {
  std::optional<bool> type;    // thinking.type
  std::optional<bool> kwargs;  // chat_template_kwargs.thinking or .enable_thinking
  std::string effort;          // reasoning_effort; empty = not given
  bool drop_thinking = true;
};

void ReadThinkingType(FieldReader* reader, const ProtocolLimits& limits,
                      std::optional<ApiError>* error, ThinkingFields* out) {
  const json::Value* value = reader->Get("thinking");
  if (value == nullptr) return;
  FieldReader inner(*value, "thinking", error);
  std::string type;
  inner.Require("type");
  inner.String("type", &type);
  if (!inner.failed() && type != "enabled" && type != "disabled") {
    inner.Fail("type", "invalid_value",
               fmt::format("thinking.type must be \"enabled\" or \"disabled\", got \"{}\"",
                           Escape(type, 64)));
  }
  inner.RefuseUnknown(limits.allow_unknown_fields);
  out->type = type == "enabled";
}

void ReadEffort(FieldReader* reader, std::string* out) {
  if (reader->Get("reasoning_effort") == nullptr) return;
  std::string effort;
  reader->String("reasoning_effort", &effort);
  for (const char* known : {"none", "minimal", "low", "medium", "high", "xhigh", "max"}) {
    if (effort != known) continue;
    if (out->empty()) *out = effort;
    return;
  }
  reader->Fail("reasoning_effort", "invalid_value",
               fmt::format("{} must be none, minimal, low, medium, high, xhigh or max, got \"{}\"",
                           reader->PathOf("reasoning_effort"), Escape(effort, 64)));
}

void ReadTemplateKwargs(FieldReader* reader, std::optional<ApiError>* error, ThinkingFields* out) {
  const json::Value* value = reader->Get("chat_template_kwargs");
  if (value == nullptr) return;
  FieldReader inner(*value, "chat_template_kwargs", error);
  for (const char* name : {"thinking", "enable_thinking"}) {
    bool on = false;
    const bool given = inner.Get(name) != nullptr;
    inner.Bool(name, &on);
    if (!given) continue;
    if (out->kwargs && *out->kwargs != on) {
      inner.Fail(name, "invalid_value",
                 "chat_template_kwargs.thinking and .enable_thinking are both given and differ");
    }
    out->kwargs = on;
  }
  inner.Bool("drop_thinking", &out->drop_thinking);
  ReadEffort(&inner, &out->effort);
  inner.RefuseUnknown(false);
}

ChatOptions ResolveThinking(const ThinkingFields& fields, const ChatDefaults& defaults,
                            std::optional<ApiError>* error) {
  ChatOptions options;
  bool on = true;
  if (fields.type) {
    on = *fields.type;
  } else if (fields.kwargs) {
    on = *fields.kwargs;
  } else if (!fields.effort.empty()) {
    on = fields.effort != "none";
  }
  options.thinking_mode = on ? ThinkingMode::kThinking : ThinkingMode::kChat;
  options.drop_thinking = fields.drop_thinking;
  const bool asked = !fields.effort.empty() && fields.effort != "none";
  const auto effort =
      EffortFromRequest(defaults.profile, asked ? fields.effort : defaults.reasoning_effort);
  if (effort.ok()) {
    options.effort = *effort;
  } else if (!*error) {
    *error = ApiError{
        .code = "invalid_value", .message = effort.error().message(), .param = "reasoning_effort"};
  }
  return options;
}

// Fields of the chat route that have no effect, or that would change the answer and cannot.
void ReadOthers(FieldReader* reader) {
  reader->RefuseUnless("verbosity", "medium");
  reader->RefuseUnless("modalities", json::Array{"text"});
  reader->RefuseUnless("add_special_tokens", false);
  reader->RefuseUnless("logprobs", false);
  reader->RefuseUnless("top_logprobs", 0);
  reader->RefuseUnless("echo", false);
  reader->RefuseUnless("parallel_tool_calls", true);
  for (const char* name :
       {"audio", "prediction", "web_search_options", "moderation", "functions", "function_call",
        "chat_template", "mm_processor_kwargs", "documents", "thinking_token_budget"}) {
    reader->Refuse(name);
  }
}

}  // namespace

Conversation ReadConversation(FieldReader* reader, const ProtocolLimits& limits,
                              const ChatDefaults& defaults, std::optional<ApiError>* error) {
  Conversation out;
  bool continue_final_message = false;
  if (const json::Value* messages = reader->Require("messages")) {
    ChatMessages read = ReadMessages(*messages, "messages", limits.allow_unknown_fields, error);
    out.messages = std::move(read.messages);
    continue_final_message = read.ends_with_prefix;
  }
  std::vector<json::Value> tools = ReadTools(reader, error);
  ThinkingFields thinking;
  ReadThinkingType(reader, limits, error, &thinking);
  ReadEffort(reader, &thinking.effort);
  ReadTemplateKwargs(reader, error, &thinking);
  out.options = ResolveThinking(thinking, defaults, error);

  const bool asked_to_open = reader->Get("add_generation_prompt") != nullptr;
  reader->Bool("add_generation_prompt", &out.add_generation_prompt);
  reader->Bool("continue_final_message", &continue_final_message);
  if (*error) return out;
  if (continue_final_message) {
    if (asked_to_open && out.add_generation_prompt) {
      reader->Fail("add_generation_prompt", "invalid_value",
                   "add_generation_prompt and continue_final_message exclude each other");
    } else if (out.messages.back().role != MessageRole::kAssistant) {
      reader->Fail("continue_final_message", "invalid_value",
                   "continue_final_message needs an assistant message at the end");
    }
    out.messages.back().wo_eos = true;
  }
  AddToSystemMessage(std::move(tools), std::nullopt, &out.messages);
  return out;
}

ChatRequest ParseChatRequest(const json::Value& body, const ProtocolLimits& limits,
                             const ChatDefaults& defaults, std::optional<ApiError>* error) {
  ChatRequest request;
  FieldReader reader(body, "", error);
  request.fields = ReadGenerationFields(&reader, limits, error);
  request.conversation = ReadConversation(&reader, limits, defaults, error);
  reader.Bool("include_reasoning", &request.include_reasoning);
  for (const char* name : {"max_tokens", "max_completion_tokens"}) {
    int64_t max_tokens = 0;
    reader.Integer(name, {1, std::numeric_limits<int64_t>::max()}, &max_tokens);
    if (max_tokens > 0) request.fields.max_tokens = max_tokens;
  }
  CheckMinTokens(&reader, request.fields);
  ReadOthers(&reader);
  if (!request.conversation.add_generation_prompt && !request.conversation.messages.empty() &&
      !request.conversation.messages.back().wo_eos) {
    reader.Fail("add_generation_prompt", "unsupported_parameter",
                "add_generation_prompt false is supported only by /tokenize");
  }
  reader.RefuseUnknown(limits.allow_unknown_fields);
  return request;
}

}  // namespace nibble
