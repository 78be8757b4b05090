// What a route sees of HTTP: a request that has been read whole, and an exchange to answer it with.
// No sockets and no Boost here, so that routes are tested without either.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nibble {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// ASCII letters in lower case, all else as it is.
std::string LowerAscii(std::string_view s);

// The head of a request: enough to refuse it before its body is read.
struct HttpHead {
  std::string method;
  std::string path;     // of the request line, without the query; not decoded
  HttpHeaders headers;  // names in lower case
  std::string request_id;
  bool has_body = false;

  // nullptr when absent; the first of several.
  const std::string* Header(std::string_view name) const;
  size_t CountOf(std::string_view name) const;
};

struct HttpRequest {
  HttpHead head;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  HttpHeaders headers = {};
  bool close = false;  // the connection ends after it
};

// The answering side of one request. All calls but Post come from the exchange's own executor.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  // The whole answer. Nothing may follow.
  virtual void Send(HttpResponse response) = 0;
  // A streamed answer: the head, any number of pieces, the end. An end that is not `intact` closes
  // the connection without the mark of a complete body.
  virtual void BeginStream(std::string_view content_type, const HttpHeaders& headers) = 0;
  virtual void Write(std::string_view data) = 0;
  virtual void EndStream(bool intact) = 0;
  // Bytes written and not yet taken by the network.
  virtual size_t unsent_bytes() const = 0;
  // Runs `task` on the executor; from any thread. Dropped if the client has gone.
  virtual void Post(std::function<void()> task) = 0;
};

// Work that goes on for a request. The connection owns it until the answer is complete or the
// client has gone; destroying it cancels what it does.
class HttpWork {
 public:
  virtual ~HttpWork() = default;
  // Some unsent bytes have gone.
  virtual void OnWritable() = 0;
  // Nothing was sent for the keep-alive time.
  virtual void OnQuiet() = 0;
  // The server stops now: end with an error.
  virtual void OnShutdown() = 0;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // Called with the head alone. An answer refuses the request without reading its body.
  virtual std::optional<HttpResponse> CheckHead(const HttpHead& head) = 0;
  // Answers through `exchange`, at once (then returns null) or by the work that it returns.
  virtual std::shared_ptr<HttpWork> Handle(HttpRequest request,
                                           std::shared_ptr<HttpExchange> exchange) = 0;
  // One line per answered request.
  virtual void OnAnswered(const HttpHead& head, int status, double ms) = 0;
};

}  // namespace nibble
