#include "study/suite_text.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"

namespace nibble {

Result<SuiteText> SuiteText::Load(const std::filesystem::path& folder, const ModelConfig& config) {
  SuiteText out(config);
  if (!PathExists(folder / "tokenizer.json")) return out;
  NIBBLE_ASSIGN(Tokenizer tokenizer, Tokenizer::Load(folder));
  if (tokenizer.size() > config.vocab_size)
    return InvalidInput("{}: the tokenizer has {} ids, the model {}: it is another model's",
                        Escape((folder / "tokenizer.json").string(), 400), tokenizer.size(),
                        config.vocab_size);
  out.tokenizer_ = std::make_unique<Tokenizer>(std::move(tokenizer));
  NIBBLE_ASSIGN(out.controls_, OutputParser::FindControls(*out.tokenizer_));
  NIBBLE_ASSIGN(const EncodingProfile profile, DetectEncodingProfile(folder));
  NIBBLE_ASSIGN(out.encoder_, ChatEncoder::Create(out.tokenizer_.get(), profile));
  return out;
}

Status SuiteText::CheckSameSpelling(const SuiteText& other,
                                    const std::filesystem::path& folder) const {
  if (!has_tokenizer() || !other.has_tokenizer()) return {};
  const Tokenizer& mine = tokenizer();
  const Tokenizer& theirs = other.tokenizer();
  for (TokenId id = 0; id < std::min(mine.size(), theirs.size()); ++id) {
    if (mine.Bytes(id) == theirs.Bytes(id)) continue;
    return InvalidInput("{}: token {} is \"{}\", the model's is \"{}\": no reference for it",
                        Escape((folder / "tokenizer.json").string(), 400), id,
                        Escape(theirs.Bytes(id), 64), Escape(mine.Bytes(id), 64));
  }
  return {};
}

Result<std::vector<TokenId>> SuiteText::IdsOfText(const Prompt& prompt) const {
  if (!has_tokenizer())
    return NotFound("{}: the model has no tokenizer.json, so only prompts of ids can be asked",
                    prompt.where);
  Result<std::vector<TokenId>> ids = std::vector<TokenId>();
  if (prompt.messages.empty()) {
    ids = tokenizer_->EncodePlain(prompt.text);
    if (ids.ok()) ids->insert(ids->begin(), controls_->begin);
  } else {
    ChatOptions options;
    options.thinking_mode = prompt.thinking ? ThinkingMode::kThinking : ThinkingMode::kChat;
    ids = encoder_->Encode(prompt.messages, options);
  }
  if (!ids.ok())
    return Error(ids.error().code(), fmt::format("{}: {}", prompt.where, ids.error().message()));
  return ids;
}

Result<std::vector<TokenId>> SuiteText::Ids(const Prompt& prompt) const {
  std::vector<TokenId> ids = prompt.ids;
  if (ids.empty()) {
    NIBBLE_ASSIGN(ids, IdsOfText(prompt));
  }
  for (const TokenId id : ids) {
    if (id >= config_->vocab_size)
      return InvalidInput("{}: token {} is outside the vocabulary of {}", prompt.where, id,
                          config_->vocab_size);
  }
  return ids;
}

Result<std::vector<TokenId>> SuiteText::Encode(const Prompt& prompt) const {
  NIBBLE_ASSIGN(std::vector<TokenId> ids, Ids(prompt));
  if (static_cast<int64_t>(ids.size()) >= config_->max_position_embeddings)
    return InvalidInput(
        "{}: case \"{}\" has a prompt of {} tokens, which leaves no room for an "
        "answer in {} (max_position_embeddings)",
        prompt.where, Escape(prompt.id), ids.size(), config_->max_position_embeddings);
  return ids;
}

void SuiteText::MarkAssistant(const std::vector<TokenId>& ids, std::vector<bool>* counts) const {
  bool inside = false;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i > 0 && ids[i - 1] == controls_->assistant) {
      inside = true;  // behind the mark of the mode, which is part of the prompt
      continue;
    }
    (*counts)[i] = inside;
    if (ids[i] == controls_->end) inside = false;
  }
}

Result<SuiteText::Text> SuiteText::EncodeText(const Prompt& prompt) const {
  Text out;
  NIBBLE_ASSIGN(out.ids, Ids(prompt));
  if (static_cast<int64_t>(out.ids.size()) > config_->max_position_embeddings)
    return InvalidInput(
        "{}: text \"{}\" has {} tokens, the model takes {} "
        "(max_position_embeddings)",
        prompt.where, Escape(prompt.id), out.ids.size(), config_->max_position_embeddings);
  out.counts.assign(out.ids.size(), prompt.messages.empty());
  out.counts[0] = false;
  if (!prompt.messages.empty()) MarkAssistant(out.ids, &out.counts);
  if (std::find(out.counts.begin(), out.counts.end(), true) == out.counts.end())
    return InvalidInput("{}: no token counts: it has no assistant's turn or only one token",
                        prompt.where);
  for (size_t i = 0; has_tokenizer() && i < out.ids.size(); ++i) {
    if (out.counts[i] && tokenizer_->Contains(out.ids[i]) && !tokenizer_->IsAdded(out.ids[i]))
      out.bytes += static_cast<int64_t>(tokenizer_->Bytes(out.ids[i]).size());
  }
  return out;
}

std::vector<TokenId> SuiteText::EndIds() const {
  std::vector<TokenId> ids;
  for (const int64_t id : config_->eos_token_ids) ids.push_back(static_cast<TokenId>(id));
  if (!controls_) return ids;
  for (const TokenId id : {controls_->begin, controls_->end, controls_->user, controls_->assistant,
                           controls_->reminder}) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

}  // namespace nibble
