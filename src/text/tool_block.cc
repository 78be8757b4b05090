#include "text/tool_block.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "text/chat_message.h"
#include "text/control_strings.h"

namespace nibble {
namespace {

constexpr std::string_view kInvoke = "invoke";
constexpr std::string_view kParameter = "parameter";
constexpr std::string_view kWhiteSpace = " \t\r\n";

void SkipWhiteSpace(std::string_view* s) {
  s->remove_prefix(std::min(s->find_first_not_of(kWhiteSpace), s->size()));
}
bool Skip(std::string_view* s, std::string_view prefix) {
  if (!s->starts_with(prefix)) return false;
  s->remove_prefix(prefix.size());
  return true;
}

// Whether `s` can be the name of a call or a parameter. Control ids, line breaks and `="` mean that
// a tag was not closed or an attribute is broken.
bool IsName(std::string_view s) {
  return !s.empty() && s.find_first_of("\r\n\xFE\xFF") == std::string_view::npos &&
         s.find("=\"") == std::string_view::npos;
}

// ` name="`, as a call's and a parameter's head begin.
bool SkipToName(std::string_view* s) {
  SkipWhiteSpace(s);
  return Skip(s, "name=\"");
}

enum class Kind { kString, kJson };

// What follows a key: `">`, or `" string="true">`, or `" string="false">`.
std::optional<Kind> SkipKeyEnd(std::string_view* s) {
  std::string_view rest = *s;
  if (!Skip(&rest, "\"")) return std::nullopt;
  SkipWhiteSpace(&rest);
  Kind kind = Kind::kString;
  if (Skip(&rest, "string=\"")) {
    if (Skip(&rest, "false")) {
      kind = Kind::kJson;
    } else if (!Skip(&rest, "true")) {
      return std::nullopt;
    }
    if (!Skip(&rest, "\"")) return std::nullopt;
    SkipWhiteSpace(&rest);
  }
  if (!Skip(&rest, ">")) return std::nullopt;
  *s = rest;
  return kind;
}

}  // namespace

// The tag whose control id stands at `dsml`: begin .. end is `<D invoke` without what follows.
ToolBlockReader::Tag ToolBlockReader::TagAt(size_t dsml, size_t* begin, size_t* end) const {
  const std::string_view before = std::string_view(buffer_).substr(0, dsml);
  const std::string_view after = std::string_view(buffer_).substr(dsml + 1);
  const bool closes = before.ends_with("</");
  if (!closes && !before.ends_with("<")) return Tag::kNone;
  *begin = dsml - (closes ? 2 : 1);
  for (const std::string_view word : {kInvoke, kParameter}) {
    *end = dsml + 1 + word.size();
    if (after.starts_with(word)) {
      if (word == kInvoke) return closes ? Tag::kCallEnd : Tag::kCall;
      return closes ? Tag::kParameterEnd : Tag::kParameter;
    }
    if (word.starts_with(after)) return Tag::kUndecided;
  }
  return Tag::kNone;
}

std::vector<GeneratedCall> ToolBlockReader::TakeCalls(MalformedOutput* malformed) {
  std::vector<GeneratedCall> calls;
  while ((scan_ = std::min(buffer_.find(kDsmlByte, scan_), buffer_.size())) < buffer_.size()) {
    size_t begin = 0, end = 0;
    const Tag tag = TagAt(scan_, &begin, &end);
    if (tag == Tag::kUndecided) break;
    ++scan_;
    const auto since = [&] { return std::string_view(buffer_).substr(begin_, begin - begin_); };
    if (state_ == State::kInParameter) {
      if (tag != Tag::kParameterEnd) continue;
      ReadParameter(since(), malformed);
      state_ = State::kInCall;
    } else if (tag == Tag::kCall) {
      malformed->incomplete_calls += state_ == State::kInCall;
      BeginCall(end);
    } else if (state_ == State::kInCall && (tag == Tag::kParameter || tag == Tag::kCallEnd)) {
      if (!head_read_) ReadHead(since());
      if (tag == Tag::kParameter) {
        begin_ = end;
        state_ = State::kInParameter;
        continue;
      }
      malformed->unreadable_calls += !readable_;
      call_.arguments += '}';
      if (readable_) calls.push_back(std::move(call_));
      state_ = State::kBetween;
      buffer_.erase(0, end);
      scan_ = 0;
    }
  }
  return calls;
}

void ToolBlockReader::BeginCall(size_t end) {
  state_ = State::kInCall;
  begin_ = end;
  head_read_ = false;
  readable_ = true;
  call_ = {"", "{"};
  keys_.clear();
}

// `head`: ` name="NAME">` and white space.
void ToolBlockReader::ReadHead(std::string_view head) {
  head_read_ = true;
  head = head.substr(0, head.find_last_not_of(kWhiteSpace) + 1);
  readable_ = SkipToName(&head) && head.ends_with("\">");
  if (!readable_) return;
  head.remove_suffix(2);
  readable_ = IsName(head);
  call_.name = head;
}

// `parameter`: ` name="KEY" string="true">VALUE`.
void ToolBlockReader::ReadParameter(std::string_view parameter, MalformedOutput* malformed) {
  if (!SkipToName(&parameter)) {
    readable_ = false;
    return;
  }
  std::optional<Kind> kind;
  std::string_view key, rest;
  for (size_t quote = parameter.find('"'); quote != std::string_view::npos && !kind;
       quote = parameter.find('"', quote + 1)) {
    key = parameter.substr(0, quote);
    rest = parameter.substr(quote);
    kind = SkipKeyEnd(&rest);
  }
  if (!kind || !IsName(key)) {
    readable_ = false;
    return;
  }
  if (!keys_.emplace(key).second) {
    ++malformed->repeated_keys;
    return;
  }
  const std::string value = ValueText(rest);
  const bool is_json =
      kind == Kind::kJson &&
      json::Parse(value, "value", {.max_depth = kMaxArgumentsDepth - 1, .merge_duplicates = true})
          .ok();
  malformed->values_not_json += kind == Kind::kJson && !is_json;
  if (keys_.size() > 1) call_.arguments += ", ";
  json::AppendString(key, &call_.arguments);
  call_.arguments += ": ";
  if (is_json) {
    call_.arguments += value;
  } else {
    json::AppendString(value, &call_.arguments);
  }
}

// Inside a value control ids are their text.
std::string ToolBlockReader::ValueText(std::string_view raw) {
  std::string text;
  for (const char c : raw) {
    if (c == kDsmlByte) {
      text += control::kDsml;
    } else if (c != kControlByte) {
      text += c;
    }
  }
  return text;
}

}  // namespace nibble
