// Token by token back to text. A character may be spread over several tokens; everything up to the
// last complete character is released at once, and the pieces joined are exactly the decoding of
// the whole list. One object per stream, used by one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "text/tokenizer.h"

namespace nibble {

// Bytes in any cuts to valid UTF-8: holds back at most three bytes that may still become a
// character, turns each maximal ill-formed part into one U+FFFD as soon as it is known to be one.
class Utf8Stream {
 public:
  // Appends what is released to `out`.
  void Push(std::string_view bytes, std::string* out);
  // End of the stream: a pending tail becomes U+FFFD.
  void Finish(std::string* out);

 private:
  std::string pending_;
};

class Detokenizer {
 public:
  // `tokenizer` must outlive this object.
  explicit Detokenizer(const Tokenizer* tokenizer, bool skip_special = false)
      : tokenizer_(tokenizer), skip_special_(skip_special) {}

  // The text that this id completes. An added token ends a pending tail and appears as its content
  // (left out if it is special and skip_special). Error: an id outside the vocabulary.
  Result<std::string> Push(TokenId id);
  // Ends a pending tail; afterwards the object starts afresh.
  std::string Finish();

 private:
  const Tokenizer* tokenizer_;
  bool skip_special_;
  Utf8Stream stream_;
};

}  // namespace nibble
