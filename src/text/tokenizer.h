// The tokenizer of a checkpoint: a Hugging Face tokenizer.json of the DeepSeek-V4 kind (byte-level
// BPE, split patterns that are code here, a table of added tokens), read without trust. Immutable
// after loading: every const member may be called from several threads at once. All work is
// O(n log n) in the text, whatever the text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/control_matcher.h"

namespace nibble {

// One stretch of a prompt. Control strings become ids only in trusted runs: what a client or a tool
// wrote is never trusted.
struct Run {
  bool trusted = false;
  std::string text;
  friend bool operator==(const Run&, const Run&) = default;
};

class Tokenizer {
 public:
  // `path`: a tokenizer.json, or a folder that holds one. Errors name file, field and index.
  static Result<Tokenizer> Load(const std::filesystem::path& path);
  // `what` names the source in errors.
  static Result<Tokenizer> Parse(std::string_view tokenizer_json, std::string_view what);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  // Ids are 0 .. size() - 1, without holes.
  TokenId size() const;
  bool Contains(int64_t id) const { return id >= 0 && id < size(); }

  // The three ways to encode; no begin token is added. Error: text that is not UTF-8 (byte offset).
  // Everything is text: no added token is recognised. For what a client or a tool wrote.
  Result<std::vector<TokenId>> EncodePlain(std::string_view text) const;
  // All added tokens are recognised. For raw prompts whose author asked for it.
  Result<std::vector<TokenId>> EncodeSpecial(std::string_view text) const;
  // The strings of `controls` become ids in trusted runs; all else is plain, and neighbouring plain
  // stretches are joined before BPE.
  Result<std::vector<TokenId>> EncodeRuns(std::span<const Run> runs,
                                          const ControlMatcher& controls) const;

  // The bytes of one id (may be part of a UTF-8 character). The id must be Contains().
  std::string_view Bytes(TokenId id) const;
  // Whether the id is an added token: for the output splitter a control id, never text.
  bool IsAdded(TokenId id) const;
  // Whether the id is flagged special: left out of Decode with skip_special. `<think>` is not.
  bool IsSpecial(TokenId id) const;
  // The id of an added token by its exact content.
  std::optional<TokenId> FindAdded(std::string_view content) const;

  // The text of `ids`, ill-formed UTF-8 as U+FFFD. Error: an id outside the vocabulary (index).
  Result<std::string> Decode(std::span<const TokenId> ids, bool skip_special = false) const;

  // The pieces that BPE works on, as the split patterns cut `text` (valid UTF-8). For tests.
  std::vector<std::string_view> Pieces(std::string_view text) const;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace nibble
