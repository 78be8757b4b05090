// The writing half of json.h.
#include <algorithm>
#include <vector>

#include "base/json.h"

namespace nibble::json {
namespace {

void AppendIndent(size_t depth, std::string* out) {
  *out += '\n';
  out->append(depth * 2, ' ');
}

void Append(const Value& value, Style style, bool sorted, size_t depth, std::string* out) {
  const bool indented = style == Style::kIndented;
  if (value.is_null()) {
    *out += "null";
  } else if (const auto b = value.as_bool()) {
    *out += *b ? "true" : "false";
  } else if (const std::string* number = value.as_number_text()) {
    *out += *number;
  } else if (const std::string* s = value.as_string()) {
    AppendString(*s, out);
  } else if (const Array* array = value.as_array()) {
    *out += '[';
    for (size_t i = 0; i < array->size(); ++i) {
      if (i > 0) *out += ',';
      if (indented) AppendIndent(depth + 1, out);
      Append((*array)[i], style, sorted, depth + 1, out);
    }
    if (indented && !array->empty()) AppendIndent(depth, out);
    *out += ']';
  } else {
    const Object& object = *value.as_object();
    std::vector<const Member*> members;
    members.reserve(object.size());
    for (const Member& m : object) members.push_back(&m);
    if (sorted)
      std::sort(members.begin(), members.end(),
                [](const Member* x, const Member* y) { return x->first < y->first; });
    *out += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) *out += ',';
      if (indented) AppendIndent(depth + 1, out);
      AppendString(members[i]->first, out);
      *out += indented ? ": " : ":";
      Append(members[i]->second, style, sorted, depth + 1, out);
    }
    if (indented && !members.empty()) AppendIndent(depth, out);
    *out += '}';
  }
}

}  // namespace

std::string Dump(const Value& value, Style style) {
  std::string out;
  Append(value, style, false, 0, &out);
  return out;
}

std::string DumpSorted(const Value& value, Style style) {
  std::string out;
  Append(value, style, true, 0, &out);
  return out;
}

void AppendString(std::string_view s, std::string* out) {
  *out += '"';
  for (const char c : s) {
    switch (c) {
      case '"':
        *out += "\\\"";
        break;
      case '\\':
        *out += "\\\\";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      case '\b':
        *out += "\\b";
        break;
      case '\f':
        *out += "\\f";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          *out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

}  // namespace nibble::json
