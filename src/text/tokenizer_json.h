// Reads tokenizer.json without trust: everything that this program would ignore or misunderstand is
// refused, with file, field and index.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/bpe.h"
#include "text/control_matcher.h"
#include "text/pre_tokenizer.h"

namespace nibble {

// What a tokenizer.json says, checked and in bytes.
struct TokenizerModel {
  static constexpr uint8_t kAdded = 1;    // an added token
  static constexpr uint8_t kSpecial = 2;  // ... that is flagged special

  std::string_view Bytes(TokenId id) const {
    const auto i = static_cast<size_t>(id);
    return std::string_view(bytes).substr(begin[i], begin[i + 1] - begin[i]);
  }

  PreTokenizer pre_tokenizer{3};
  Bpe bpe;
  std::string bytes;            // of all ids, in their order
  std::vector<uint32_t> begin;  // [ids + 1] offsets into `bytes`
  std::vector<uint8_t> flags;   // [ids]
  std::vector<ControlString> added;
};

inline constexpr uint64_t kMaxTokenizerFileBytes = uint64_t{64} << 20;
inline constexpr int64_t kMaxTokenId = int64_t{1} << 20;

// `what` names the source in errors.
Result<TokenizerModel> ParseTokenizerJson(std::string_view text, std::string_view what);

}  // namespace nibble
