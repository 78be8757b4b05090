#include "server/service.h"

#include "base/text.h"
#include "server/identifiers.h"

namespace nibble {
namespace {

constexpr size_t kMaxJsonDepth = 128;
// A million token ids and some; a value takes about 20 times the shortest text of one.
constexpr size_t kMaxJsonValues = 4'000'000;

// "application/json", with no parameter but a charset that is UTF-8.
bool IsJsonType(std::string_view header) {
  std::string type = LowerAscii(header);
  std::erase_if(type, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
  return type == "application/json" || type == "application/json;charset=utf-8" ||
         type == "application/json;charset=utf8";
}

std::optional<ApiError> BodyHeaderError(const HttpHead& head) {
  for (const auto& [name, encoding] : head.headers) {
    if (name != "content-encoding" || LowerAscii(encoding) == "identity") continue;
    return ApiError{.status = 415,
                    .code = "unsupported_encoding",
                    .message = fmt::format("Content-Encoding {} is not supported, only identity",
                                           Escape(encoding, 64))};
  }
  if (!head.has_body) return std::nullopt;
  const std::string* type = head.Header("content-type");
  if (type != nullptr && IsJsonType(*type)) return std::nullopt;
  return ApiError{.status = 415,
                  .code = "unsupported_media_type",
                  .message = fmt::format("Content-Type must be application/json, got {}",
                                         type == nullptr ? "none" : Escape(*type, 64))};
}

std::string_view CodeOf(json::Problem problem) {
  switch (problem) {
    case json::Problem::kTooDeep:
      return "json_too_deep";
    case json::Problem::kDuplicateKey:
      return "duplicate_key";
    case json::Problem::kInvalidUtf8:
      return "invalid_utf8";
    default:
      return "invalid_json";
  }
}

}  // namespace

struct Service::Route {
  std::string_view path;
  std::string_view method;
  bool needs_key;
  bool needs_engine;
  Handler handler;
};

const Service::Route* Service::FindRoute(std::string_view path) {
  static constexpr Route kRoutes[] = {
      {"/health", "GET", false, false, &Service::Health},
      {"/ping", "GET", false, false, &Service::Health},
      {"/ready", "GET", false, false, &Service::Ready},
      {"/version", "GET", true, false, &Service::Version},
      {"/load", "GET", true, false, &Service::Load},
      {"/metrics", "GET", true, false, &Service::Metrics},
      {"/v1/models", "GET", true, false, &Service::ListModels},
      {"/v1/chat/completions", "POST", true, true, &Service::ChatCompletions},
      {"/v1/completions", "POST", true, true, &Service::Completions},
      {"/tokenize", "POST", true, true, &Service::Tokenize},
      {"/v1/tokenize", "POST", true, true, &Service::Tokenize},
      {"/detokenize", "POST", true, true, &Service::Detokenize},
      {"/v1/detokenize", "POST", true, true, &Service::Detokenize},
  };
  static constexpr Route kOneModel = {kModelPrefix, "GET", true, false, &Service::OneModel};
  for (const Route& route : kRoutes) {
    if (route.path == path) return &route;
  }
  return path.starts_with(kModelPrefix) ? &kOneModel : nullptr;
}

Service::Service(ServiceOptions options, const Tokenizer* tokenizer)
    : options_(std::move(options)), tokenizer_(tokenizer), started_s_(UnixSeconds()) {
  NIBBLE_CHECK(!options_.models.empty(), "a served model has a name");
  if (tokenizer_ == nullptr) return;
  auto encoder = ChatEncoder::Create(tokenizer_, options_.chat.profile);
  auto controls = OutputParser::FindControls(*tokenizer_);
  if (!encoder.ok() || !controls.ok()) return;
  encoder_.emplace(std::move(*encoder));
  controls_ = *controls;
}

Service::~Service() = default;

std::optional<HttpResponse> Service::CheckHead(const HttpHead& head) {
  const Route* route = FindRoute(head.path);
  const bool is_preflight = head.method == "OPTIONS";
  // A preflight carries no key, but tells nobody which paths there are.
  const bool is_open = route != nullptr && (!route->needs_key || is_preflight);
  if (!is_open && !options_.keys.Allow(head)) {
    return ErrorResponse({.status = 401,
                          .code = "invalid_api_key",
                          .message = "a valid key is needed: Authorization: Bearer <key>"});
  }
  if (route == nullptr) {
    return ErrorResponse({.status = 404,
                          .code = "not_found",
                          .message = fmt::format("there is nothing at {}", Escape(head.path, 64))});
  }
  const std::string allow =
      route->method == "GET" ? "GET, HEAD, OPTIONS" : std::string(route->method) + ", OPTIONS";
  if (is_preflight) return HttpResponse{.status = 204, .headers = {{"Allow", allow}}};
  const bool fits =
      head.method == route->method || (head.method == "HEAD" && route->method == "GET");
  if (!fits) {
    HttpResponse response =
        ErrorResponse({.status = 405,
                       .code = "method_not_allowed",
                       .message = fmt::format("{} answers {}, not {}", route->path, route->method,
                                              Escape(head.method, 64))});
    response.headers.emplace_back("Allow", allow);
    return response;
  }
  if (const std::string* expect = head.Header("expect");
      expect != nullptr && LowerAscii(*expect) != "100-continue") {
    return ErrorResponse({.status = 417,
                          .code = "bad_header",
                          .message = "Expect other than 100-continue is not supported"});
  }
  if (route->method != "POST") return std::nullopt;
  const std::optional<ApiError> error = BodyHeaderError(head);
  return error ? std::optional(ErrorResponse(*error)) : std::nullopt;
}

std::shared_ptr<HttpWork> Service::Handle(HttpRequest request,
                                          std::shared_ptr<HttpExchange> exchange) {
  const Route* route = FindRoute(request.head.path);
  NIBBLE_CHECK(route != nullptr, "CheckHead has found the route");
  Call call{.request = request, .exchange = std::move(exchange), .engine = engine_};
  if (route->needs_engine) {
    if (call.engine == nullptr || draining_) {
      const bool loading = call.engine == nullptr;
      call.exchange->Send(ErrorResponse(
          {.status = 503,
           .code = loading ? "loading" : "draining",
           .message = loading ? "the model is being loaded" : "the server is shutting down",
           .retry_after_s = kRetryAfterSeconds}));
      return nullptr;
    }
    json::Problem problem{};
    auto body = json::Parse(
        request.body, "request body",
        {.max_depth = kMaxJsonDepth, .max_values = kMaxJsonValues, .problem = &problem});
    if (body.ok()) {
      call.body = std::move(*body);
      if (!call.body.is_object()) {
        call.error =
            ApiError{.code = "invalid_json",
                     .message = fmt::format("the request body must be a JSON object, got {}"
                                            " at byte 0",
                                            call.body.kind())};
      }
    } else {
      call.error =
          ApiError{.code = std::string(CodeOf(problem)), .message = body.error().message()};
    }
  }
  if (!call.error) (this->*route->handler)(&call);
  if (call.error) call.exchange->Send(ErrorResponse(*call.error));
  return call.work;
}

void Service::OnAnswered(const HttpHead& head, int status, double ms) {
  if (!options_.log) return;
  options_.log(fmt::format("{} {} {} {} {:.1f} ms", head.request_id, Escape(head.method, 16),
                           Escape(head.path, 100), status, ms));
}

ProtocolLimits Service::Limits() const {
  ProtocolLimits limits;
  limits.models = options_.models;
  if (const Engine* engine = engine_) {
    limits.vocab_size = engine->vocab_size();
    limits.max_model_len = engine->max_model_len();
  }
  limits.max_n = options_.max_n;
  limits.allow_unknown_fields = options_.allow_unknown_fields;
  limits.sampling_defaults = options_.sampling_defaults;
  return limits;
}

}  // namespace nibble
