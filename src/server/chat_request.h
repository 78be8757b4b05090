// POST /v1/chat/completions, and the chat form of /tokenize: JSON to struct.
#pragma once

#include "server/chat_messages.h"
#include "server/generation_fields.h"

namespace nibble {

// What a conversation looks like to the encoder.
struct Conversation {
  std::vector<Message> messages;  // tools are in the system message already
  ChatOptions options;
  bool add_generation_prompt = true;
};

struct ChatRequest {
  GenerationFields fields;
  Conversation conversation;
  bool include_reasoning = true;
};

// How requests that say nothing about it are answered.
struct ChatDefaults {
  EncodingProfile profile = EncodingProfile::kPreview;
  std::string reasoning_effort = "high";
};

ChatRequest ParseChatRequest(const json::Value& body, const ProtocolLimits& limits,
                             const ChatDefaults& defaults, std::optional<ApiError>* error);

// `messages` and all fields that shape the prompt.
Conversation ReadConversation(FieldReader* reader, const ProtocolLimits& limits,
                              const ChatDefaults& defaults, std::optional<ApiError>* error);

}  // namespace nibble
