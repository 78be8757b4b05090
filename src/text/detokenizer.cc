#include "text/detokenizer.h"

#include <algorithm>

namespace nibble {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

// The longest beginning of `s` that is a well-formed character or may become one by more bytes.
struct Prefix {
  size_t bytes = 0;
  bool complete = false;
};

// Unicode section 3.9, table 3-7 (well-formed UTF-8 byte sequences).
Prefix FirstCharacter(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned b0 = byte(0);
  if (b0 < 0x80) return {1, true};
  if (b0 < 0xC2 || b0 > 0xF4) return {0, false};
  const size_t length = b0 < 0xE0 ? 2 : b0 < 0xF0 ? 3 : 4;
  unsigned low = 0x80, high = 0xBF;  // of the second byte
  if (b0 == 0xE0) low = 0xA0;
  if (b0 == 0xED) high = 0x9F;
  if (b0 == 0xF0) low = 0x90;
  if (b0 == 0xF4) high = 0x8F;
  size_t n = 1;
  while (n < std::min(length, s.size()) && byte(n) >= low && byte(n) <= high) {
    low = 0x80;
    high = 0xBF;
    ++n;
  }
  return {n, n == length};
}

// The reference decoder waits for the last byte of an encoded surrogate before it gives up all
// three.
bool IsHalfSurrogate(std::string_view s) {
  return s.size() == 2 && s[0] == '\xED' && (s[1] & 0xE0) == 0xA0;
}

void Release(std::string_view s, const Prefix& first, std::string* out) {
  *out += first.complete ? s.substr(0, first.bytes) : kReplacement;
}

}  // namespace

void Utf8Stream::Push(std::string_view bytes, std::string* out) {
  pending_ += bytes;
  const std::string_view all = pending_;
  size_t at = 0;
  while (at < all.size()) {
    const Prefix first = FirstCharacter(all.substr(at));
    if (!first.complete && (at + first.bytes == all.size() || IsHalfSurrogate(all.substr(at))))
      break;
    Release(all.substr(at), first, out);
    at += std::max<size_t>(first.bytes, 1);
  }
  pending_.erase(0, at);
}

void Utf8Stream::Finish(std::string* out) {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const Prefix first = FirstCharacter(rest);
    Release(rest, first, out);
    rest.remove_prefix(std::max<size_t>(first.bytes, 1));
  }
  pending_.clear();
}

Result<std::string> Detokenizer::Push(TokenId id) {
  if (!tokenizer_->Contains(id)) {
    return InvalidInput("id {} is outside the vocabulary 0..{}", id, tokenizer_->size() - 1);
  }
  std::string text;
  if (tokenizer_->IsAdded(id)) stream_.Finish(&text);
  if (!skip_special_ || !tokenizer_->IsSpecial(id)) stream_.Push(tokenizer_->Bytes(id), &text);
  return text;
}

std::string Detokenizer::Finish() {
  std::string text;
  stream_.Finish(&text);
  return text;
}

}  // namespace nibble
