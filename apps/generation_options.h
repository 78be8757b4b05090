// What `generate` and `chat` share: options, the loaded model, the text side.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/model_options.h"
#include "engine/generate.h"
#include "text/chat_encoding.h"

namespace nibble {

struct GenerationArguments {
  ModelArguments model;
  int64_t max_tokens = 128;
  double temperature = 0;
  double top_p = 1;
  uint64_t seed = 0;
  int64_t prefill_chunk = 512;
  bool ignore_eos = false;

  GenerateOptions Options(const ModelConfig& config) const;
};
void AddGenerationArguments(CLI::App* command, GenerationArguments* arguments);

struct LoadedModel {
  std::unique_ptr<Model> model;
  double load_s = 0;
};
// Loads the weights, and says so on standard error.
Result<LoadedModel> LoadModel(const Checkpoint& checkpoint, const ModelArguments& arguments,
                              bool mtp);

// A checkpoint's tokenizer and chat encoding.
class ChatText {
 public:
  static Result<ChatText> Load(const std::string& folder);
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  // Errors: a tokenizer without the chat's control tokens.
  Result<std::vector<TokenId>> Encode(std::span<const Message> messages, bool thinking) const;

 private:
  std::unique_ptr<Tokenizer> tokenizer_;
  EncodingProfile profile_ = EncodingProfile::kPreview;
};

// Generated text (valid UTF-8) on standard output, at once. A terminal gets control characters but
// line breaks and tabs spelled out: neither a model nor a text that it repeats may command it.
void PrintGenerated(std::string_view text);

// Tokens/s and bytes/s of both phases, on standard error.
void PrintTimings(const GenerateResult& result);

}  // namespace nibble
