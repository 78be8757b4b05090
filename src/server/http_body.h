// The body of a request, by length or in chunks: Boost.Beast's parser behind a small face, so that
// one source file compiles Beast.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/api_error.h"

namespace nibble {

class HttpBodyReader {
 public:
  // `raw_head` has passed ParseHead.
  static Result<HttpBodyReader> Create(std::string_view raw_head, uint64_t max_body_bytes);
  HttpBodyReader(HttpBodyReader&&) noexcept;
  HttpBodyReader& operator=(HttpBodyReader&&) noexcept;
  ~HttpBodyReader();

  // Takes what it can from the front of `bytes` and tells how much that was. An error (a chunk that
  // is none, a body over the limit) ends the connection.
  std::optional<ApiError> Feed(std::string_view bytes, size_t* consumed);
  bool done() const;
  std::string TakeBody();

 private:
  struct Impl;
  explicit HttpBodyReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nibble
