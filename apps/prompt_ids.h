// Prompts as token ids, for every command that runs a model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/commands.h"
#include "base/error.h"
#include "checkpoint/config.h"
#include "text/tokenizer.h"

namespace nibble {

// A prompt as text: the begin token, then `text`, in which nothing is a control token.
// /v1/completions makes the same ids of it: without the begin token a model is asked what it was
// never trained on.
Result<std::vector<TokenId>> EncodePrompt(const Tokenizer& tokenizer, const ModelConfig& config,
                                          const std::string& text);

// For a prompt as text: an error that points to --ids when there is no tokenizer.json.
Status NeedTokenizer(const std::string& folder);
bool HasTokenizer(const std::string& folder);

// --ids: what ReadIds takes.
CLI::Option* AddIds(CLI::App* command, std::string* ids);

// A JSON array of token ids in a file, or on standard input for "-". Errors: not such an array,
// none in it, one outside the vocabulary.
Result<std::vector<int32_t>> ReadIds(const std::string& path, const ModelConfig& config);

}  // namespace nibble
