#include "server/fields.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace nibble {
namespace {

void SetError(std::optional<ApiError>* error, std::string_view code, std::string message,
              const std::string& path) {
  if (!*error)
    *error = ApiError{.code = std::string(code), .message = std::move(message), .param = path};
}

std::string RangeText(NumberRange range) {
  return fmt::format("{}{}, {}]", range.low_is_open ? '(' : '[', range.low, range.high);
}

std::string RangeText(IntRange range) {
  constexpr std::numeric_limits<int64_t> kLimits;
  if (range.high == kLimits.max() && range.low == kLimits.min()) return "a 64-bit integer";
  if (range.high == kLimits.max()) return fmt::format("a 64-bit integer of at least {}", range.low);
  return fmt::format("an integer in [{}, {}]", range.low, range.high);
}

bool LooksLikeInteger(const std::string& number) {
  return number != "-0" && number.find_first_of(".eE") == std::string::npos;
}

// Longer digit strings are no numbers that anybody means.
constexpr size_t kMaxDigits = 40;

}  // namespace

std::string ShowValue(const json::Value& value) {
  if (value.is_array() || value.is_object()) return value.kind();
  if (const std::string* s = value.as_string()) return fmt::format("\"{}\"", Escape(*s, 64));
  return Escape(json::Dump(value), 64);
}

bool ReadInteger(const json::Value& value, const std::string& path, IntRange range, int64_t* out,
                 std::optional<ApiError>* error) {
  const std::string* text = value.as_number_text();
  if (text == nullptr || !LooksLikeInteger(*text) || text->size() > kMaxDigits) {
    SetError(error, "invalid_type",
             fmt::format("{} must be {}, got {}", path, RangeText(range), ShowValue(value)), path);
    return false;
  }
  const std::optional<int64_t> number = value.as_int();
  if (!number || *number < range.low || *number > range.high) {
    SetError(error, "invalid_value",
             fmt::format("{} must be {}, got {}", path, RangeText(range), *text), path);
    return false;
  }
  *out = *number;
  return true;
}

bool ReadNumber(const json::Value& value, const std::string& path, NumberRange range, double* out,
                std::optional<ApiError>* error) {
  const std::string* text = value.as_number_text();
  const bool is_number = text != nullptr && text->size() <= 400;
  const double number = is_number ? *value.as_double() : 0;
  const bool inside =
      (range.low_is_open ? number > range.low : number >= range.low) && number <= range.high;
  if (!is_number || !inside) {
    SetError(
        error, is_number ? "invalid_value" : "invalid_type",
        fmt::format("{} must be a number in {}, got {}", path, RangeText(range), ShowValue(value)),
        path);
    return false;
  }
  *out = number;
  return true;
}

FieldReader::FieldReader(const json::Value& object, std::string path,
                         std::optional<ApiError>* error)
    : object_(object), path_(std::move(path)), error_(error) {
  if (!object.is_object()) {
    SetError(error_, "invalid_type",
             fmt::format("{} must be an object, got {}", path_.empty() ? "the request body" : path_,
                         object.kind()),
             path_);
  }
}

std::string FieldReader::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

const json::Value* FieldReader::Get(std::string_view name) {
  known_.push_back(name);
  if (failed()) return nullptr;
  const json::Value* value = object_.Find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const json::Value* FieldReader::Require(std::string_view name) {
  const json::Value* value = Get(name);
  if (value == nullptr && !failed()) {
    const bool is_null = object_.Find(name) != nullptr;
    Fail(name, is_null ? "invalid_type" : "missing_field",
         fmt::format("{} is required{}", PathOf(name), is_null ? ", got null" : ""));
  }
  return value;
}

void FieldReader::Bool(std::string_view name, bool* out) {
  const json::Value* value = Get(name);
  if (value == nullptr) return;
  if (const auto b = value->as_bool()) {
    *out = *b;
  } else {
    Fail(name, "invalid_type",
         fmt::format("{} must be true or false, got {}", PathOf(name), ShowValue(*value)));
  }
}

void FieldReader::Integer(std::string_view name, IntRange range, int64_t* out) {
  if (const json::Value* value = Get(name)) ReadInteger(*value, PathOf(name), range, out, error_);
}

void FieldReader::Number(std::string_view name, NumberRange range, double* out) {
  if (const json::Value* value = Get(name)) ReadNumber(*value, PathOf(name), range, out, error_);
}

void FieldReader::String(std::string_view name, std::string* out) {
  const json::Value* value = Get(name);
  if (value == nullptr) return;
  if (const std::string* s = value->as_string()) {
    *out = *s;
  } else {
    Fail(name, "invalid_type",
         fmt::format("{} must be a string, got {}", PathOf(name), ShowValue(*value)));
  }
}

void FieldReader::Refuse(std::string_view name, std::string_view why) {
  if (Get(name) != nullptr)
    Fail(name, "unsupported_parameter", fmt::format("{} {}", PathOf(name), why));
}

void FieldReader::RefuseUnless(std::string_view name, const json::Value& allowed) {
  const json::Value* value = Get(name);
  if (value == nullptr || json::EqualByValue(*value, allowed)) return;
  Fail(name, "unsupported_parameter",
       fmt::format("{} other than {} is not supported, got {}", PathOf(name), json::Dump(allowed),
                   ShowValue(*value)));
}

void FieldReader::Fail(std::string_view name, std::string_view code, std::string message) {
  SetError(error_, code, std::move(message), PathOf(name));
}

void FieldReader::RefuseUnknown(bool allow_unknown) {
  if (failed() || allow_unknown) return;
  std::sort(known_.begin(), known_.end());
  for (const auto& [name, value] : *object_.as_object()) {
    if (std::binary_search(known_.begin(), known_.end(), name)) continue;
    const std::string path = PathOf(Escape(name, 64));
    SetError(error_, "unknown_field", fmt::format("unknown field {}", path), path);
    return;
  }
}

}  // namespace nibble
