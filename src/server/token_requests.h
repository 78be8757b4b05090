// POST /tokenize and /detokenize: JSON to struct.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/chat_request.h"

namespace nibble {

struct TokenizeRequest {
  std::optional<std::string> prompt;
  std::optional<Conversation> conversation;  // one of the two
  bool add_special_tokens = true;            // BOS in front of `prompt`
  bool parse_special = false;                // added tokens spelled in `prompt` become ids
  bool return_token_strs = false;
};

TokenizeRequest ParseTokenizeRequest(const json::Value& body, const ProtocolLimits& limits,
                                     const ChatDefaults& defaults, std::optional<ApiError>* error);

std::vector<TokenId> ParseDetokenizeRequest(const json::Value& body, const ProtocolLimits& limits,
                                            std::optional<ApiError>* error);

}  // namespace nibble
