// JSON as a stream of events, for large untrusted texts (a 100 MB safetensors header, a shard
// index) that must not become a document tree: fed piece by piece, bounded depth, strict UTF-8.
// Duplicate keys are the handler's business.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace nibble::json {

// Receives the events. Each function returns an empty string, or the sentence that says what is
// wrong with the content; that ends the parsing.
class EventHandler {
 public:
  enum class Kind : uint8_t { kNull, kBoolean, kNumber, kString };
  virtual ~EventHandler() = default;
  virtual std::string BeginObject() = 0;
  virtual std::string EndObject() = 0;
  virtual std::string BeginArray() = 0;
  virtual std::string EndArray() = 0;
  // `text` may be moved from. Numbers come as their source text, null and booleans as "".
  virtual std::string Key(std::string& text) = 0;
  virtual std::string Scalar(Kind kind, std::string& text) = 0;
};
// "null", "a boolean", "a number", "a string".
const char* KindText(EventHandler::Kind kind);

// Parses exactly one JSON value. Errors start with `what` (a file name) and have the byte offset.
class EventParser {
 public:
  EventParser(std::string what, size_t max_depth, EventHandler* handler);
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  Status Feed(std::string_view piece);
  Status Finish();
  const std::string& what() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nibble::json
