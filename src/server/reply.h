// The JSON of generated answers: whole replies and the chunks of streams, for chat and completions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/request.h"

namespace nibble {

// What all chunks of one answer share.
struct ReplyHead {
  bool chat = false;
  std::string id;  // "chatcmpl-..." or "cmpl-..."
  int64_t created = 0;
  std::string model;
  std::string system_fingerprint;
};

struct Usage {
  int64_t prompt_tokens = 0;
  int64_t completion_tokens = 0;
  int64_t reasoning_tokens = 0;
  RequestTimings timings = {};  // of the choice that took longest
};

struct ReplyToolCall {
  std::string id;
  std::string name;
  std::string arguments;
};

// One finished choice.
struct ReplyChoice {
  int64_t index = 0;
  std::string reasoning;
  std::string content;
  std::vector<ReplyToolCall> calls;
  std::string finish_reason;
  json::Value stop_reason;  // the string or id, null for EOS
  std::optional<std::vector<TokenId>> token_ids = {};
  std::optional<std::vector<TokenId>> prompt_token_ids = {};
};

json::Value UsageJson(const Usage& usage);
json::Value TimingsJson(const Usage& usage);
json::Array IdsJson(const std::vector<TokenId>& ids);

// The whole reply.
json::Value ReplyJson(const ReplyHead& head, const std::vector<ReplyChoice>& choices,
                      const Usage& usage);

// What one chunk of a stream brings; absent parts are left out.
struct ChunkParts {
  bool role = false;  // chat: the first chunk of its choice
  std::string reasoning = {};
  std::string content = {};
  std::optional<ReplyToolCall> call = {};
  int64_t call_index = 0;
  std::string finish_reason = {};
  json::Value stop_reason = {};
  std::optional<std::vector<TokenId>> token_ids = {};
  const std::vector<TokenId>* prompt_token_ids = nullptr;
};

json::Value ChunkJson(const ReplyHead& head, int64_t index, const ChunkParts& parts);
// choices: [] and the usage.
json::Value UsageChunkJson(const ReplyHead& head, const Usage& usage);

}  // namespace nibble
