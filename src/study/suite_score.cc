#include "study/suite_score.h"

#include <re2/re2.h>

#include "base/text.h"

namespace nibble {
namespace {

Result<json::Value> ArgumentsOf(const GeneratedCall& call) {
  return json::Parse(call.arguments, "arguments",
                     {.max_depth = kMaxArgumentsDepth, .merge_duplicates = true});
}

std::string CallsProblem(const json::Array& expected, const std::vector<GeneratedCall>& calls) {
  if (expected.size() != calls.size())
    return fmt::format("{} tool calls instead of {}", calls.size(), expected.size());
  for (size_t i = 0; i < calls.size(); ++i) {
    if (*expected[i].Find("name")->as_string() != calls[i].name)
      return fmt::format("call {} is of another tool", i + 1);
    const auto arguments = ArgumentsOf(calls[i]);
    if (!arguments.ok() || !json::EqualByValue(*expected[i].Find("arguments"), *arguments))
      return fmt::format("call {} has other arguments", i + 1);
  }
  return "";
}

std::string IdsProblem(const json::Array& expected, const std::vector<TokenId>& ids) {
  for (size_t i = 0; i < std::min(expected.size(), ids.size()); ++i) {
    if (expected[i].as_int() != ids[i]) return fmt::format("token {} differs", i);
  }
  if (expected.size() == ids.size()) return "";
  return fmt::format("{} tokens instead of {}", ids.size(), expected.size());
}

std::string JsonProblem(const json::Value& expected, const std::string& content) {
  const auto value = json::Parse(content, "content");
  if (!value.ok()) return "not JSON";
  return json::EqualByValue(expected, *value) ? "" : "another JSON value";
}

}  // namespace

json::Value ReadAnswer::ToJson() const {
  json::Object out;
  if (!reasoning.empty()) out.emplace_back("reasoning", reasoning);
  out.emplace_back("content", content);
  if (!calls.empty()) {
    json::Array list;
    for (const GeneratedCall& call : calls) {
      const auto arguments = ArgumentsOf(call);
      list.push_back(
          json::Object{{"name", call.name},
                       {"arguments", arguments.ok() ? *arguments : json::Value(call.arguments)}});
    }
    out.emplace_back("tool_calls", std::move(list));
  }
  json::Array tokens;
  for (const TokenId id : ids) tokens.push_back(id);
  out.emplace_back("ids", std::move(tokens));
  out.emplace_back("cut_off", cut_off);
  return out;
}

Result<ReadAnswer> ReadOutput(std::span<const TokenId> ids, const Tokenizer& tokenizer,
                              const OutputParser::Controls& controls, bool thinking) {
  ReadAnswer out;
  OutputParser parser(&tokenizer, controls,
                      thinking ? ThinkingMode::kThinking : ThinkingMode::kChat);
  const auto take = [&](std::vector<OutputDelta> deltas) {
    for (OutputDelta& delta : deltas) {
      switch (delta.kind) {
        case OutputDelta::Kind::kReasoning:
          out.reasoning += delta.text;
          break;
        case OutputDelta::Kind::kContent:
          out.content += delta.text;
          break;
        case OutputDelta::Kind::kToolCall:
          out.calls.push_back(std::move(delta.call));
          break;
      }
    }
  };
  for (const TokenId id : ids) {
    if (parser.ended()) break;
    // A model's vocabulary may be padded beyond its tokenizer's; such ids have no text.
    if (!tokenizer.Contains(id)) continue;
    NIBBLE_ASSIGN(std::vector<OutputDelta> deltas, parser.Push(id));
    take(std::move(deltas));
  }
  take(parser.Finish());
  out.ids.assign(ids.begin(), ids.end());
  return out;
}

std::string WhatIsWrong(const Expectation& expect, const ReadAnswer& answer) {
  using Kind = Expectation::Kind;
  const bool in_text =
      expect.kind == Kind::kText || expect.kind == Kind::kRegex || expect.kind == Kind::kJson;
  if (in_text && !answer.calls.empty()) return "a tool call instead of text";
  std::string problem;
  switch (expect.kind) {
    case Kind::kText:
      problem = *expect.value.as_string() == answer.content ? "" : "another text";
      break;
    case Kind::kRegex:
      problem = RE2::PartialMatch(answer.content, *expect.pattern) ? "" : "no match";
      break;
    case Kind::kJson:
      problem = JsonProblem(expect.value, answer.content);
      break;
    case Kind::kToolCalls:
      problem = CallsProblem(*expect.value.as_array(), answer.calls);
      break;
    case Kind::kIds:
      return IdsProblem(*expect.value.as_array(), answer.ids);
  }
  if (!problem.empty() && answer.cut_off)
    problem += fmt::format(", cut off after {} tokens", answer.ids.size());
  return problem;
}

}  // namespace nibble
