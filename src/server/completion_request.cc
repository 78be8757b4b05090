#include "server/completion_request.h"

#include <limits>

namespace nibble {
namespace {

constexpr size_t kMaxPrompts = 128;
constexpr int64_t kMaxChoices = 256;
constexpr int64_t kDefaultMaxTokens = 16;

void ReadPrompts(FieldReader* reader, const ProtocolLimits& limits, std::optional<ApiError>* error,
                 std::vector<CompletionPrompt>* out) {
  const json::Value* value = reader->Require("prompt");
  if (value == nullptr) return;
  if (const std::string* text = value->as_string()) {
    out->emplace_back(*text);
    return;
  }
  const json::Array* array = value->as_array();
  if (array == nullptr || array->empty()) {
    reader->Fail("prompt", array == nullptr ? "invalid_type" : "invalid_value",
                 fmt::format("prompt must be a string, an array of strings, or token ids, got {}",
                             array == nullptr ? ShowValue(*value) : "an empty array"));
    return;
  }
  if (array->front().is_number()) {
    out->emplace_back(ReadTokenIds(*value, "prompt", limits.vocab_size, error));
    return;
  }
  if (array->size() > kMaxPrompts) {
    reader->Fail(
        "prompt", "invalid_value",
        fmt::format("prompt may hold at most {} prompts, got {}", kMaxPrompts, array->size()));
    return;
  }
  for (size_t i = 0; i < array->size(); ++i) {
    const json::Value& item = (*array)[i];
    const std::string path = fmt::format("prompt[{}]", i);
    if (const std::string* text = item.as_string()) {
      out->emplace_back(*text);
    } else {
      out->emplace_back(ReadTokenIds(item, path, limits.vocab_size, error));
      if (!*error && std::get<1>(out->back()).empty()) {
        *error = ApiError{.code = "invalid_value",
                          .message = fmt::format("{} holds no token ids", path),
                          .param = path};
      }
    }
  }
}

}  // namespace

CompletionRequest ParseCompletionRequest(const json::Value& body, const ProtocolLimits& limits,
                                         std::optional<ApiError>* error) {
  CompletionRequest request;
  FieldReader reader(body, "", error);
  request.fields = ReadGenerationFields(&reader, limits, error);
  ReadPrompts(&reader, limits, error, &request.prompts);
  reader.Bool("add_special_tokens", &request.add_special_tokens);
  int64_t max_tokens = kDefaultMaxTokens;
  reader.Integer("max_tokens", {1, std::numeric_limits<int64_t>::max()}, &max_tokens);
  request.fields.max_tokens = max_tokens;
  CheckMinTokens(&reader, request.fields);
  reader.Refuse("suffix");
  reader.Refuse("logprobs");
  reader.RefuseUnless("echo", false);
  reader.RefuseUnknown(limits.allow_unknown_fields);
  if (!*error && static_cast<int64_t>(request.prompts.size()) * request.fields.n > kMaxChoices) {
    reader.Fail("n", "invalid_value",
                fmt::format("prompts x n may be at most {}, got {} x {}", kMaxChoices,
                            request.prompts.size(), request.fields.n));
  }
  return request;
}

}  // namespace nibble
