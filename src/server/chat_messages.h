// The messages and tools of a chat request: JSON to the encoder's structs, with the rules of the
// HTTP contract, which are stricter than the encoder's.
#pragma once

#include <optional>
#include <vector>

#include "server/fields.h"
#include "text/chat_encoding.h"

namespace nibble {

struct ChatMessages {
  std::vector<Message> messages;
  bool ends_with_prefix = false;  // the last one has prefix: true
};

// `messages` of the request at `path`.
ChatMessages ReadMessages(const json::Value& messages, const std::string& path, bool allow_unknown,
                          std::optional<ApiError>* error);

// The `function` objects of `tools`; empty if tool_choice hides them.
std::vector<json::Value> ReadTools(FieldReader* reader, std::optional<ApiError>* error);

}  // namespace nibble
