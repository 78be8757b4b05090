// The fields that all generating requests share: sampling, limits, stops, streaming.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/request.h"
#include "server/fields.h"

namespace nibble {

// What a request may ask for, from the server's flags and the loaded model.
struct ProtocolLimits {
  std::vector<std::string> models;  // served names; the first is the name in replies
  int64_t vocab_size = 0;
  int64_t max_model_len = 0;
  int64_t max_n = 16;
  bool allow_unknown_fields = false;
  SamplingParams sampling_defaults;  // of the checkpoint's generation_config.json
};

struct GenerationFields {
  std::string model;
  SamplingParams sampling;
  bool has_seed = false;
  std::optional<int64_t> max_tokens;
  int64_t min_tokens = 0;
  int64_t n = 1;
  std::vector<std::string> stop;
  bool include_stop_str_in_output = false;
  std::vector<TokenId> stop_token_ids;
  bool ignore_eos = false;
  bool skip_special_tokens = true;
  bool return_token_ids = false;
  bool stream = false;
  bool include_usage = false;
  bool continuous_usage_stats = false;
  std::string request_id;  // empty: to be made
};

// Reads all of them, and refuses or ignores the shared fields that have no effect here.
// `max_tokens` is left to the caller, because its name and default differ between routes.
GenerationFields ReadGenerationFields(FieldReader* reader, const ProtocolLimits& limits,
                                      std::optional<ApiError>* error);

// After max_tokens is known: min_tokens may not be more.
void CheckMinTokens(FieldReader* reader, const GenerationFields& fields);

// `model` of a request: must be one of the served names if it is given.
std::string ReadModel(FieldReader* reader, const ProtocolLimits& limits,
                      std::optional<ApiError>* error);

// An array of ids below `vocab_size`.
std::vector<TokenId> ReadTokenIds(const json::Value& value, const std::string& path,
                                  int64_t vocab_size, std::optional<ApiError>* error);

// The largest number of tokens that may be generated after `prompt_tokens`: what is asked for,
// capped to what the context leaves. The error is context_length_exceeded.
std::optional<int64_t> TokensToGenerate(std::optional<int64_t> asked, int64_t prompt_tokens,
                                        const ProtocolLimits& limits,
                                        std::optional<ApiError>* error);

}  // namespace nibble
