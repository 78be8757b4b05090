#include "server/reply.h"

namespace nibble {
namespace {

json::Value OrNull(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

// DeepSeek's and SGLang's name, and vLLM's.
void SetReasoning(const std::string& reasoning, json::Value* out) {
  if (reasoning.empty()) return;
  out->Set("reasoning_content", reasoning);
  out->Set("reasoning", reasoning);
}

json::Value CallJson(const ReplyToolCall& call) {
  json::Value function;
  function.Set("name", call.name);
  function.Set("arguments", call.arguments);
  json::Value out;
  out.Set("id", call.id);
  out.Set("type", "function");
  out.Set("function", std::move(function));
  return out;
}

json::Value MessageJson(const ReplyChoice& choice) {
  json::Value message;
  message.Set("role", "assistant");
  const bool only_calls = choice.content.empty() && !choice.calls.empty();
  message.Set("content", only_calls ? json::Value() : json::Value(choice.content));
  SetReasoning(choice.reasoning, &message);
  message.Set("refusal", json::Value());
  if (!choice.calls.empty()) {
    json::Array calls;
    for (const ReplyToolCall& call : choice.calls) calls.push_back(CallJson(call));
    message.Set("tool_calls", std::move(calls));
  }
  return message;
}

json::Value HeadJson(const ReplyHead& head, const char* object) {
  json::Value out;
  out.Set("id", head.id);
  out.Set("object", object);
  out.Set("created", head.created);
  out.Set("model", head.model);
  out.Set("system_fingerprint", head.system_fingerprint);
  return out;
}

json::Value ChoiceJson(const ReplyHead& head, const ReplyChoice& choice) {
  json::Value out;
  out.Set("index", choice.index);
  if (head.chat) {
    out.Set("message", MessageJson(choice));
  } else {
    out.Set("text", choice.content);
  }
  out.Set("logprobs", json::Value());
  out.Set("finish_reason", choice.finish_reason);
  out.Set("stop_reason", choice.stop_reason);
  if (choice.token_ids) out.Set("token_ids", IdsJson(*choice.token_ids));
  if (choice.prompt_token_ids && !head.chat)
    out.Set("prompt_token_ids", IdsJson(*choice.prompt_token_ids));
  return out;
}

json::Value DeltaJson(const ChunkParts& parts) {
  json::Value delta{json::Object()};
  if (parts.role) {
    delta.Set("role", "assistant");
    delta.Set("content", "");
  }
  SetReasoning(parts.reasoning, &delta);
  if (!parts.content.empty()) delta.Set("content", parts.content);
  if (parts.call) {
    json::Value call = CallJson(*parts.call);
    call.Set("index", parts.call_index);
    delta.Set("tool_calls", json::Array{std::move(call)});
  }
  return delta;
}

double PerSecond(int64_t n, double ms) { return ms > 0 ? static_cast<double>(n) * 1000 / ms : 0; }

}  // namespace

json::Array IdsJson(const std::vector<TokenId>& ids) { return json::Array(ids.begin(), ids.end()); }

json::Value UsageJson(const Usage& usage) {
  json::Value prompt_details;
  prompt_details.Set("cached_tokens", 0);
  json::Value completion_details;
  completion_details.Set("reasoning_tokens", usage.reasoning_tokens);
  json::Value out;
  out.Set("prompt_tokens", usage.prompt_tokens);
  out.Set("completion_tokens", usage.completion_tokens);
  out.Set("total_tokens", usage.prompt_tokens + usage.completion_tokens);
  out.Set("prompt_tokens_details", std::move(prompt_details));
  out.Set("completion_tokens_details", std::move(completion_details));
  return out;
}

json::Value TimingsJson(const Usage& usage) {
  const RequestTimings& t = usage.timings;
  json::Value out;
  out.Set("queue_ms", t.queue_ms);
  out.Set("prompt_n", usage.prompt_tokens);
  out.Set("cache_n", 0);
  out.Set("prompt_ms", t.prefill_ms);
  out.Set("prompt_per_second", PerSecond(usage.prompt_tokens, t.prefill_ms));
  out.Set("predicted_n", usage.completion_tokens);
  out.Set("predicted_ms", t.decode_ms);
  out.Set("predicted_per_second", PerSecond(usage.completion_tokens, t.decode_ms));
  return out;
}

json::Value ReplyJson(const ReplyHead& head, const std::vector<ReplyChoice>& choices,
                      const Usage& usage) {
  json::Value out = HeadJson(head, head.chat ? "chat.completion" : "text_completion");
  json::Array array;
  for (const ReplyChoice& choice : choices) array.push_back(ChoiceJson(head, choice));
  out.Set("choices", std::move(array));
  out.Set("usage", UsageJson(usage));
  out.Set("timings", TimingsJson(usage));
  if (head.chat && choices.front().prompt_token_ids)
    out.Set("prompt_token_ids", IdsJson(*choices.front().prompt_token_ids));
  return out;
}

json::Value ChunkJson(const ReplyHead& head, int64_t index, const ChunkParts& parts) {
  json::Value out = HeadJson(head, head.chat ? "chat.completion.chunk" : "text_completion");
  json::Value choice;
  choice.Set("index", index);
  if (head.chat) {
    choice.Set("delta", DeltaJson(parts));
  } else {
    choice.Set("text", parts.content);
  }
  choice.Set("logprobs", json::Value());
  choice.Set("finish_reason", OrNull(parts.finish_reason));
  if (!parts.finish_reason.empty()) choice.Set("stop_reason", parts.stop_reason);
  if (parts.token_ids) choice.Set("token_ids", IdsJson(*parts.token_ids));
  if (parts.prompt_token_ids != nullptr) {
    json::Value* place = head.chat ? &out : &choice;
    place->Set("prompt_token_ids", IdsJson(*parts.prompt_token_ids));
  }
  out.Set("choices", json::Array{std::move(choice)});
  return out;
}

json::Value UsageChunkJson(const ReplyHead& head, const Usage& usage) {
  json::Value out = HeadJson(head, head.chat ? "chat.completion.chunk" : "text_completion");
  out.Set("choices", json::Array());
  out.Set("usage", UsageJson(usage));
  out.Set("timings", TimingsJson(usage));
  return out;
}

}  // namespace nibble
