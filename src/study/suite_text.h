// From prompts to token ids with a checkpoint's own tokenizer, and from ids to what they spell.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/config.h"
#include "study/suite.h"
#include "text/chat_encoding.h"
#include "text/output_parser.h"

namespace nibble {

class SuiteText {
 public:
  // Without a tokenizer.json in `folder` only prompts of ids can be encoded. Errors: a tokenizer
  // that cannot be read, has more ids than the model, or lacks the chat's control tokens.
  static Result<SuiteText> Load(const std::filesystem::path& folder, const ModelConfig& config);

  bool has_tokenizer() const { return tokenizer_ != nullptr; }
  // Only with a tokenizer.
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  const OutputParser::Controls& controls() const { return *controls_; }

  // Error: `other`, which names `folder`, spells an id in another way, so that a prompt's ids would
  // be another text for its model. Nothing is known without both tokenizers.
  Status CheckSameSpelling(const SuiteText& other, const std::filesystem::path& folder) const;

  // The ids of a case's prompt. Errors begin with where it stands: no tokenizer, an id outside the
  // vocabulary, a message that cannot be encoded, no room for an answer within
  // max_position_embeddings.
  Result<std::vector<TokenId>> Encode(const Prompt& prompt) const;

  // A text and which of its tokens count: those of the assistant's turns with their end tokens, or
  // all but the first.
  struct Text {
    std::vector<TokenId> ids;
    std::vector<bool> counts;  // [ids]; never the first
    int64_t bytes = 0;         // that the counted tokens spell; control tokens spell nothing
  };
  // Errors as above; a conversation without an assistant's turn.
  Result<Text> EncodeText(const Prompt& prompt) const;

  // Ids that end an answer: the model's own, and those that begin somebody else's turn.
  std::vector<TokenId> EndIds() const;

 private:
  SuiteText(const ModelConfig& config) : config_(&config) {}
  Result<std::vector<TokenId>> Ids(const Prompt& prompt) const;
  Result<std::vector<TokenId>> IdsOfText(const Prompt& prompt) const;
  void MarkAssistant(const std::vector<TokenId>& ids, std::vector<bool>* counts) const;

  const ModelConfig* config_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::optional<OutputParser::Controls> controls_;
  std::optional<ChatEncoder> encoder_;
};

}  // namespace nibble
