// What each route answers; how a request gets here is in service.cc.
#include <algorithm>

#include "base/text.h"
#include "server/identifiers.h"
#include "server/service.h"
#include "server/token_requests.h"

namespace nibble {

void Service::Health(Call* call) { call->exchange->Send({.content_type = "text/plain"}); }

void Service::Ready(Call* call) {
  const bool loading = engine_ == nullptr;
  json::Value body;
  body.Set("status", loading ? "loading" : draining_ ? "draining" : "ready");
  if (!loading && !draining_) {
    call->Reply(body);
    return;
  }
  body.Set("progress", loading ? 0.0 : 1.0);
  call->exchange->Send({.status = 503,
                        .body = json::Dump(body),
                        .headers = {{"Retry-After", std::to_string(kRetryAfterSeconds)}}});
}

void Service::Version(Call* call) { call->Reply(options_.version); }

void Service::Load(Call* call) {
  json::Value body;
  body.Set("server_load", open_.load());
  call->Reply(body);
}

void Service::Metrics(Call* call) {
  const Engine* engine = engine_;
  const EngineStats stats = engine == nullptr ? EngineStats{} : engine->stats();
  const std::string labels =
      fmt::format("{{model_name=\"{}\",engine=\"0\"}}", Escape(options_.models.front()));
  std::string text;
  const auto add = [&](const char* name, const char* type, auto value) {
    text += fmt::format("# TYPE {0} {1}\n{0}{2} {3}\n", name, type, labels, value);
  };
  add("vllm:num_requests_running", "gauge", stats.running);
  add("vllm:num_requests_waiting", "gauge", stats.waiting);
  add("vllm:prompt_tokens_total", "counter", stats.counters.prompt_tokens);
  add("vllm:generation_tokens_total", "counter", stats.counters.generated_tokens);
  call->exchange->Send({.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = text});
}

json::Value Service::ModelJson(const std::string& id) const {
  json::Value model;
  model.Set("id", id);
  model.Set("object", "model");
  model.Set("created", started_s_);
  model.Set("owned_by", "nibble");
  model.Set("root", options_.model_root);
  model.Set("parent", json::Value());
  const ProtocolLimits limits = Limits();
  model.Set("max_model_len",
            limits.max_model_len > 0 ? json::Value(limits.max_model_len) : json::Value());
  model.Set("permission", json::Array());
  return model;
}

void Service::ListModels(Call* call) {
  json::Array models;
  for (const std::string& id : options_.models) models.push_back(ModelJson(id));
  json::Value body;
  body.Set("object", "list");
  body.Set("data", std::move(models));
  call->Reply(body);
}

void Service::OneModel(Call* call) {
  const std::string id = call->request.head.path.substr(kModelPrefix.size());
  if (std::find(options_.models.begin(), options_.models.end(), id) == options_.models.end()) {
    call->error =
        ApiError{.status = 404,
                 .code = "model_not_found",
                 .message = fmt::format("the model \"{}\" does not exist", Escape(id, 64))};
    return;
  }
  call->Reply(ModelJson(id));
}

const Tokenizer* Service::NeedTokenizer(std::string_view what,
                                        std::optional<ApiError>* error) const {
  if (tokenizer_ == nullptr && !*error) {
    *error = ApiError{.code = "unsupported_parameter",
                      .message = fmt::format("{} needs a tokenizer, and this server runs without "
                                             "one: send token ids",
                                             what),
                      .param = std::string(what)};
  }
  return tokenizer_;
}

std::vector<TokenId> Service::ConversationIds(const Conversation& conversation,
                                              std::optional<ApiError>* error) const {
  if (NeedTokenizer("messages", error) == nullptr) return {};
  if (!encoder_) {
    *error =
        ApiError{.code = "unsupported_parameter",
                 .message = "this server's tokenizer lacks the control tokens of the chat format",
                 .param = "messages"};
    return {};
  }
  auto ids = encoder_->Encode(conversation.messages, conversation.options);
  if (!ids.ok()) {
    *error =
        ApiError{.code = "invalid_value", .message = ids.error().message(), .param = "messages"};
    return {};
  }
  // The encoder opens the assistant's turn after a user's; without add_generation_prompt it is
  // taken off again.
  const auto is_open = [&](TokenId id) {
    return id == controls_->think || id == controls_->think_end;
  };
  if (!conversation.add_generation_prompt && ids->size() >= 2 && is_open(ids->back()) &&
      (*ids)[ids->size() - 2] == controls_->assistant) {
    ids->resize(ids->size() - 2);
  }
  return std::move(*ids);
}

std::vector<TokenId> Service::PromptIds(const CompletionPrompt& prompt, bool with_bos,
                                        std::optional<ApiError>* error) const {
  if (const auto* given = std::get_if<1>(&prompt)) return *given;
  const Tokenizer* tokenizer = NeedTokenizer("prompt", error);
  if (tokenizer == nullptr) return {};
  auto ids = tokenizer->EncodePlain(std::get<0>(prompt));
  if (!ids.ok()) {
    *error = ApiError{.code = "invalid_utf8", .message = ids.error().message(), .param = "prompt"};
    return {};
  }
  if (with_bos) ids->insert(ids->begin(), options_.bos_id);
  if (ids->empty()) {
    *error = ApiError{.code = "invalid_value",
                      .message = "prompt is empty; with add_special_tokens it would be BOS alone",
                      .param = "prompt"};
  }
  return std::move(*ids);
}

void Service::Tokenize(Call* call) {
  const ProtocolLimits limits = Limits();
  const TokenizeRequest request =
      ParseTokenizeRequest(call->body, limits, options_.chat, &call->error);
  if (call->error || NeedTokenizer("prompt", &call->error) == nullptr) return;
  std::vector<TokenId> ids;
  if (request.conversation) {
    ids = ConversationIds(*request.conversation, &call->error);
  } else {
    auto encoded = request.parse_special ? tokenizer_->EncodeSpecial(*request.prompt)
                                         : tokenizer_->EncodePlain(*request.prompt);
    if (encoded.ok()) {
      ids = std::move(*encoded);
      if (request.add_special_tokens) ids.insert(ids.begin(), options_.bos_id);
    } else {
      call->error =
          ApiError{.code = "invalid_utf8", .message = encoded.error().message(), .param = "prompt"};
    }
  }
  if (call->error) return;
  json::Value body;
  body.Set("count", ids.size());
  body.Set("max_model_len", limits.max_model_len);
  body.Set("tokens", IdsJson(ids));
  json::Value strings;
  if (request.return_token_strs) {
    json::Array array;
    for (const TokenId id : ids) array.emplace_back(tokenizer_->Decode({&id, 1}).value());
    strings = std::move(array);
  }
  body.Set("token_strs", std::move(strings));
  call->Reply(body);
}

void Service::Detokenize(Call* call) {
  if (NeedTokenizer("tokens", &call->error) == nullptr) return;
  ProtocolLimits limits = Limits();
  limits.vocab_size = tokenizer_->size();
  const std::vector<TokenId> tokens = ParseDetokenizeRequest(call->body, limits, &call->error);
  if (call->error) return;
  json::Value body;
  body.Set("prompt", tokenizer_->Decode(tokens).value());
  call->Reply(body);
}

void Service::Completions(Call* call) {
  const ProtocolLimits limits = Limits();
  CompletionRequest request = ParseCompletionRequest(call->body, limits, &call->error);
  GenerationSpec spec;
  for (const CompletionPrompt& prompt : request.prompts) {
    if (call->error) return;
    spec.prompts.push_back(PromptIds(prompt, request.add_special_tokens, &call->error));
  }
  spec.fields = std::move(request.fields);
  Generate(call, std::move(spec), limits);
}

void Service::ChatCompletions(Call* call) {
  const ProtocolLimits limits = Limits();
  ChatRequest request = ParseChatRequest(call->body, limits, options_.chat, &call->error);
  if (call->error) return;
  GenerationSpec spec;
  spec.head.chat = true;
  spec.prompts.push_back(ConversationIds(request.conversation, &call->error));
  spec.include_reasoning = request.include_reasoning;
  // A continued assistant turn is past its reasoning.
  const bool continues = request.conversation.messages.back().wo_eos;
  spec.output.split = continues ? ThinkingMode::kChat : request.conversation.options.thinking_mode;
  spec.fields = std::move(request.fields);
  Generate(call, std::move(spec), limits);
}

void Service::Generate(Call* call, GenerationSpec spec, const ProtocolLimits& limits) {
  if (!spec.fields.stop.empty()) NeedTokenizer("stop", &call->error);
  for (const auto& prompt : spec.prompts) {
    if (call->error) return;
    spec.max_tokens.push_back(TokensToGenerate(spec.fields.max_tokens,
                                               static_cast<int64_t>(prompt.size()), limits,
                                               &call->error)
                                  .value_or(0));
  }
  if (call->error) return;
  if (!spec.fields.has_seed) spec.fields.sampling.seed = RandomBits();
  if (tokenizer_ == nullptr) spec.fields.return_token_ids = true;
  spec.head.id = (spec.head.chat ? "chatcmpl-" : "cmpl-") +
                 (spec.fields.request_id.empty() ? RandomName(24) : spec.fields.request_id);
  spec.head.created = UnixSeconds();
  spec.head.model = spec.fields.model;
  spec.head.system_fingerprint = options_.system_fingerprint;
  spec.output.skip_special_tokens = spec.fields.skip_special_tokens;
  spec.output.include_stop = spec.fields.include_stop_str_in_output;
  spec.output.stop = spec.fields.stop;
  spec.output.min_tokens = spec.fields.min_tokens;
  spec.output.ignore_eos = spec.fields.ignore_eos;
  spec.eos_ids = options_.eos_ids;
  spec.tokenizer = tokenizer_;
  spec.controls = controls_ ? &*controls_ : nullptr;
  auto generation = std::make_shared<Generation>(std::move(spec), call->exchange, &open_);
  switch (generation->Start(call->engine)) {
    case Admission::kAccepted:
      call->work = std::move(generation);
      break;
    case Admission::kFull:
      call->error = ApiError{.status = 429,
                             .code = "queue_full",
                             .message = "too many requests are waiting",
                             .retry_after_s = kRetryAfterSeconds};
      break;
    case Admission::kStopped:
      call->error = ApiError{.status = 503,
                             .code = "draining",
                             .message = "the server is shutting down",
                             .retry_after_s = kRetryAfterSeconds};
  }
}

}  // namespace nibble
