#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "base/file.h"
#include "base/hash.h"
#include "base/json_parts.h"
#include "base/text.h"

namespace nibble::json {
namespace {

// Builds a Value from Boost.JSON's parse events and refuses duplicate keys.
class Builder : public PartsHandler {
 public:
  bool on_object_begin(bj::error_code&) { return Open(Object{}); }
  bool on_object_end(size_t, bj::error_code& ec) { return Close(ec); }
  bool on_array_begin(bj::error_code&) { return Open(Array{}); }
  bool on_array_end(size_t, bj::error_code& ec) { return Close(ec); }
  bool on_key(bj::string_view s, size_t, bj::error_code& ec) {
    Part(s);
    Frame& frame = stack_.back();
    Object& members = *frame.value.as_object();
    frame.member = frame.FindOrAdd(text_);
    if (frame.member < members.size()) {
      if (!options.merge_duplicates) {
        duplicate_ = text_;
        ec = bj::make_error_code(bj::error::extra_data);
        return false;
      }
      text_.clear();
      return true;
    }
    members.emplace_back(std::move(text_), Value());
    text_.clear();
    return true;
  }
  bool on_string(bj::string_view s, size_t, bj::error_code& ec) {
    Part(s);
    return Put(Value(TakeText()), ec);
  }
  bool on_int64(int64_t, bj::string_view s, bj::error_code& ec) { return PutNumber(s, ec); }
  bool on_uint64(uint64_t, bj::string_view s, bj::error_code& ec) { return PutNumber(s, ec); }
  bool on_double(double, bj::string_view s, bj::error_code& ec) {
    if (!PutNumber(s, ec)) return false;
    const std::string& text = *last_number_;
    if (text.find_first_of(".eE") != std::string::npos) {
      double parsed = 0;
      const auto r = std::from_chars(text.data(), text.data() + text.size(), parsed);
      // Out of range covers both ends; only overflow is refused (an underflow is 0).
      if (r.ec == std::errc::result_out_of_range && Overflows(text)) {
        ec = bj::make_error_code(bj::error::exponent_overflow);
        return false;
      }
    }
    return true;
  }
  bool on_bool(bool b, bj::error_code& ec) { return Put(Value(b), ec); }
  bool on_null(bj::error_code& ec) { return Put(Value(), ec); }

  ParseOptions options;
  Value root;
  const std::optional<std::string>& duplicate() const { return duplicate_; }

 private:
  struct Frame {
    Value value;
    size_t member = 0;  // of an object: where the next value goes
    std::unordered_map<std::string, size_t, SeededHash>
        keys;  // filled once an object has many members
    // The index of the member with this key, or of the one that is to be added.
    size_t FindOrAdd(const std::string& key) {
      const Object& members = *value.as_object();
      if (members.size() < 16) {
        const auto it = std::find_if(members.begin(), members.end(),
                                     [&](const Member& m) { return m.first == key; });
        return static_cast<size_t>(it - members.begin());
      }
      if (keys.empty()) {
        for (const Member& m : members) keys.emplace(m.first, keys.size());
      }
      return keys.emplace(key, members.size()).first->second;
    }
  };

  // Whether a number that from_chars calls out of range is too large (true) or too small.
  static bool Overflows(const std::string& text) {
    return std::isinf(std::strtod(text.c_str(), nullptr));
  }
  std::string TakeText() {
    std::string text = std::move(text_);
    text_.clear();
    return text;
  }
  bool PutNumber(bj::string_view s, bj::error_code& ec) {
    Part(s);
    return Put(Value(Number{TakeText()}), ec);
  }
  bool Open(Value value) {
    stack_.push_back(Frame{std::move(value), 0, {}});
    return true;
  }
  bool Close(bj::error_code& ec) {
    Value value = std::move(stack_.back().value);
    stack_.pop_back();
    return Put(std::move(value), ec);
  }
  bool Put(Value value, bj::error_code& ec) {
    if (++values_ > options.max_values) {
      ec = bj::make_error_code(bj::error::array_too_large);
      return false;
    }
    Value* slot = &root;
    if (!stack_.empty()) {
      Value& top = stack_.back().value;
      if (Array* array = top.as_array()) {
        slot = &array->emplace_back();
      } else {
        slot = &(*top.as_object())[stack_.back().member].second;
      }
    }
    *slot = std::move(value);
    last_number_ = slot->as_number_text();
    return true;
  }

  std::vector<Frame> stack_;
  size_t values_ = 0;
  const std::string* last_number_ = nullptr;
  std::optional<std::string> duplicate_;
};

// A leading surrogate that no escape follows is a plain syntax error to Boost.JSON.
bool EndsInLeadingSurrogate(std::string_view s) {
  if (s.size() < 6) return false;
  s = s.substr(s.size() - 6);
  return s.starts_with("\\u") && (s[2] == 'd' || s[2] == 'D') &&
         std::string_view("89abAB").find(s[3]) != std::string_view::npos;
}

}  // namespace

Value::Value(double v) {
  if (!std::isfinite(v)) return;
  char buffer[40];
  const auto r = std::to_chars(buffer, buffer + sizeof buffer, v);
  data_ = Number{std::string(buffer, r.ptr)};
}

const char* Value::kind() const {
  static constexpr const char* kKinds[] = {"null",     "a boolean", "a number",
                                           "a string", "an array",  "an object"};
  return kKinds[data_.index()];
}

std::optional<bool> Value::as_bool() const {
  const bool* b = std::get_if<bool>(&data_);
  return b == nullptr ? std::nullopt : std::optional<bool>(*b);
}

template <class T>
static std::optional<T> ParseWhole(const std::string* text) {
  if (text == nullptr) return std::nullopt;
  T v{};
  const auto r = std::from_chars(text->data(), text->data() + text->size(), v);
  if (r.ec != std::errc() || r.ptr != text->data() + text->size()) return std::nullopt;
  return v;
}

std::optional<int64_t> Value::as_int() const { return ParseWhole<int64_t>(as_number_text()); }
std::optional<uint64_t> Value::as_uint() const { return ParseWhole<uint64_t>(as_number_text()); }
std::optional<double> Value::as_double() const {
  const std::string* text = as_number_text();
  if (text == nullptr) return std::nullopt;
  // from_chars leaves the value alone on underflow; strtod gives the nearest double for any JSON
  // number.
  return std::strtod(text->c_str(), nullptr);
}
const std::string* Value::as_number_text() const {
  const Number* n = std::get_if<Number>(&data_);
  return n == nullptr ? nullptr : &n->text;
}

const Value* Value::Find(std::string_view key) const {
  const Object* object = as_object();
  if (object == nullptr) return nullptr;
  for (const Member& m : *object) {
    if (m.first == key) return &m.second;
  }
  return nullptr;
}
Value* Value::Find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).Find(key));
}

void Value::Set(std::string_view key, Value value) {
  if (is_null()) data_ = Object{};
  if (Value* old = Find(key)) {
    *old = std::move(value);
  } else {
    as_object()->emplace_back(std::string(key), std::move(value));
  }
}

void Value::Erase(std::string_view key) {
  if (Object* object = as_object())
    std::erase_if(*object, [&](const Member& m) { return m.first == key; });
}

Result<Value> Parse(std::string_view text, std::string_view what, const ParseOptions& options) {
  bj::basic_parser<Builder> parser(OptionsWithDepth(options.max_depth));
  parser.handler().options = options;
  bj::error_code ec;
  const size_t consumed = parser.write_some(false, text.data(), text.size(), ec);
  const auto set_problem = [&](Problem problem) {
    if (options.problem != nullptr) *options.problem = problem;
  };
  set_problem(Problem::kSyntax);
  if (ec) {
    if (parser.handler().duplicate()) {
      set_problem(Problem::kDuplicateKey);
      return InvalidInput("{}: duplicate key \"{}\" at byte {}", what,
                          Escape(*parser.handler().duplicate()), consumed);
    }
    if (ec == bj::error::too_deep) {
      set_problem(Problem::kTooDeep);
      return InvalidInput("{}: JSON nesting deeper than {} at byte {}", what, options.max_depth,
                          consumed);
    }
    if (ec == bj::error::array_too_large) {
      return InvalidInput("{}: JSON of more than {} values at byte {}", what, options.max_values,
                          consumed);
    }
    if (const size_t bad = FindInvalidUtf8(text);
        bad != std::string_view::npos && bad <= consumed + 4) {
      set_problem(Problem::kInvalidUtf8);
      return InvalidInput("{}: invalid UTF-8 at byte {}", what, bad);
    }
    if (ec == bj::error::illegal_leading_surrogate || ec == bj::error::illegal_trailing_surrogate ||
        ec == bj::error::expected_utf16_escape ||
        (ec == bj::error::syntax && EndsInLeadingSurrogate(text.substr(0, consumed)))) {
      set_problem(Problem::kInvalidUtf8);
    }
    if (ec == bj::error::incomplete)
      return InvalidInput("{}: JSON ends early at byte {}", what, text.size());
    return InvalidInput("{}: invalid JSON at byte {} ({})", what, consumed, ec.message());
  }
  if (consumed < text.size()) {
    return InvalidInput("{}: unexpected byte 0x{:02x} at byte {} after the JSON value", what,
                        static_cast<unsigned char>(text[consumed]), consumed);
  }
  return std::move(parser.handler().root);
}

Result<Value> ParseFile(const std::string& path, uint64_t max_bytes, const ParseOptions& options) {
  NIBBLE_ASSIGN(const std::string text, ReadSmallFile(path, max_bytes));
  return Parse(text, Escape(path, 400), options);
}

bool EqualByValue(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return a == b || a.as_double() == b.as_double();
  if (a.is_array() && b.is_array()) {
    return std::equal(a.as_array()->begin(), a.as_array()->end(), b.as_array()->begin(),
                      b.as_array()->end(), EqualByValue);
  }
  if (a.is_object() && b.is_object()) {
    if (a.as_object()->size() != b.as_object()->size()) return false;
    return std::all_of(a.as_object()->begin(), a.as_object()->end(), [&](const Member& m) {
      const Value* other = b.Find(m.first);
      return other != nullptr && EqualByValue(m.second, *other);
    });
  }
  return a == b;
}

}  // namespace nibble::json
