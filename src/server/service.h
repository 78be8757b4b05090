// The routes: what each path answers. Knows the tokenizer, the engine and the protocol, and nothing
// of sockets. Handle may be called from several threads at once.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "engine/engine.h"
#include "server/api_keys.h"
#include "server/chat_request.h"
#include "server/completion_request.h"
#include "server/generation.h"
#include "server/http.h"
#include "text/output_parser.h"

namespace nibble {

inline constexpr std::string_view kModelPrefix = "/v1/models/";
inline constexpr int kRetryAfterSeconds = 1;  // of 429 and 503

struct ServiceOptions {
  std::vector<std::string> models;  // served names; at least one
  std::string model_root;           // what was loaded, for /v1/models
  int64_t max_n = 16;
  bool allow_unknown_fields = false;
  SamplingParams sampling_defaults;
  ChatDefaults chat;
  TokenId bos_id = 0;
  std::vector<TokenId> eos_ids;
  ApiKeys keys;
  json::Value version;                          // the body of /version
  std::string system_fingerprint;               // changes when results may
  std::function<void(const std::string&)> log;  // one line; any thread
};

class Service : public HttpHandler {
 public:
  // `tokenizer` may be null: ids in, ids out. It must outlive this object.
  Service(ServiceOptions options, const Tokenizer* tokenizer);
  ~Service() override;

  // From now on requests are served. `engine` must outlive all of them.
  void SetReady(Engine* engine) { engine_ = engine; }
  // New work is refused from now on.
  void StartDraining() { draining_ = true; }
  int64_t open_generations() const { return open_; }

  std::optional<HttpResponse> CheckHead(const HttpHead& head) override;
  std::shared_ptr<HttpWork> Handle(HttpRequest request,
                                   std::shared_ptr<HttpExchange> exchange) override;
  void OnAnswered(const HttpHead& head, int status, double ms) override;

 private:
  struct Route;
  // One request on its way through a route: the route replies, sets an error, or leaves work.
  struct Call {
    const HttpRequest& request;
    std::shared_ptr<HttpExchange> exchange;
    Engine* engine = nullptr;
    json::Value body = {};
    std::optional<ApiError> error = {};
    std::shared_ptr<HttpWork> work = {};

    void Reply(const json::Value& value) { exchange->Send({.body = json::Dump(value)}); }
  };
  using Handler = void (Service::*)(Call*);

  static const Route* FindRoute(std::string_view path);
  ProtocolLimits Limits() const;

  void Health(Call* call);
  void Ready(Call* call);
  void Version(Call* call);
  void Load(Call* call);
  void Metrics(Call* call);
  void ListModels(Call* call);
  void OneModel(Call* call);
  void Tokenize(Call* call);
  void Detokenize(Call* call);
  void Completions(Call* call);
  void ChatCompletions(Call* call);

  json::Value ModelJson(const std::string& id) const;
  std::vector<TokenId> ConversationIds(const Conversation& conversation,
                                       std::optional<ApiError>* error) const;
  std::vector<TokenId> PromptIds(const CompletionPrompt& prompt, bool with_bos,
                                 std::optional<ApiError>* error) const;
  void Generate(Call* call, GenerationSpec spec, const ProtocolLimits& limits);
  // Null without tokenizer, with the error.
  const Tokenizer* NeedTokenizer(std::string_view what, std::optional<ApiError>* error) const;

  const ServiceOptions options_;
  const Tokenizer* const tokenizer_;
  std::optional<ChatEncoder> encoder_;  // none if the tokenizer lacks a control string
  std::optional<OutputParser::Controls> controls_;
  const int64_t started_s_;
  std::atomic<Engine*> engine_ = nullptr;
  std::atomic<bool> draining_ = false;
  std::atomic<int64_t> open_ = 0;
};

}  // namespace nibble
