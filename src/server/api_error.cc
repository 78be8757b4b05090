#include "server/api_error.h"

namespace nibble {

std::string_view ErrorTypeOf(int status) {
  switch (status) {
    case 401:
      return "authentication_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    case 500:
      return "server_error";
    case 503:
      return "overloaded_error";
    default:
      return "invalid_request_error";
  }
}

json::Value ErrorJson(const ApiError& error) {
  json::Value body;
  body.Set("message", error.message);
  body.Set("type", ErrorTypeOf(error.status));
  body.Set("param", error.param.empty() ? json::Value() : json::Value(error.param));
  body.Set("code", error.code);
  json::Value root;
  root.Set("error", std::move(body));
  return root;
}

std::string ErrorBody(const ApiError& error) { return json::Dump(ErrorJson(error)); }

HttpResponse ErrorResponse(const ApiError& error) {
  HttpResponse response{.status = error.status, .body = ErrorBody(error)};
  if (error.retry_after_s > 0)
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
  // The official clients repeat a 500 by themselves; ours would come again.
  if (error.status == 500) response.headers.emplace_back("x-should-retry", "false");
  if (error.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace nibble
