#include "server/generation_fields.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "server/identifiers.h"

namespace nibble {
namespace {

constexpr size_t kMaxStops = 16;
constexpr size_t kMaxStopBytes = 1024;
constexpr size_t kMaxLogitBias = 1024;
constexpr size_t kMaxCacheSalt = 1024;
constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();
constexpr int64_t kMinInt = std::numeric_limits<int64_t>::min();

void ReadStop(FieldReader* reader, GenerationFields* out) {
  const json::Value* value = reader->Get("stop");
  if (value == nullptr) return;
  json::Array single;
  if (value->is_string()) single.push_back(*value);
  const json::Array* stops = value->is_string() ? &single : value->as_array();
  if (stops == nullptr) {
    reader->Fail(
        "stop", "invalid_type",
        fmt::format("stop must be a string or an array of strings, got {}", ShowValue(*value)));
    return;
  }
  if (stops->size() > kMaxStops) {
    reader->Fail("stop", "invalid_value",
                 fmt::format("stop may have at most {} strings, got {}", kMaxStops, stops->size()));
  }
  for (const json::Value& stop : *stops) {
    const std::string* s = stop.as_string();
    if (s == nullptr) {
      reader->Fail("stop", "invalid_type",
                   fmt::format("stop must hold strings, got {}", ShowValue(stop)));
    } else if (s->empty() || s->size() > kMaxStopBytes) {
      reader->Fail(
          "stop", "invalid_value",
          fmt::format("a stop string has 1 to {} bytes, got {}", kMaxStopBytes, s->size()));
    }
    if (reader->failed()) return;
    out->stop.push_back(*s);
  }
}

void ReadLogitBias(FieldReader* reader, const ProtocolLimits& limits,
                   std::optional<ApiError>* error, SamplingParams* out) {
  const json::Value* value = reader->Get("logit_bias");
  if (value == nullptr) return;
  const json::Object* object = value->as_object();
  if (object == nullptr) {
    reader->Fail("logit_bias", "invalid_type",
                 fmt::format("logit_bias must be an object, got {}", ShowValue(*value)));
    return;
  }
  if (object->size() > kMaxLogitBias) {
    reader->Fail("logit_bias", "invalid_value",
                 fmt::format("logit_bias may have at most {} entries, got {}", kMaxLogitBias,
                             object->size()));
    return;
  }
  for (const auto& [key, bias] : *object) {
    TokenId id = -1;
    const auto end = key.data() + key.size();
    const auto parsed = std::from_chars(key.data(), end, id);
    // One spelling for each id, or two keys could mean the same.
    const bool plain = parsed.ec == std::errc() && parsed.ptr == end && std::to_string(id) == key;
    if (!plain || id < 0 || id >= limits.vocab_size) {
      reader->Fail("logit_bias", "invalid_value",
                   fmt::format("logit_bias keys are token ids in [0, {}], got \"{}\"",
                               limits.vocab_size - 1, Escape(key, 64)));
      return;
    }
    double amount = 0;
    if (!ReadNumber(bias, "logit_bias." + key, {-100, 100}, &amount, error)) return;
    out->logit_bias.emplace_back(id, amount);
  }
}

void ReadSampling(FieldReader* reader, const ProtocolLimits& limits, std::optional<ApiError>* error,
                  GenerationFields* out) {
  SamplingParams& sampling = out->sampling;
  sampling = limits.sampling_defaults;
  reader->Number("temperature", {0, 2}, &sampling.temperature);
  reader->Number("top_p", {0, 1, true}, &sampling.top_p);
  reader->Integer("top_k", {-1, kMaxInt}, &sampling.top_k);
  sampling.top_k = std::clamp<int64_t>(sampling.top_k, 0, limits.vocab_size);
  reader->Number("min_p", {0, 1}, &sampling.min_p);
  reader->Number("presence_penalty", {-2, 2}, &sampling.presence_penalty);
  reader->Number("frequency_penalty", {-2, 2}, &sampling.frequency_penalty);
  reader->Number("repetition_penalty", {0, 10, true}, &sampling.repetition_penalty);
  ReadLogitBias(reader, limits, error, &sampling);
  out->has_seed = reader->Get("seed") != nullptr;
  int64_t seed = 0;
  reader->Integer("seed", {kMinInt, kMaxInt}, &seed);
  sampling.seed = static_cast<uint64_t>(seed);
}

void ReadStreaming(FieldReader* reader, const ProtocolLimits& limits,
                   std::optional<ApiError>* error, GenerationFields* out) {
  reader->Bool("stream", &out->stream);
  const json::Value* options = reader->Get("stream_options");
  if (options == nullptr) return;
  if (!out->stream) {
    reader->Fail("stream_options", "invalid_value",
                 "stream_options is allowed only with stream true");
    return;
  }
  FieldReader inner(*options, "stream_options", error);
  inner.Bool("include_usage", &out->include_usage);
  inner.Bool("continuous_usage_stats", &out->continuous_usage_stats);
  inner.Ignore("include_obfuscation");
  inner.RefuseUnknown(limits.allow_unknown_fields);
}

void ReadResponseFormat(FieldReader* reader) {
  const json::Value* format = reader->Get("response_format");
  if (format == nullptr) return;
  const json::Value* type = format->Find("type");
  if (type == nullptr || !type->is_string()) {
    reader->Fail("response_format", "invalid_schema",
                 "response_format must be an object with a type");
  } else if (*type->as_string() != "text") {
    const bool known = *type->as_string() == "json_object" || *type->as_string() == "json_schema";
    reader->Fail("response_format.type", known ? "unsupported_parameter" : "invalid_schema",
                 fmt::format("response_format.type \"{}\" is not supported, only \"text\" is",
                             Escape(*type->as_string(), 64)));
  }
}

// What every route accepts without effect, and what none can do.
void ReadOthers(FieldReader* reader, const GenerationFields& fields) {
  std::string salt = "none";  // separates entries of a cache that is not there yet
  reader->String("cache_salt", &salt);
  if (salt.empty() || salt.size() > kMaxCacheSalt) {
    reader->Fail("cache_salt", "invalid_value",
                 fmt::format("cache_salt has 1 to {} bytes, got {}", kMaxCacheSalt, salt.size()));
  }
  for (const char* name : {"user", "metadata", "service_tier", "safety_identifier",
                           "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options",
                           "spaces_between_special_tokens", "session_id"}) {
    reader->Ignore(name);
  }
  reader->RefuseUnless("store", false);
  reader->RefuseUnless("best_of", fields.n);
  reader->RefuseUnless("use_beam_search", false);
  reader->RefuseUnless("length_penalty", 1);
  reader->RefuseUnless("priority", 0);
  reader->RefuseUnless("return_tokens_as_token_ids", false);
  for (const char* name :
       {"allowed_token_ids", "bad_words", "structured_outputs", "prompt_logprobs", "prompt_embeds",
        "truncate_prompt_tokens", "kv_transfer_params"}) {
    reader->Refuse(name);
  }
  for (const char* name : {"guided_json", "guided_regex", "guided_choice", "guided_grammar",
                           "guided_decoding_backend", "guided_whitespace_pattern"}) {
    reader->Refuse(name, "is not supported; newer clients send structured_outputs");
  }
}

}  // namespace

std::vector<TokenId> ReadTokenIds(const json::Value& value, const std::string& path,
                                  int64_t vocab_size, std::optional<ApiError>* error) {
  std::vector<TokenId> ids;
  const json::Array* array = value.as_array();
  if (array == nullptr) {
    if (!*error) {
      *error = ApiError{.code = "invalid_type",
                        .message = fmt::format("{} must be an array of token ids, got {}", path,
                                               ShowValue(value)),
                        .param = path};
    }
    return ids;
  }
  ids.reserve(array->size());
  for (size_t i = 0; i < array->size(); ++i) {
    int64_t id = 0;
    // The path is spelled out for errors only: there may be a million ids.
    const std::optional<int64_t> plain = (*array)[i].as_int();
    if (plain && *plain >= 0 && *plain < vocab_size) {
      id = *plain;
    } else if (!ReadInteger((*array)[i], fmt::format("{}[{}]", path, i), {0, vocab_size - 1}, &id,
                            error)) {
      return {};
    }
    ids.push_back(static_cast<TokenId>(id));
  }
  return ids;
}

std::string ReadModel(FieldReader* reader, const ProtocolLimits& limits,
                      std::optional<ApiError>* error) {
  std::string model = limits.models.front();
  reader->String("model", &model);
  if (!*error &&
      std::find(limits.models.begin(), limits.models.end(), model) == limits.models.end()) {
    *error =
        ApiError{.status = 404,
                 .code = "model_not_found",
                 .message = fmt::format("the model \"{}\" does not exist; this server has \"{}\"",
                                        Escape(model, 64), limits.models.front()),
                 .param = "model"};
  }
  return model;
}

GenerationFields ReadGenerationFields(FieldReader* reader, const ProtocolLimits& limits,
                                      std::optional<ApiError>* error) {
  GenerationFields out;
  out.model = ReadModel(reader, limits, error);
  ReadSampling(reader, limits, error, &out);
  reader->Integer("min_tokens", {0, kMaxInt}, &out.min_tokens);
  reader->Integer("n", {1, limits.max_n}, &out.n);
  ReadStop(reader, &out);
  reader->Bool("include_stop_str_in_output", &out.include_stop_str_in_output);
  if (const json::Value* ids = reader->Get("stop_token_ids"))
    out.stop_token_ids = ReadTokenIds(*ids, "stop_token_ids", limits.vocab_size, error);
  reader->Bool("ignore_eos", &out.ignore_eos);
  reader->Bool("skip_special_tokens", &out.skip_special_tokens);
  reader->Bool("return_token_ids", &out.return_token_ids);
  ReadStreaming(reader, limits, error, &out);
  reader->String("request_id", &out.request_id);
  if (!out.request_id.empty() && !IsRequestId(out.request_id)) {
    reader->Fail("request_id", "invalid_value",
                 fmt::format("request_id must be 1 to 128 of [A-Za-z0-9._-], got \"{}\"",
                             Escape(out.request_id, 64)));
  }
  ReadResponseFormat(reader);
  ReadOthers(reader, out);
  return out;
}

void CheckMinTokens(FieldReader* reader, const GenerationFields& fields) {
  if (!fields.max_tokens || fields.min_tokens <= *fields.max_tokens) return;
  reader->Fail("min_tokens", "invalid_value",
               fmt::format("min_tokens must be at most max_tokens ({}), got {}", *fields.max_tokens,
                           fields.min_tokens));
}

std::optional<int64_t> TokensToGenerate(std::optional<int64_t> asked, int64_t prompt_tokens,
                                        const ProtocolLimits& limits,
                                        std::optional<ApiError>* error) {
  const int64_t room = limits.max_model_len - prompt_tokens;
  if (room <= 0) {
    *error = ApiError{
        .code = "context_length_exceeded",
        .message = fmt::format("the prompt has {} tokens and leaves no room in the context of {}",
                               prompt_tokens, limits.max_model_len)};
    return std::nullopt;
  }
  return std::min(asked.value_or(room), room);
}

}  // namespace nibble
