// The error that an HTTP request ends with, in OpenAI's shape.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "server/http.h"

namespace nibble {

struct ApiError {
  int status = 400;
  std::string code;        // "invalid_value", "model_not_found", ...
  std::string message;     // one sentence; escaped, without keys, paths of files or bodies
  std::string param = {};  // the JSON path of the field; empty = null
  int retry_after_s = 0;   // > 0: a Retry-After header
};

// "invalid_request_error" and the like, by status.
std::string_view ErrorTypeOf(int status);
// {"error":{"message","type","param","code"}}
json::Value ErrorJson(const ApiError& error);
// Its compact text.
std::string ErrorBody(const ApiError& error);
HttpResponse ErrorResponse(const ApiError& error);

}  // namespace nibble
