#include <charconv>
#include <cmath>

#include "text/chat_message.h"

namespace nibble {
namespace {

// A double as Python's repr: the shortest digits that read back as the same value, decimal for
// exponents from -4 to 15, else scientific with at least two exponent digits.
std::string PythonDouble(double value) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));  // [-]d[.ddd]e+XX
  const size_t e = text.find('e');
  int exponent = 0;
  const size_t sign = text[e + 1] == '+' ? 1 : 0;
  std::from_chars(text.data() + e + 1 + sign, text.data() + text.size(), exponent);
  if (exponent < -4 || exponent > 15) return std::string(text);

  std::string out = text[0] == '-' ? "-" : "";
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (exponent < 0)
    return out + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) digits.resize(whole + 1, '0');
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

void Append(const json::Value& value, std::string* out) {
  if (const std::string* number = value.as_number_text()) {
    if (number->find_first_of(".eE") != std::string::npos) {
      *out += PythonDouble(*value.as_double());
    } else {
      *out += *number == "-0" ? "0" : *number;
    }
  } else if (const json::Array* array = value.as_array()) {
    *out += '[';
    for (size_t i = 0; i < array->size(); ++i) {
      if (i > 0) *out += ", ";
      Append((*array)[i], out);
    }
    *out += ']';
  } else if (const json::Object* object = value.as_object()) {
    *out += '{';
    for (size_t i = 0; i < object->size(); ++i) {
      if (i > 0) *out += ", ";
      json::AppendString((*object)[i].first, out);
      *out += ": ";
      Append((*object)[i].second, out);
    }
    *out += '}';
  } else {
    *out += json::Dump(value);
  }
}

}  // namespace

std::string PromptJson(const json::Value& value) {
  std::string out;
  Append(value, &out);
  return out;
}

}  // namespace nibble
