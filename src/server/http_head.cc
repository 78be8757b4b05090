#include "server/http_head.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace nibble {
namespace {

ApiError BadHeader(std::string message) {
  return {.code = "bad_header", .message = std::move(message)};
}
ApiError BadFraming(std::string message) {
  return {.code = "bad_framing", .message = std::move(message)};
}
ApiError BadHost(std::string message) {
  return {.code = "bad_host", .message = std::move(message)};
}
ApiError UriTooLong(const HttpLimits& limits) {
  return {
      .status = 414,
      .code = "uri_too_long",
      .message = fmt::format("the request line is longer than {} bytes", limits.max_line_bytes)};
}
ApiError HeadersTooLarge(std::string message) {
  return {.status = 431, .code = "headers_too_large", .message = std::move(message)};
}

// RFC 9110 5.6.2.
bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), IsTokenChar);
}

bool IsValueChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::string_view Trim(std::string_view s) {
  const size_t begin = s.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return s.substr(begin, s.find_last_not_of(" \t") - begin + 1);
}

std::optional<ApiError> ParseRequestLine(std::string_view line, ParsedHead* out) {
  const size_t first = line.find(' ');
  const size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos)
    return BadHeader("the request line must be METHOD TARGET VERSION");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  const auto is_visible = [](char c) { return IsValueChar(c) && c != '\t'; };
  if (!IsToken(method) || target.empty() ||
      !std::all_of(target.begin(), target.end(), is_visible)) {
    return BadHeader("the request line must be METHOD TARGET VERSION");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return ApiError{.status = 505,
                    .code = "bad_framing",
                    .message = "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  out->http11 = version == "HTTP/1.1";
  out->head.method = method;
  out->head.path = PathOfTarget(target);
  return std::nullopt;
}

std::optional<ApiError> ParseHeaderLine(std::string_view line, ParsedHead* out) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos)
    return BadHeader(fmt::format("header line \"{}\" has no colon", Escape(line, 64)));
  const std::string_view name = line.substr(0, colon);
  if (!IsToken(name)) {
    const std::string lower = LowerAscii(Trim(name));
    const std::string message = fmt::format(
        "\"{}\" is no header name (folded lines and white space before the colon are "
        "not accepted)",
        Escape(name, 64));
    return lower == "transfer-encoding" || lower == "content-length" ? BadFraming(message)
                                                                     : BadHeader(message);
  }
  const std::string_view value = line.substr(colon + 1);
  if (!std::all_of(value.begin(), value.end(), IsValueChar))
    return BadHeader(fmt::format("header {} holds a control character", Escape(name, 64)));
  out->head.headers.emplace_back(LowerAscii(name), Trim(value));
  return std::nullopt;
}

std::optional<ApiError> CheckFraming(const HttpLimits& limits, ParsedHead* out) {
  const HttpHead& head = out->head;
  const size_t lengths = head.CountOf("content-length");
  const size_t codings = head.CountOf("transfer-encoding");
  if (lengths > 0 && codings > 0)
    return BadFraming("Content-Length and Transfer-Encoding exclude each other");
  if (lengths > 1) return BadFraming("Content-Length is given more than once");
  if (codings > 0) {
    if (codings > 1 || !out->http11 || LowerAscii(*head.Header("transfer-encoding")) != "chunked")
      return BadFraming("the only Transfer-Encoding is chunked, once, in HTTP/1.1");
    out->chunked = true;
  }
  if (lengths == 1) {
    const std::string& text = *head.Header("content-length");
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    // 19 digits fit into 64 bits.
    if (text.empty() || text.size() > 19 || !std::all_of(text.begin(), text.end(), is_digit))
      return BadFraming(fmt::format("Content-Length \"{}\" is no length", Escape(text, 64)));
    std::from_chars(text.data(), text.data() + text.size(), out->content_length);
  }
  if (out->content_length > limits.max_body_bytes) {
    return ApiError{.status = 413,
                    .code = "body_too_large",
                    .message = fmt::format("the body may have at most {} bytes, got {}",
                                           limits.max_body_bytes, out->content_length)};
  }
  return std::nullopt;
}

std::optional<ApiError> CheckHost(const ParsedHead& parsed) {
  const size_t hosts = parsed.head.CountOf("host");
  if (hosts > 1 || (hosts == 0 && parsed.http11))
    return BadHost("exactly one Host header is needed");
  if (hosts == 0) return std::nullopt;
  const std::string& host = *parsed.head.Header("host");
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]%~").find(c) != std::string_view::npos;
  };
  if (!std::all_of(host.begin(), host.end(), allowed))
    return BadHost(fmt::format("Host \"{}\" is no host", Escape(host, 64)));
  return std::nullopt;
}

void ReadConnection(ParsedHead* out) {
  out->keep_alive = out->http11;
  for (const auto& [name, value] : out->head.headers) {
    if (name != "connection") continue;
    const std::string lower = LowerAscii(value);
    if (lower.find("close") != std::string::npos) out->keep_alive = false;
  }
  const std::string* expect = out->head.Header("expect");
  out->expects_continue = expect != nullptr && LowerAscii(*expect) == "100-continue" && out->http11;
  out->head.has_body = out->chunked || out->content_length > 0;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

size_t FindHeadEnd(std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  return end == std::string_view::npos ? 0 : end + 4;
}

std::optional<ApiError> CheckPartialHead(std::string_view bytes, const HttpLimits& limits) {
  if (!IsTokenChar(bytes.front())) return BadHeader("this is no HTTP request");
  bool in_request_line = true;
  size_t line_begin = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n') {
      if (i == 0 || bytes[i - 1] != '\r') return BadHeader("lines must end in CR LF");
      in_request_line = false;
      line_begin = i + 1;
    } else if (c == '\0' || (i > 0 && bytes[i - 1] == '\r')) {
      return BadHeader("the head holds a NUL or a bare CR");
    } else if (i - line_begin >= limits.max_line_bytes) {
      if (in_request_line) return UriTooLong(limits);
      return HeadersTooLarge(
          fmt::format("a header line is longer than {} bytes", limits.max_line_bytes));
    }
  }
  if (bytes.size() > limits.max_head_bytes) {
    return HeadersTooLarge(
        fmt::format("the headers are larger than {} bytes", limits.max_head_bytes));
  }
  return std::nullopt;
}

std::optional<ApiError> ParseHead(std::string_view raw, const HttpLimits& limits, ParsedHead* out) {
  if (auto error = CheckPartialHead(raw, limits)) return error;
  bool first = true;
  raw.remove_suffix(2);  // the empty line
  while (!raw.empty()) {
    const size_t end = raw.find("\r\n");
    const std::string_view line = raw.substr(0, end);
    raw.remove_prefix(end + 2);
    auto error = first ? ParseRequestLine(line, out) : ParseHeaderLine(line, out);
    if (error) return error;
    first = false;
    if (out->head.headers.size() > limits.max_headers)
      return HeadersTooLarge(fmt::format("more than {} headers", limits.max_headers));
  }
  if (auto error = CheckHost(*out)) return error;
  if (auto error = CheckFraming(limits, out)) return error;
  ReadConnection(out);
  return std::nullopt;
}

std::string PathOfTarget(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (LowerAscii(path.substr(0, scheme.size())) != scheme) continue;
    const size_t slash = path.find('/', scheme.size());
    path = slash == std::string_view::npos ? "/" : path.substr(slash);
    break;
  }
  std::string decoded;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded += path[i];
      continue;
    }
    const int high = i + 2 < path.size() ? HexDigit(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? HexDigit(path[i + 2]) : -1;
    const int byte = high * 16 + low;
    if (high < 0 || low < 0 || byte < 0x20 || byte == 0x7f) return std::string(target);
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return FindInvalidUtf8(decoded) == std::string_view::npos ? decoded : std::string(target);
}

}  // namespace nibble
