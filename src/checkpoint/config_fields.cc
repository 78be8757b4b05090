#include "checkpoint/config_fields.h"

#include <cmath>

#include "base/text.h"

namespace nibble {

constexpr size_t kMostShown = 8;  // elements of an array

std::string ShowJson(const json::Value& value) {
  if (const std::string* s = value.as_string()) return "\"" + Escape(*s, 60) + "\"";
  if (const std::string* number = value.as_number_text()) return Escape(*number, 60);
  if (const auto b = value.as_bool()) return *b ? "true" : "false";
  const json::Array* array = value.as_array();
  if (array == nullptr || array->size() > kMostShown) return value.kind();
  std::string text;
  for (const json::Value& item : *array) {
    if (!text.empty()) text += ", ";
    text += item.is_array() ? item.kind() : ShowJson(item);  // one level, for a short message
  }
  return "[" + text + "]";
}

const json::Value* ConfigFields::Find(std::string_view key) const {
  const json::Value* value = object_ == nullptr ? nullptr : object_->Find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void ConfigFields::Refuse(std::string_view key, std::string_view problem) const {
  if (!*problem_) *problem_ = InvalidInput("{}: {}{} {}", what_, prefix_, key, problem);
}

ConfigFields ConfigFields::Sub(std::string_view key) const {
  const json::Value* value = Find(key);
  if (value != nullptr && !value->is_object()) {
    Refuse(key, fmt::format("is {}, expected an object", ShowJson(*value)));
    value = nullptr;
  }
  return ConfigFields(value, what_, fmt::format("{}{}.", prefix_, key), problem_);
}

std::optional<int64_t> ConfigFields::OptionalInt(std::string_view key, int64_t min,
                                                 int64_t max) const {
  const json::Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = value->as_int();
  if (!number || *number < min || *number > max) {
    Refuse(key,
           fmt::format("is {}, expected an integer from {} to {}", ShowJson(*value), min, max));
    return min;
  }
  return number;
}

int64_t ConfigFields::Int(std::string_view key, int64_t min, int64_t max) const {
  const auto number = OptionalInt(key, min, max);
  if (!number) Refuse(key, "is missing");
  return number.value_or(min);
}

std::optional<double> ConfigFields::OptionalPositive(std::string_view key, double max) const {
  const json::Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  const auto number = value->as_double();
  if (!number || !(*number > 0) || !(*number <= max)) {
    Refuse(key, fmt::format("is {}, expected a number greater than 0 and at most {}",
                            ShowJson(*value), max));
    return 1;
  }
  return number;
}

double ConfigFields::Positive(std::string_view key, double max) const {
  const auto number = OptionalPositive(key, max);
  if (!number) Refuse(key, "is missing");
  return number.value_or(1);
}

std::optional<std::string> ConfigFields::OptionalString(std::string_view key) const {
  const json::Value* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->as_string() == nullptr) {
    Refuse(key, fmt::format("is {}, expected a string", ShowJson(*value)));
    return std::nullopt;
  }
  return *value->as_string();
}

void ConfigFields::Only(std::string_view key, const json::Value& value) const {
  const json::Value* found = Find(key);
  if (found != nullptr && !json::EqualByValue(*found, value)) {
    Refuse(key, fmt::format("is {}, only {} is supported", ShowJson(*found), ShowJson(value)));
  }
}

}  // namespace nibble
