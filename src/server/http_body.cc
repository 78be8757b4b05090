#include "server/http_body.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace nibble {

namespace http = boost::beast::http;

struct HttpBodyReader::Impl {
  http::request_parser<http::string_body> parser;
};

HttpBodyReader::HttpBodyReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpBodyReader::HttpBodyReader(HttpBodyReader&&) noexcept = default;
HttpBodyReader& HttpBodyReader::operator=(HttpBodyReader&&) noexcept = default;
HttpBodyReader::~HttpBodyReader() = default;

Result<HttpBodyReader> HttpBodyReader::Create(std::string_view raw_head, uint64_t max_body_bytes) {
  auto impl = std::make_unique<Impl>();
  impl->parser.body_limit(max_body_bytes);
  impl->parser.header_limit(static_cast<uint32_t>(raw_head.size()) + 1);
  boost::beast::error_code ec;
  impl->parser.put(boost::asio::buffer(raw_head), ec);
  if (ec || !impl->parser.is_header_done())
    return InvalidInput("the head cannot be read: {}", ec.message());
  impl->parser.eager(true);
  return HttpBodyReader(std::move(impl));
}

std::optional<ApiError> HttpBodyReader::Feed(std::string_view bytes, size_t* consumed) {
  *consumed = 0;
  while (!done() && *consumed < bytes.size()) {
    const std::string_view rest = bytes.substr(*consumed);
    boost::beast::error_code ec;
    const size_t taken = impl_->parser.put(boost::asio::buffer(rest), ec);
    *consumed += taken;
    if (ec == http::error::body_limit) {
      return ApiError{.status = 413, .code = "body_too_large", .message = "the body is too large"};
    }
    if (ec && ec != http::error::need_more) {
      return ApiError{.code = "bad_framing", .message = "the body cannot be read: " + ec.message()};
    }
    if (taken == 0) break;
  }
  return std::nullopt;
}

bool HttpBodyReader::done() const { return impl_->parser.is_done(); }

std::string HttpBodyReader::TakeBody() { return std::move(impl_->parser.get().body()); }

}  // namespace nibble
