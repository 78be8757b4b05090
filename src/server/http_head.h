// The head of a request, read strictly. Whatever two HTTP implementations could read differently
// (folded lines, bare CR or LF, repeated or odd lengths, unknown transfer codings) is refused, so
// that nothing can be smuggled past a proxy. Pure functions, no sockets.
#pragma once

#include <cstdint>
#include <optional>

#include "server/api_error.h"
#include "server/http.h"

namespace nibble {

struct HttpLimits {
  size_t max_line_bytes = 8 << 10;  // request line, one header line
  size_t max_head_bytes = 32 << 10;
  size_t max_headers = 100;
  uint64_t max_body_bytes = 64 << 20;
};

struct ParsedHead {
  HttpHead head;
  bool http11 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  bool chunked = false;
  uint64_t content_length = 0;
};

// Where the head at the front of `bytes` ends (behind its empty line), 0 if it is not all there.
size_t FindHeadEnd(std::string_view bytes);

// Whether `bytes`, the beginning of a head that is not all there, can still become one.
std::optional<ApiError> CheckPartialHead(std::string_view bytes, const HttpLimits& limits);

// `raw` ends with the empty line. Either `out` or the error, after which the connection must close.
std::optional<ApiError> ParseHead(std::string_view raw, const HttpLimits& limits, ParsedHead* out);

// The path of a request target: query cut off, an absolute URI's scheme and host too, %XX decoded.
// A target that cannot be read so is returned as it is, and matches no route.
std::string PathOfTarget(std::string_view target);

}  // namespace nibble
