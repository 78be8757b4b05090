// Bytes as a connection gets them: the head, then the body in two cuts.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "server/http_body.h"
#include "server/http_head.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nibble;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = FindHeadEnd(bytes);
  if (end == 0) {
    if (!bytes.empty()) CheckPartialHead(bytes, {});
    return 0;
  }
  ParsedHead head;
  if (ParseHead(bytes.substr(0, end), {}, &head)) return 0;
  // A target such as "?x" has an empty path, which is an unknown one.
  if (head.head.method.empty()) std::abort();
  auto body = HttpBodyReader::Create(bytes.substr(0, end), 1000);
  if (!body.ok()) return 0;
  const std::string_view rest = bytes.substr(end);
  size_t consumed = 0;
  if (body->Feed(rest.substr(0, rest.size() / 2), &consumed)) return 0;
  body->Feed(rest.substr(consumed), &consumed);
  if (body->done() && body->TakeBody().size() > 1000) std::abort();
  return 0;
}
