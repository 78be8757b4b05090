#include "study/suite.h"

#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/file.h"
#include "base/text.h"

namespace nibble {
namespace {

constexpr uint64_t kMaxSuiteBytes = uint64_t{256} << 20;
constexpr int64_t kMaxPatternBytes = int64_t{8} << 20;  // of a compiled regular expression
constexpr int64_t kMaxTokens = int64_t{1} << 20;

// One line's object, read field by field.
class Line {
 public:
  Line(const json::Value& value, const std::string& where) : value_(value), where_(where) {}

  Status CheckFields(std::initializer_list<std::string_view> known) const {
    if (!value_.is_object())
      return InvalidInput("{}: must be an object, is {}", where_, value_.kind());
    for (const auto& [name, unused] : *value_.as_object()) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        return InvalidInput("{}: unknown field \"{}\"", where_, Escape(name));
    }
    return {};
  }

  // Absent leaves `out` alone.
  Status String(std::string_view name, std::string* out) const {
    const json::Value* value = value_.Find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) return Wrong(name, "a string", *value);
    *out = *value->as_string();
    return {};
  }
  Status Bool(std::string_view name, bool* out) const {
    const json::Value* value = value_.Find(name);
    if (value == nullptr) return {};
    if (!value->is_bool()) return Wrong(name, "a boolean", *value);
    *out = *value->as_bool();
    return {};
  }
  Status Integer(std::string_view name, int64_t least, int64_t most, int64_t* out) const {
    const json::Value* value = value_.Find(name);
    if (value == nullptr) return {};
    const auto number = value->as_int();
    if (!number || *number < least || *number > most)
      return Wrong(name, fmt::format("an integer from {} to {}", least, most), *value);
    *out = *number;
    return {};
  }
  Result<json::Value> Required(std::string_view name) const {
    const json::Value* value = value_.Find(name);
    if (value == nullptr) return InvalidInput("{}: {} is missing", where_, name);
    return *value;
  }
  const json::Value* Find(std::string_view name) const { return value_.Find(name); }
  const std::string& where() const { return where_; }

  Error Wrong(std::string_view name, std::string_view expected, const json::Value& found) const {
    return InvalidInput("{}: {} must be {}, is {}", where_, name, expected,
                        Escape(json::Dump(found), 60));
  }

 private:
  const json::Value& value_;
  const std::string& where_;
};

Result<std::vector<TokenId>> ReadIds(const Line& line, std::string_view name,
                                     const json::Value& value) {
  const json::Array* array = value.as_array();
  if (array == nullptr || array->empty()) return line.Wrong(name, "an array of token ids", value);
  std::vector<TokenId> ids;
  for (const json::Value& element : *array) {
    const auto id = element.as_int();
    if (!id || *id < 0 || *id > INT32_MAX)
      return line.Wrong(fmt::format("{}[{}]", name, ids.size()), "a token id", element);
    ids.push_back(static_cast<TokenId>(*id));
  }
  return ids;
}

Status ReadMessages(const Line& line, const json::Value& value, Prompt* prompt) {
  const auto located = [&](const Error& error) {
    return Error(error.code(), fmt::format("{}: {}", line.where(), error.message()));
  };
  auto messages = MessagesFromJson(value, "messages");
  if (!messages.ok()) return located(messages.error());
  if (messages->empty()) return line.Wrong("messages", "an array of messages", value);
  prompt->messages = std::move(*messages);
  if (const json::Value* given = line.Find("tools"); given != nullptr && !given->is_null()) {
    auto tools = ToolsFromJson(*given, "tools");
    if (!tools.ok()) return located(tools.error());
    AddToSystemMessage(std::move(*tools), std::nullopt, &prompt->messages);
  }
  return {};
}

// Exactly one of `kinds`, which are among messages, ids and text.
Result<Prompt> ReadPrompt(const Line& line, std::initializer_list<std::string_view> kinds) {
  Prompt prompt{.where = line.where()};
  NIBBLE_TRY(line.String("id", &prompt.id));
  NIBBLE_TRY(line.Bool("thinking", &prompt.thinking));
  const auto given = std::count_if(kinds.begin(), kinds.end(), [&](std::string_view kind) {
    return line.Find(kind) != nullptr;
  });
  if (given != 1)
    return InvalidInput("{}: needs exactly one of {}", line.where(), fmt::join(kinds, ", "));
  if (const json::Value* messages = line.Find("messages")) {
    NIBBLE_TRY(ReadMessages(line, *messages, &prompt));
    return prompt;
  }
  if (line.Find("tools") != nullptr)
    return InvalidInput("{}: tools go with messages", line.where());
  if (const json::Value* ids = line.Find("ids")) {
    NIBBLE_ASSIGN(prompt.ids, ReadIds(line, "ids", *ids));
    return prompt;
  }
  NIBBLE_TRY(line.String("text", &prompt.text));
  if (prompt.text.empty()) return InvalidInput("{}: text is empty", line.where());
  return prompt;
}

Status CheckToolCalls(const Line& line, const json::Value& calls) {
  const json::Array* array = calls.as_array();
  if (array == nullptr) return line.Wrong("expect.tool_calls", "an array", calls);
  for (size_t i = 0; i < array->size(); ++i) {
    const std::string path = fmt::format("expect.tool_calls[{}]", i);
    const json::Value& call = (*array)[i];
    const json::Value* name = call.Find("name");
    const json::Value* arguments = call.Find("arguments");
    if (name == nullptr || !name->is_string() || arguments == nullptr || !arguments->is_object() ||
        call.as_object()->size() != 2)
      return line.Wrong(path, "{\"name\": a string, \"arguments\": an object}", call);
  }
  return {};
}

Result<std::shared_ptr<const re2::RE2>> CompilePattern(const Line& line, const json::Value& text) {
  if (!text.is_string()) return line.Wrong("expect.regex", "a string", text);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternBytes);
  auto pattern = std::make_shared<const re2::RE2>(*text.as_string(), options);
  if (!pattern->ok())
    return InvalidInput("{}: expect.regex cannot be read: {}", line.where(),
                        Escape(pattern->error()));
  return pattern;
}

Result<Expectation> ReadExpectation(const Line& line) {
  static constexpr std::pair<std::string_view, Expectation::Kind> kKinds[] = {
      {"text", Expectation::Kind::kText},
      {"regex", Expectation::Kind::kRegex},
      {"json", Expectation::Kind::kJson},
      {"tool_calls", Expectation::Kind::kToolCalls},
      {"ids", Expectation::Kind::kIds}};
  NIBBLE_ASSIGN(const json::Value expect, line.Required("expect"));
  if (!expect.is_object() || expect.as_object()->size() != 1)
    return line.Wrong("expect", "an object with one of text, regex, json, tool_calls, ids", expect);
  const std::string& name = expect.as_object()->front().first;
  const json::Value& value = expect.as_object()->front().second;
  Expectation out{.name = name, .value = value, .pattern = nullptr};
  const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                 [&](const auto& k) { return k.first == name; });
  if (kind == std::end(kKinds))
    return InvalidInput("{}: expect.{} is not one of text, regex, json, tool_calls, ids",
                        line.where(), Escape(name));
  out.kind = kind->second;
  switch (out.kind) {
    case Expectation::Kind::kText:
      if (!value.is_string()) return line.Wrong("expect.text", "a string", value);
      break;
    case Expectation::Kind::kRegex: {
      NIBBLE_ASSIGN(out.pattern, CompilePattern(line, value));
      break;
    }
    case Expectation::Kind::kToolCalls:
      NIBBLE_TRY(CheckToolCalls(line, value));
      break;
    case Expectation::Kind::kIds:
      NIBBLE_TRY(ReadIds(line, "expect.ids", value));
      break;
    case Expectation::Kind::kJson:
      break;
  }
  return out;
}

Result<SuiteCase> ReadCase(const json::Value& value, const std::string& where) {
  const Line line(value, where);
  NIBBLE_TRY(line.CheckFields(
      {"id", "skill", "messages", "ids", "tools", "thinking", "max_tokens", "expect"}));
  SuiteCase out;
  NIBBLE_ASSIGN(out.prompt, ReadPrompt(line, {"messages", "ids"}));
  NIBBLE_TRY(line.String("skill", &out.skill));
  if (out.prompt.id.empty() || out.skill.empty())
    return InvalidInput("{}: {} is missing", where, out.prompt.id.empty() ? "id" : "skill");
  NIBBLE_TRY(line.Integer("max_tokens", 1, kMaxTokens, &out.max_tokens));
  NIBBLE_ASSIGN(out.expect, ReadExpectation(line));
  return out;
}

using Take = std::function<Status(const json::Value&, const std::string& where)>;

// Calls `take` for each line that is not blank; the error of JSON names file and line.
Status ForEachLine(std::string_view text, const std::string& name, const Take& take) {
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = fmt::format("{}:{}", name, number);
    NIBBLE_ASSIGN(const json::Value value, json::Parse(line, where));
    NIBBLE_TRY(take(value, where));
  }
  return {};
}

Status ForEachLine(const std::filesystem::path& path, const Take& take) {
  NIBBLE_ASSIGN(const std::string text, ReadSmallFile(path, kMaxSuiteBytes));
  return ForEachLine(text, Escape(path.string(), 400), take);
}

std::string PathList(std::span<const std::filesystem::path> files) {
  std::string out;
  for (const auto& file : files) {
    if (!out.empty()) out += ", ";
    out += Escape(file.string(), 400);
  }
  return out;
}

// Cases as they come from the lines, those that are chosen kept.
class CaseList {
 public:
  explicit CaseList(const SuiteSelection& selection) : selection_(selection) {}

  Status Add(const json::Value& value, const std::string& where) {
    NIBBLE_ASSIGN(SuiteCase one, ReadCase(value, where));
    const auto [at, added] = seen_.emplace(one.prompt.id, where);
    if (!added)
      return InvalidInput("{}: id \"{}\" occurs already at {}", where, Escape(one.prompt.id),
                          at->second);
    int64_t& of_skill = skills_[one.skill];
    const auto& wanted = selection_.skills;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), one.skill) == wanted.end())
      return {};
    if (selection_.limit == 0 || of_skill++ < selection_.limit) cases_.push_back(std::move(one));
    return {};
  }

  Result<std::vector<SuiteCase>> Take(const std::string& source) {
    if (seen_.empty()) return InvalidInput("{}: no cases in it", source);
    for (const std::string& skill : selection_.skills) {
      if (skills_.contains(skill)) continue;
      std::string list;
      for (const auto& [name, unused] : skills_) list += (list.empty() ? "" : ", ") + name;
      return InvalidInput("no case has the skill \"{}\"; the suite's skills are {}", Escape(skill),
                          Escape(list, 400));
    }
    return std::move(cases_);
  }

 private:
  const SuiteSelection& selection_;
  std::vector<SuiteCase> cases_;
  std::map<std::string, std::string> seen_;  // id -> where
  std::map<std::string, int64_t> skills_;    // cases taken of each
};

}  // namespace

Result<std::vector<SuiteCase>> ReadSuite(std::span<const std::filesystem::path> files,
                                         const SuiteSelection& selection) {
  if (files.empty()) return std::vector<SuiteCase>();
  CaseList list(selection);
  const auto add = [&](const json::Value& value, const std::string& where) {
    return list.Add(value, where);
  };
  for (const auto& file : files) NIBBLE_TRY(ForEachLine(file, add));
  return list.Take(PathList(files));
}

Result<std::vector<SuiteCase>> ParseSuite(std::string_view text, const std::string& name,
                                          const SuiteSelection& selection) {
  CaseList list(selection);
  NIBBLE_TRY(ForEachLine(text, name, [&](const json::Value& value, const std::string& where) {
    return list.Add(value, where);
  }));
  return list.Take(name);
}

Result<std::vector<Prompt>> ReadTexts(std::span<const std::filesystem::path> files) {
  std::vector<Prompt> texts;
  const auto take = [&](const json::Value& value, const std::string& where) -> Status {
    const Line line(value, where);
    NIBBLE_TRY(line.CheckFields({"id", "skill", "messages", "ids", "text", "tools", "thinking"}));
    NIBBLE_ASSIGN(Prompt prompt, ReadPrompt(line, {"messages", "ids", "text"}));
    texts.push_back(std::move(prompt));
    return {};
  };
  for (const auto& file : files) NIBBLE_TRY(ForEachLine(file, take));
  if (texts.empty() && !files.empty()) return InvalidInput("{}: no texts in it", PathList(files));
  return texts;
}

}  // namespace nibble
