#include "apps/prompt_ids.h"

#include <iostream>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace nibble {
namespace {

constexpr uint64_t kMaxIdsBytes = 64u << 20;

Result<std::string> ReadText(const std::string& path) {
  if (path != "-") return ReadSmallFile(path, kMaxIdsBytes);
  std::string text;  // standard input need not end
  char piece[1 << 16];
  while (text.size() <= kMaxIdsBytes) {
    std::cin.read(piece, sizeof(piece));
    if (std::cin.gcount() == 0) break;
    text.append(piece, static_cast<size_t>(std::cin.gcount()));
  }
  if (text.size() > kMaxIdsBytes)
    return InvalidInput("standard input: more than {} bytes of token ids", kMaxIdsBytes);
  return text;
}

}  // namespace

Result<std::vector<TokenId>> EncodePrompt(const Tokenizer& tokenizer, const ModelConfig& config,
                                          const std::string& text) {
  NIBBLE_ASSIGN(std::vector<TokenId> ids, tokenizer.EncodePlain(text));
  ids.insert(ids.begin(), static_cast<TokenId>(config.bos_token_id));
  return ids;
}

bool HasTokenizer(const std::string& folder) {
  return PathExists(std::filesystem::path(folder) / "tokenizer.json");
}

Status NeedTokenizer(const std::string& folder) {
  if (HasTokenizer(folder)) return {};
  return NotFound("{} has no tokenizer.json: give the prompt as token ids with --ids",
                  Escape(folder, 400));
}

CLI::Option* AddIds(CLI::App* command, std::string* ids) {
  return command
      ->add_option(
          "--ids", *ids,
          "A file with a JSON array of token ids, or - for standard input; nothing is added")
      ->type_name("FILE");
}

Result<std::vector<int32_t>> ReadIds(const std::string& path, const ModelConfig& config) {
  const std::string what = path == "-" ? "standard input" : Escape(path, 400);
  NIBBLE_ASSIGN(const std::string text, ReadText(path));
  NIBBLE_ASSIGN(const json::Value value, json::Parse(text, what));
  const json::Array* array = value.as_array();
  if (array == nullptr)
    return InvalidInput("{}: expected a JSON array of token ids, found {}", what, value.kind());
  if (array->empty()) return InvalidInput("{}: no token ids in the array", what);
  std::vector<int32_t> ids;
  for (const json::Value& element : *array) {
    const auto id = element.as_int();
    if (!id || *id < 0) return InvalidInput("{}: element {} is not a token id", what, ids.size());
    if (*id >= config.vocab_size) {
      return InvalidInput("{}: element {} is token {}, outside the vocabulary of {}", what,
                          ids.size(), *id, config.vocab_size);
    }
    ids.push_back(static_cast<int32_t>(*id));
  }
  return ids;
}

}  // namespace nibble
