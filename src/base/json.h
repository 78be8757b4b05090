// JSON, strict: RFC 8259, valid UTF-8, no duplicate keys, bounded depth. One reader for every
// untrusted text (config, index, tokenizer, HTTP bodies) and one small document type that keeps
// object order and the digits of numbers. Boost.JSON does the parsing; its document type is not
// used because it merges duplicate keys and forgets digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace nibble::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;  // in the order received

// A number as its source text, so that integers of any length and "2.50" survive.
struct Number {
  std::string text;
  friend bool operator==(const Number&, const Number&) = default;
};

class Value {
 public:
  Value() = default;                                       // null
  Value(std::nullptr_t) {}                                 // NOLINT
  Value(bool b) : data_(b) {}                              // NOLINT
  Value(int v) : data_(Number{std::to_string(v)}) {}       // NOLINT
  Value(int64_t v) : data_(Number{std::to_string(v)}) {}   // NOLINT
  Value(uint64_t v) : data_(Number{std::to_string(v)}) {}  // NOLINT
  Value(double v);                                         // NOLINT; non-finite becomes null
  Value(Number v) : data_(std::move(v)) {}                 // NOLINT
  Value(std::string s) : data_(std::move(s)) {}            // NOLINT
  Value(std::string_view s) : data_(std::string(s)) {}     // NOLINT
  Value(const char* s) : data_(std::string(s)) {}          // NOLINT
  Value(Array a) : data_(std::move(a)) {}                  // NOLINT
  Value(Object o) : data_(std::move(o)) {}                 // NOLINT

  bool is_null() const { return data_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_number() const { return std::holds_alternative<Number>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }
  // "null", "a boolean", "a number", "a string", "an array", "an object": for messages.
  const char* kind() const;

  // Typed access; nullptr or nullopt when the value is of another kind.
  std::optional<bool> as_bool() const;
  // Only for integers written without '.', 'e', 'E' that fit.
  std::optional<int64_t> as_int() const;
  std::optional<uint64_t> as_uint() const;
  std::optional<double> as_double() const;
  const std::string* as_number_text() const;
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  std::string* as_string() { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  Array* as_array() { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  Object* as_object() { return std::get_if<Object>(&data_); }

  // Object members: linear search. Find gives nullptr when absent or when this is no object.
  const Value* Find(std::string_view key) const;
  Value* Find(std::string_view key);
  // Replaces or appends; makes a null into an object.
  void Set(std::string_view key, Value value);
  void Erase(std::string_view key);

  // Deep equality; numbers by text, objects by order of keys too.
  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

// What kind of thing is wrong with a text, for callers that answer with a code.
enum class Problem { kSyntax, kTooDeep, kDuplicateKey, kInvalidUtf8 };

struct ParseOptions {
  size_t max_depth = 64;
  // Values of all kinds in the document: bounds memory, as "[0,0,..." takes 20 times its text.
  size_t max_values = static_cast<size_t>(-1);
  // Duplicate keys: refused, or read as Python does (the place of the first, the value of the
  // last).
  bool merge_duplicates = false;
  Problem* problem = nullptr;  // set on error if given
};

// Parses exactly one value. The error sentence starts with `what` (a file name, "request body") and
// has the byte offset.
Result<Value> Parse(std::string_view text, std::string_view what, const ParseOptions& options = {});

// Reads and parses a file of at most `max_bytes`; the error names the file.
Result<Value> ParseFile(const std::string& path, uint64_t max_bytes,
                        const ParseOptions& options = {});

// The same value with different spellings of numbers (1 and 1.0) or key order counts as equal.
bool EqualByValue(const Value& a, const Value& b);

enum class Style {
  kCompact,   // {"a":1,"b":[2,3]}
  kIndented,  // indent 2, final newline left to the caller
};
std::string Dump(const Value& value, Style style = Style::kCompact);
// Dump with all object keys sorted.
std::string DumpSorted(const Value& value, Style style);
// `s` as a JSON string with quotes; non-ASCII bare, control characters escaped.
void AppendString(std::string_view s, std::string* out);

}  // namespace nibble::json
