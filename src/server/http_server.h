// Listens, accepts and runs connections on a few threads; tells about signals. No thread per
// connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "server/http.h"
#include "server/http_session.h"

namespace nibble {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8000;  // 0: any free one
  int threads = 4;
  int64_t max_connections = 4096;
  SessionOptions session;
  // SIGINT, SIGTERM or SIGHUP came; called on a server thread.
  std::function<void(int signal)> on_signal;
};

class HttpServer {
 public:
  // Binds and begins to serve. `handler` must outlive the server. Error: an address that cannot be
  // used, with what to do about it.
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, HttpHandler* handler);
  // Closes everything; work in flight is cancelled.
  ~HttpServer();

  uint16_t port() const;
  int64_t open_connections() const;
  // Requests that are not fully answered.
  int64_t answering() const;
  // Ends all work in flight with an error and closes idle connections.
  void ShutdownSessions();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Raises the limit of open files to the hard limit. Returns it.
uint64_t RaiseDescriptorLimit();

}  // namespace nibble
