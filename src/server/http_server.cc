#include "server/http_server.h"

#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <csignal>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "server/http_session.h"

namespace nibble {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptRetry{100};

struct HttpServer::Impl {
  explicit Impl(HttpServerOptions o)
      : options(std::move(o)),
        strand(asio::make_strand(io)),
        acceptor(strand),
        retry(strand),
        signals(io) {}

  void Accept();
  void OnAccepted(const boost::system::error_code& ec, tcp::socket socket);
  // Accepts again after a while.
  void Retry();
  void Add(tcp::socket socket);
  // Makes room when all connections are taken: the one that has been idle longest goes.
  void CloseOldestIdle();
  void WaitForSignal();

  HttpServerOptions options;
  asio::io_context io;
  asio::strand<asio::io_context::executor_type> strand;  // of all below
  tcp::acceptor acceptor;
  asio::steady_timer retry;
  asio::signal_set signals;
  std::shared_ptr<SessionShared> shared = std::make_shared<SessionShared>();
  std::list<std::weak_ptr<HttpSession>> sessions;
  bool accepting = false;
  std::vector<std::thread> threads;
};

void HttpServer::Impl::Accept() {
  if (accepting || !acceptor.is_open()) return;
  if (shared->open >= options.max_connections) {
    CloseOldestIdle();
    Retry();
    return;
  }
  accepting = true;
  acceptor.async_accept(asio::make_strand(io), [this](const auto& ec, tcp::socket socket) {
    OnAccepted(ec, std::move(socket));
  });
}

void HttpServer::Impl::OnAccepted(const boost::system::error_code& ec, tcp::socket socket) {
  accepting = false;
  if (!ec) {
    Add(std::move(socket));
    Accept();
  } else if (ec != asio::error::operation_aborted) {
    Retry();  // out of descriptors or memory: some may be free again soon
  }
}

void HttpServer::Impl::Retry() {
  retry.expires_after(kAcceptRetry);
  retry.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) Accept();
  });
}

void HttpServer::Impl::Add(tcp::socket socket) {
  std::erase_if(sessions, [](const auto& session) { return session.expired(); });
  auto session = std::make_shared<HttpSession>(std::move(socket), shared);
  sessions.push_back(session);
  asio::post(session->executor(), [session] { session->Start(); });
}

void HttpServer::Impl::CloseOldestIdle() {
  for (const auto& weak : sessions) {
    const auto session = weak.lock();
    if (!session || !session->idle()) continue;
    session->Shutdown();
    return;
  }
}

void HttpServer::Impl::WaitForSignal() {
  signals.async_wait([this](const boost::system::error_code& ec, int signal) {
    if (ec) return;
    options.on_signal(signal);
    WaitForSignal();
  });
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->io.stop();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->shared->on_closed = [] {};  // the connections go with the io_context
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                      HttpHandler* handler) {
  std::signal(SIGPIPE, SIG_IGN);
  auto impl = std::make_unique<Impl>(std::move(options));
  const HttpServerOptions& o = impl->options;
  boost::system::error_code ec;
  const auto addresses = tcp::resolver(impl->io).resolve(
      o.host, std::to_string(o.port), tcp::resolver::passive | tcp::resolver::numeric_service, ec);
  if (ec || addresses.empty())
    return InvalidInput("--host {} is no address: {}", o.host, ec.message());
  const tcp::endpoint endpoint = addresses.begin()->endpoint();
  tcp::acceptor& acceptor = impl->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec == asio::error::address_in_use) {
    return IoError(
        "port {} on {} is already in use; stop what listens there or give another --port", o.port,
        o.host);
  }
  if (ec) return IoError("cannot listen on {}:{}: {}", o.host, o.port, ec.message());

  impl->shared->options = o.session;
  impl->shared->handler = handler;
  Impl* raw = impl.get();
  impl->shared->on_closed = [raw] { asio::post(raw->strand, [raw] { raw->Accept(); }); };
  if (o.on_signal) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) impl->signals.add(signal, ec);
    impl->WaitForSignal();
  }
  asio::post(impl->strand, [raw] { raw->Accept(); });
  for (int i = 0; i < o.threads; ++i) impl->threads.emplace_back([raw] { raw->io.run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::port() const {
  boost::system::error_code ec;
  return impl_->acceptor.local_endpoint(ec).port();
}

int64_t HttpServer::open_connections() const { return impl_->shared->open; }
int64_t HttpServer::answering() const { return impl_->shared->answering; }

void HttpServer::ShutdownSessions() {
  asio::post(impl_->strand, [impl = impl_.get()] {
    for (const auto& weak : impl->sessions) {
      if (const auto session = weak.lock()) session->Shutdown();
    }
  });
}

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace nibble
