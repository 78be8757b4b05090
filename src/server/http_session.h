// One connection: reads requests, hands them to the handler, writes the answers in order, watches
// the deadlines and notices when the client goes. Everything runs on the strand of its socket.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/http_body.h"
#include "server/http_head.h"

namespace nibble {

struct SessionOptions {
  HttpLimits limits;
  std::chrono::milliseconds head_deadline{10'000};   // for the whole head
  std::chrono::milliseconds idle_deadline{75'000};   // between requests
  std::chrono::milliseconds body_deadline{30'000};   // plus the size at 64 KiB/s
  std::chrono::milliseconds stall_deadline{30'000};  // an unread answer without any progress
  std::chrono::milliseconds quiet_after{15'000};     // keep-alive of silent streams
};

// What all connections of a server share. The counters may be read from any thread.
struct SessionShared {
  SessionOptions options;
  HttpHandler* handler = nullptr;
  std::atomic<int64_t> open = 0;       // connections
  std::atomic<int64_t> answering = 0;  // of these, with a request that is not fully answered
  std::function<void()> on_closed;     // a connection has gone
};

class HttpSession : public HttpExchange, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(boost::asio::ip::tcp::socket socket, std::shared_ptr<SessionShared> shared);
  ~HttpSession() override;

  void Start();
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }
  // From any thread: ends the work in flight with an error, or closes an idle connection.
  void Shutdown();
  // From any thread: between requests.
  bool idle() const { return idle_; }

  void Send(HttpResponse response) override;
  void BeginStream(std::string_view content_type, const HttpHeaders& headers) override;
  void Write(std::string_view data) override;
  void EndStream(bool intact) override;
  size_t unsent_bytes() const override { return pending_.size() + in_flight_.size() - sent_; }
  void Post(std::function<void()> task) override;

 private:
  enum class State {
    kHead,      // reading a head, or waiting for one
    kBody,      // reading a body
    kWorking,   // the handler has the request
    kFlushing,  // the answer is complete and on its way out
    kLinger,    // all is said; waiting for the client to close
    kClosed,
  };

  void Advance();
  bool AdvanceHead();
  bool AdvanceBody();
  void Dispatch();
  void Refuse(const ApiError& error);
  void Read();
  void OnRead(size_t bytes, bool failed);
  void WriteSome();
  void OnWritten(size_t bytes, bool failed);
  void EndAnswer();
  void NextRequest();
  void Linger();
  void Close();
  std::string HeadText(int status, std::string_view content_type, const HttpHeaders& headers) const;
  // Ends the connection if the state is still the same after `after`.
  void SetDeadline(std::chrono::milliseconds after);
  void OnDeadline();
  void Tick();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer tick_;
  const std::shared_ptr<SessionShared> shared_;

  State state_ = State::kHead;
  std::string in_;  // read and not yet used
  std::array<char, 16384> chunk_;
  bool reading_ = false;
  bool head_begun_ = false;
  ParsedHead parsed_;
  std::optional<HttpBodyReader> body_;
  std::shared_ptr<HttpWork> work_;
  std::chrono::steady_clock::time_point received_;

  std::string pending_;    // written by the handler
  std::string in_flight_;  // being sent
  size_t sent_ = 0;        // of in_flight_
  bool writing_ = false;
  bool close_after_ = false;
  int status_ = 0;
  std::chrono::steady_clock::time_point last_write_;     // by the handler
  std::chrono::steady_clock::time_point last_progress_;  // by the network
  uint64_t deadline_number_ = 0;
  std::atomic<bool> idle_ = false;
};

}  // namespace nibble
