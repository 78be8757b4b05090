#include "base/json_events.h"

#include <algorithm>

#include "base/json_parts.h"
#include "base/text.h"

namespace nibble::json {
namespace {

// Joins the parts of keys, strings and numbers, and turns a handler's sentence into a stop.
class Adapter : public PartsHandler {
 public:
  using Kind = EventHandler::Kind;

  bool on_object_begin(bj::error_code& ec) { return Begin(handler->BeginObject(), ec); }
  bool on_object_end(size_t, bj::error_code& ec) { return Check(handler->EndObject(), ec); }
  bool on_array_begin(bj::error_code& ec) { return Begin(handler->BeginArray(), ec); }
  bool on_array_end(size_t, bj::error_code& ec) { return Check(handler->EndArray(), ec); }
  bool on_key(bj::string_view s, size_t, bj::error_code& ec) {
    Part(s);
    const bool good = Check(handler->Key(text_), ec);
    text_.clear();
    return good;
  }
  bool on_string(bj::string_view s, size_t, bj::error_code& ec) {
    return Scalar(Kind::kString, s, ec);
  }
  bool on_int64(int64_t, bj::string_view s, bj::error_code& ec) {
    return Scalar(Kind::kNumber, s, ec);
  }
  bool on_uint64(uint64_t, bj::string_view s, bj::error_code& ec) {
    return Scalar(Kind::kNumber, s, ec);
  }
  bool on_double(double, bj::string_view s, bj::error_code& ec) {
    return Scalar(Kind::kNumber, s, ec);
  }
  bool on_bool(bool, bj::error_code& ec) { return Scalar(Kind::kBoolean, {}, ec); }
  bool on_null(bj::error_code& ec) { return Scalar(Kind::kNull, {}, ec); }

  EventHandler* handler = nullptr;
  std::string problem;  // the handler's
  bool began = false;   // an object or array was opened

 private:
  bool Check(std::string found, bj::error_code& ec) {
    if (found.empty()) return true;
    problem = std::move(found);
    ec = bj::make_error_code(bj::error::extra_data);
    return false;
  }
  bool Begin(std::string found, bj::error_code& ec) {
    began = true;
    return Check(std::move(found), ec);
  }
  bool Scalar(Kind kind, bj::string_view s, bj::error_code& ec) {
    Part(s);
    const bool good = Check(handler->Scalar(kind, text_), ec);
    text_.clear();
    return good;
  }
};

}  // namespace

const char* KindText(EventHandler::Kind kind) {
  static constexpr const char* kTexts[] = {"null", "a boolean", "a number", "a string"};
  return kTexts[static_cast<size_t>(kind)];
}

struct EventParser::Impl {
  Impl(std::string what_, size_t max_depth_)
      : what(std::move(what_)), max_depth(max_depth_), parser(OptionsWithDepth(max_depth_)) {}

  // The error of the parser at byte `at` of `piece`, as one sentence.
  Error Explain(std::string_view piece, size_t at, const bj::error_code& ec) const {
    const Adapter& adapter = parser.handler();
    if (!adapter.problem.empty()) return InvalidInput("{}: {}", what, adapter.problem);
    const uint64_t offset = fed_bytes + at;
    if (ec == bj::error::too_deep)
      return InvalidInput("{}: JSON nesting deeper than {} at byte {}", what, max_depth, offset);
    // The parser stops inside a bad UTF-8 sequence: look from its first byte on.
    size_t start = std::min(at, piece.size());
    while (start > 0 && at - start < 4 && (start == piece.size() || piece[start] & 0x80)) --start;
    const size_t bad = FindInvalidUtf8(piece.substr(start, 8));
    if (bad < 5) return InvalidInput("{}: invalid UTF-8 at byte {}", what, fed_bytes + start + bad);
    if (!adapter.began && at < piece.size()) {
      return InvalidInput("{}: expected JSON, found the unexpected byte 0x{:02x} at {}", what,
                          static_cast<unsigned char>(piece[at]), offset);
    }
    return InvalidInput("{}: invalid JSON at byte {} ({})", what, offset, ec.message());
  }

  std::string what;
  size_t max_depth;
  uint64_t fed_bytes = 0;
  bool done = false;
  bj::basic_parser<Adapter> parser;
};

EventParser::EventParser(std::string what, size_t max_depth, EventHandler* handler)
    : impl_(std::make_unique<Impl>(std::move(what), max_depth)) {
  impl_->parser.handler().handler = handler;
}
EventParser::~EventParser() = default;
EventParser::EventParser(EventParser&&) noexcept = default;

const std::string& EventParser::what() const { return impl_->what; }

Status EventParser::Feed(std::string_view piece) {
  Impl& impl = *impl_;
  size_t at = 0;
  if (!impl.done) {
    bj::error_code ec;
    at = impl.parser.write_some(true, piece.data(), piece.size(), ec);
    if (ec) return impl.Explain(piece, at, ec);
    impl.done = impl.parser.done();
  }
  if (impl.done) {
    at = std::min(piece.find_first_not_of(" \t\r\n", at), piece.size());
    if (at < piece.size()) {
      return InvalidInput(
          "{}: unexpected byte 0x{:02x} at byte {}, behind the JSON value (only JSON whitespace "
          "may "
          "follow)",
          impl.what, static_cast<unsigned char>(piece[at]), impl.fed_bytes + at);
    }
  }
  impl.fed_bytes += piece.size();
  return {};
}

Status EventParser::Finish() {
  Impl& impl = *impl_;
  if (impl.done) return {};
  bj::error_code ec;
  impl.parser.write_some(false, "", 0, ec);  // a bare number is complete only now
  if (!impl.parser.handler().problem.empty()) return impl.Explain({}, 0, ec);
  if (!ec) return {};
  return InvalidInput("{}: JSON ends early at byte {}", impl.what, impl.fed_bytes);
}

}  // namespace nibble::json
