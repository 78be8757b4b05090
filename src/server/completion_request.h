// POST /v1/completions: JSON to struct.
#pragma once

#include <variant>

#include "server/generation_fields.h"

namespace nibble {

using CompletionPrompt = std::variant<std::string, std::vector<TokenId>>;

struct CompletionRequest {
  GenerationFields fields;
  std::vector<CompletionPrompt> prompts;
  bool add_special_tokens = true;  // BOS in front of text prompts
};

// Either the request or `error`.
CompletionRequest ParseCompletionRequest(const json::Value& body, const ProtocolLimits& limits,
                                         std::optional<ApiError>* error);

}  // namespace nibble
