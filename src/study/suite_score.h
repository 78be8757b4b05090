// What a model made of a case, read as the server reads it, and whether that is what was expected.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "study/suite.h"
#include "text/output_parser.h"

namespace nibble {

struct ReadAnswer {
  std::string reasoning;
  std::string content;
  std::vector<GeneratedCall> calls;
  std::vector<TokenId> ids;  // without the end token
  bool cut_off = false;      // by max_tokens

  json::Value ToJson() const;
};

// Splits generated ids (without the end token) into reasoning, content and calls.
Result<ReadAnswer> ReadOutput(std::span<const TokenId> ids, const Tokenizer& tokenizer,
                              const OutputParser::Controls& controls, bool thinking);

// Empty when `answer` is what was expected, else what differs, in a few words. An answer in text
// has no tool calls; one in tool calls may have text beside them.
std::string WhatIsWrong(const Expectation& expect, const ReadAnswer& answer);

}  // namespace nibble
