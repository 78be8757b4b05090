// The questions of `nibble eval`: suites of prompts with expected answers, and texts for the
// perplexity. Both are files with one JSON object a line, read without trust.
//
// A case of a suite:
//   {"id": "add-7", "skill": "add", "messages": [...], "tools": [...], "thinking": false,
//    "max_tokens": 64, "expect": {"text": "12"}}
// `ids` (a prompt of token ids) may stand instead of `messages`. `expect` is exactly one of
//   text        the content, character by character
//   regex       found in the content (anchor it with ^ and $ to match all of it)
//   json        the content as JSON, compared by value
//   tool_calls  [{"name": ..., "arguments": {...}}], in order, arguments compared by value
//   ids         the generated token ids without the end token
// A text: {"id", "messages", "tools", "thinking"}, of which the assistant's turns count, or
// {"text"} or {"ids"}, of which all tokens but the first count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "text/chat_message.h"
#include "text/tokenizer.h"

namespace re2 {
class RE2;
}

namespace nibble {

// Where a case or text stands and what it gives the model: messages, ids or (texts only) plain
// text.
struct Prompt {
  std::string where;  // "suite.jsonl:12"
  std::string id;
  std::vector<Message> messages;  // tools in their place
  bool thinking = false;
  std::vector<TokenId> ids;
  std::string text;
};

struct Expectation {
  enum class Kind : uint8_t { kText, kRegex, kJson, kToolCalls, kIds };
  Kind kind = Kind::kText;
  std::string name;                         // "text", "regex", ...
  json::Value value;                        // what stands there
  std::shared_ptr<const re2::RE2> pattern;  // kRegex
};

struct SuiteCase {
  Prompt prompt;
  std::string skill;
  int64_t max_tokens = 256;
  Expectation expect;
};

struct SuiteSelection {
  std::vector<std::string> skills = {};  // empty: all
  int64_t limit = 0;                     // the first so many cases of each skill; 0: all
};

// The chosen cases of all files. Errors name file, line and field: broken JSON, an unknown or
// missing field, a regular expression that cannot be read, an id that occurs twice; a skill that no
// case has; no cases.
Result<std::vector<SuiteCase>> ReadSuite(std::span<const std::filesystem::path> files,
                                         const SuiteSelection& selection);
// The same from text that is in memory; `name` stands for the file.
Result<std::vector<SuiteCase>> ParseSuite(std::string_view text, const std::string& name,
                                          const SuiteSelection& selection);
Result<std::vector<Prompt>> ReadTexts(std::span<const std::filesystem::path> files);

}  // namespace nibble
