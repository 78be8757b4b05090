#include "server/token_requests.h"

namespace nibble {

TokenizeRequest ParseTokenizeRequest(const json::Value& body, const ProtocolLimits& limits,
                                     const ChatDefaults& defaults, std::optional<ApiError>* error) {
  TokenizeRequest request;
  FieldReader reader(body, "", error);
  ReadModel(&reader, limits, error);
  reader.Bool("return_token_strs", &request.return_token_strs);
  const bool has_messages = !reader.failed() && body.Find("messages") != nullptr;
  if (has_messages) {
    request.conversation = ReadConversation(&reader, limits, defaults, error);
    reader.RefuseUnless("add_special_tokens", false);
    reader.RefuseUnless("parse_special", false);
    reader.Refuse("prompt", "and messages exclude each other");
  } else {
    reader.Require("prompt");
    std::string prompt;
    reader.String("prompt", &prompt);
    request.prompt = std::move(prompt);
    reader.Bool("add_special_tokens", &request.add_special_tokens);
    reader.Bool("parse_special", &request.parse_special);
  }
  reader.RefuseUnknown(limits.allow_unknown_fields);
  return request;
}

std::vector<TokenId> ParseDetokenizeRequest(const json::Value& body, const ProtocolLimits& limits,
                                            std::optional<ApiError>* error) {
  std::vector<TokenId> tokens;
  FieldReader reader(body, "", error);
  ReadModel(&reader, limits, error);
  if (const json::Value* value = reader.Require("tokens"))
    tokens = ReadTokenIds(*value, "tokens", limits.vocab_size, error);
  reader.RefuseUnknown(limits.allow_unknown_fields);
  return tokens;
}

}  // namespace nibble
