#include "server/http_session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ctime>

#include "server/identifiers.h"

namespace nibble {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// Bytes that a client may send ahead while its request is being answered.
constexpr size_t kMaxReadAhead = 64 << 10;
// A chunk head or trailer that is longer than this is none.
constexpr size_t kMaxUnparsedBody = 16 << 10;
constexpr uint64_t kSlowestBodyBytesPerSecond = 64 << 10;
constexpr std::chrono::milliseconds kLingerFor{2'000};
constexpr std::chrono::milliseconds kTick{1'000};
// When this much has gone out, the work behind the stream may go on.
constexpr size_t kWritableBytes = 512 << 10;

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

std::string HttpDate() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  const size_t n = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return std::string(text, n);
}

}  // namespace

HttpSession::HttpSession(asio::ip::tcp::socket socket, std::shared_ptr<SessionShared> shared)
    : socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      tick_(socket_.get_executor()),
      shared_(std::move(shared)) {
  ++shared_->open;
}

HttpSession::~HttpSession() {
  if (state_ == State::kWorking || state_ == State::kFlushing) --shared_->answering;
  --shared_->open;
  shared_->on_closed();
}

void HttpSession::Start() {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  SetDeadline(shared_->options.head_deadline);
  idle_ = true;
  Read();
}

void HttpSession::Shutdown() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->state_ == State::kHead || self->state_ == State::kBody) {
      self->Close();
    } else if (const auto work = self->work_) {
      self->close_after_ = true;
      work->OnShutdown();
    }
  });
}

void HttpSession::Post(std::function<void()> task) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), task = std::move(task)] {
    if (self->state_ == State::kWorking) task();
  });
}

// Goes on with what has been read until more must come, or until an answer is on its way.
void HttpSession::Advance() {
  while (state_ == State::kHead || state_ == State::kBody) {
    const bool moved = state_ == State::kHead ? AdvanceHead() : AdvanceBody();
    if (!moved) break;
  }
  const bool wants_more = state_ == State::kHead || state_ == State::kBody ||
                          state_ == State::kLinger ||
                          (state_ == State::kWorking && in_.size() < kMaxReadAhead);
  if (wants_more) Read();
}

// False when more bytes are needed.
bool HttpSession::AdvanceHead() {
  while (!head_begun_ && in_.starts_with("\r\n")) in_.erase(0, 2);  // RFC 9112 2.2
  if (in_.empty()) return false;
  if (!head_begun_) {
    head_begun_ = true;
    idle_ = false;
    received_ = Clock::now();
    SetDeadline(shared_->options.head_deadline);
  }
  const HttpLimits& limits = shared_->options.limits;
  parsed_ = ParsedHead();
  parsed_.head.request_id = "req-" + RandomName(16);
  const size_t end = FindHeadEnd(in_);
  if (end == 0) {
    if (in_ == "\r") return false;
    if (const auto error = CheckPartialHead(in_, limits)) Refuse(*error);
    return false;
  }
  const std::string raw = in_.substr(0, end);
  in_.erase(0, end);
  head_begun_ = false;
  if (const auto error = ParseHead(raw, limits, &parsed_)) {
    Refuse(*error);
    return false;
  }
  if (const std::string* id = parsed_.head.Header("x-request-id");
      id != nullptr && IsRequestId(*id)) {
    parsed_.head.request_id = *id;
  }
  close_after_ = !parsed_.keep_alive;
  auto body = HttpBodyReader::Create(raw, limits.max_body_bytes);
  if (!body.ok()) {
    Refuse({.code = "bad_header", .message = body.error().message()});
    return false;
  }
  if (auto refusal = shared_->handler->CheckHead(parsed_.head)) {
    // A body that nobody reads cannot be told from a next request.
    refusal->close = refusal->close || parsed_.head.has_body;
    Send(std::move(*refusal));
    return false;
  }
  body_ = std::move(*body);
  if (parsed_.expects_continue && in_.empty() && !body_->done()) {
    pending_ += "HTTP/1.1 100 Continue\r\n\r\n";
    WriteSome();
  }
  state_ = State::kBody;
  SetDeadline(shared_->options.body_deadline +
              std::chrono::seconds(parsed_.content_length / kSlowestBodyBytesPerSecond));
  return true;
}

bool HttpSession::AdvanceBody() {
  size_t consumed = 0;
  if (const auto error = body_->Feed(in_, &consumed)) {
    Refuse(*error);
    return false;
  }
  in_.erase(0, consumed);
  if (!body_->done()) {
    if (in_.size() > kMaxUnparsedBody)
      Refuse({.code = "bad_framing", .message = "a chunk's head is too long"});
    return false;
  }
  Dispatch();
  return false;
}

void HttpSession::Dispatch() {
  state_ = State::kWorking;
  ++shared_->answering;
  deadline_.cancel();
  last_write_ = Clock::now();
  last_progress_ = last_write_;
  Tick();
  HttpRequest request{parsed_.head, body_->TakeBody()};
  body_.reset();
  auto work = shared_->handler->Handle(std::move(request), shared_from_this());
  if (state_ == State::kWorking) work_ = std::move(work);
}

// An error after which what the client sends cannot be understood any more.
void HttpSession::Refuse(const ApiError& error) {
  HttpResponse response = ErrorResponse(error);
  response.close = true;
  Send(std::move(response));
}

std::string HttpSession::HeadText(int status, std::string_view content_type,
                                  const HttpHeaders& headers) const {
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nServer: nibble\r\nDate: {}\r\nX-Request-Id: {}\r\n", status,
                  ReasonOf(status), HttpDate(), parsed_.head.request_id);
  if (status != 204) text += fmt::format("Content-Type: {}\r\n", content_type);
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  if (close_after_) text += "Connection: close\r\n";
  return text;
}

void HttpSession::Send(HttpResponse response) {
  if (state_ == State::kClosed) return;
  if (state_ != State::kWorking) {
    state_ = State::kWorking;
    ++shared_->answering;
    last_progress_ = Clock::now();
    last_write_ = last_progress_;
    Tick();
  }
  status_ = response.status;
  close_after_ = close_after_ || response.close;
  pending_ += HeadText(response.status, response.content_type, response.headers);
  if (response.status != 204)
    pending_ += fmt::format("Content-Length: {}\r\n", response.body.size());
  pending_ += "\r\n";
  if (parsed_.head.method != "HEAD") pending_ += response.body;
  EndAnswer();
}

void HttpSession::BeginStream(std::string_view content_type, const HttpHeaders& headers) {
  if (state_ != State::kWorking) return;
  status_ = 200;
  close_after_ = close_after_ || !parsed_.http11;
  pending_ += HeadText(200, content_type, headers);
  if (parsed_.http11) pending_ += "Transfer-Encoding: chunked\r\n";
  pending_ += "\r\n";  // goes out with the first piece
}

void HttpSession::Write(std::string_view data) {
  if (state_ != State::kWorking || data.empty()) return;
  if (parsed_.http11) {
    pending_ += fmt::format("{:x}\r\n", data.size());
    pending_ += data;
    pending_ += "\r\n";
  } else {
    pending_ += data;
  }
  last_write_ = Clock::now();
  WriteSome();
}

void HttpSession::EndStream(bool intact) {
  if (state_ != State::kWorking) return;
  if (!intact) {
    close_after_ = true;
  } else if (parsed_.http11) {
    pending_ += "0\r\n\r\n";
  }
  EndAnswer();
}

void HttpSession::EndAnswer() {
  state_ = State::kFlushing;
  work_.reset();
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - received_).count();
  shared_->handler->OnAnswered(parsed_.head, status_, ms);
  WriteSome();
}

void HttpSession::WriteSome() {
  if (writing_ || state_ == State::kClosed) return;
  if (sent_ == in_flight_.size()) {
    in_flight_.clear();
    sent_ = 0;
    std::swap(in_flight_, pending_);
  }
  if (in_flight_.empty()) return;
  writing_ = true;
  socket_.async_write_some(
      asio::buffer(in_flight_.data() + sent_, in_flight_.size() - sent_),
      [self = shared_from_this()](const boost::system::error_code& ec, size_t bytes) {
        self->OnWritten(bytes, static_cast<bool>(ec));
      });
}

void HttpSession::OnWritten(size_t bytes, bool failed) {
  writing_ = false;
  if (state_ == State::kClosed) return;
  if (failed) {
    Close();
    return;
  }
  const size_t before = unsent_bytes();
  sent_ += bytes;
  last_progress_ = Clock::now();
  if (unsent_bytes() > 0) {
    WriteSome();
  } else if (state_ == State::kFlushing) {
    NextRequest();
    return;
  }
  // A copy keeps the work alive while it ends the answer from inside.
  if (const auto work = work_; work && before > kWritableBytes && unsent_bytes() <= kWritableBytes)
    work->OnWritable();
}

void HttpSession::NextRequest() {
  --shared_->answering;
  tick_.cancel();
  if (close_after_) {
    Linger();
    return;
  }
  state_ = State::kHead;
  idle_ = in_.empty();
  SetDeadline(shared_->options.idle_deadline);
  Advance();
}

// The client may still be sending: closing now would reset the connection and could take the answer
// away from it. What comes is read and thrown away for a moment.
void HttpSession::Linger() {
  state_ = State::kLinger;
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  in_.clear();
  SetDeadline(kLingerFor);
  Read();
}

void HttpSession::Read() {
  if (reading_ || state_ == State::kClosed) return;
  reading_ = true;
  socket_.async_read_some(
      asio::buffer(chunk_),
      [self = shared_from_this()](const boost::system::error_code& ec, size_t bytes) {
        self->OnRead(bytes, static_cast<bool>(ec));
      });
}

void HttpSession::OnRead(size_t bytes, bool failed) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  if (failed) {
    // The end of what a client sends is the only sign that it has gone while nothing is written to
    // it (in the queue, in prefill, in an answer that is not streamed), so it ends the work at
    // once, even if the client only closed its sending side and would still read. An answer that is
    // complete goes out all the same.
    if (state_ == State::kFlushing) {
      close_after_ = true;
    } else {
      Close();
    }
    return;
  }
  if (state_ != State::kLinger) in_.append(chunk_.data(), bytes);
  Advance();
}

void HttpSession::Close() {
  if (state_ == State::kClosed) return;
  if (state_ == State::kWorking || state_ == State::kFlushing) --shared_->answering;
  state_ = State::kClosed;
  idle_ = false;
  work_.reset();
  deadline_.cancel();
  tick_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void HttpSession::SetDeadline(std::chrono::milliseconds after) {
  deadline_.expires_after(after);
  deadline_.async_wait([self = shared_from_this(),
                        number = ++deadline_number_](const boost::system::error_code& ec) {
    if (!ec && number == self->deadline_number_) self->OnDeadline();
  });
}

void HttpSession::OnDeadline() {
  if (state_ == State::kBody) {
    Refuse({.status = 408, .code = "request_timeout", .message = "the body came too slowly"});
  } else if (state_ == State::kHead || state_ == State::kLinger) {
    Close();
  }
}

// Once a second while a request is being answered.
void HttpSession::Tick() {
  tick_.expires_after(std::min(kTick, shared_->options.quiet_after));
  tick_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
    const bool answering = self->state_ == State::kWorking || self->state_ == State::kFlushing;
    if (ec || !answering) return;
    const auto now = Clock::now();
    const SessionOptions& options = self->shared_->options;
    if (self->unsent_bytes() > 0 && now - self->last_progress_ > options.stall_deadline) {
      self->Close();
      return;
    }
    const auto work = self->work_;
    if (work && now - self->last_write_ >= options.quiet_after) {
      self->last_write_ = now;
      work->OnQuiet();
    }
    self->Tick();
  });
}

}  // namespace nibble
