#include "text/pre_tokenizer.h"

#include "text/unicode_classes.h"

namespace nibble {
namespace {

struct Char {
  char32_t code;
  size_t bytes;
  CharClass cls;
};

// The character at text[at]; `text` is valid UTF-8.
Char At(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned b0 = byte(0);
  char32_t code = b0;
  size_t bytes = 1;
  if (b0 >= 0xF0) {
    code = (b0 & 7u) << 18 | (byte(1) & 63u) << 12 | (byte(2) & 63u) << 6 | (byte(3) & 63u);
    bytes = 4;
  } else if (b0 >= 0xE0) {
    code = (b0 & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u);
    bytes = 3;
  } else if (b0 >= 0xC0) {
    code = (b0 & 31u) << 6 | (byte(1) & 63u);
    bytes = 2;
  }
  return {code, bytes, ClassOf(code)};
}

bool IsHanOrKana(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3040 && c <= 0x30FF);
}
bool IsNewline(char c) { return c == '\r' || c == '\n'; }
bool IsAsciiLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsWord(CharClass c) { return c == CharClass::kLetter || c == CharClass::kMark; }

// The end of the longest run from `at` of characters for which `in` holds.
template <class In>
size_t RunEnd(std::string_view text, size_t at, In in) {
  while (at < text.size()) {
    const Char c = At(text, at);
    if (!in(c)) break;
    at += c.bytes;
  }
  return at;
}
size_t WordEnd(std::string_view text, size_t at) {
  return RunEnd(text, at, [](const Char& c) { return IsWord(c.cls); });
}
size_t PunctuationEnd(std::string_view text, size_t at) {
  return RunEnd(text, at, [](const Char& c) { return c.cls == CharClass::kPunctuation; });
}

// White space from `at`: up to and with its last newline; without one, all that is not followed by
// a non-space; else the single character.
size_t SpaceMatchEnd(std::string_view text, size_t at) {
  size_t end = at;
  size_t last_begin = at;
  size_t after_newline = 0;
  while (end < text.size()) {
    const Char c = At(text, end);
    if (c.cls != CharClass::kSpace) break;
    last_begin = end;
    end += c.bytes;
    if (IsNewline(text[last_begin])) after_newline = end;
  }
  if (after_newline > 0) return after_newline;
  return end == text.size() || last_begin == at ? end : last_begin;
}

// The end of the match of pattern kWords at `at`, or `at` if no alternative matches there.
size_t WordsMatchEnd(std::string_view text, size_t at) {
  const Char c = At(text, at);
  const size_t next = at + c.bytes;
  const bool at_end = next == text.size();
  if (c.cls == CharClass::kPunctuation) {
    if (c.bytes == 1 && !at_end && IsAsciiLetter(text[next])) {
      size_t end = next;
      while (end < text.size() && IsAsciiLetter(text[end])) ++end;
      return end;
    }
  } else if (IsWord(c.cls)) {
    return WordEnd(text, next);
  } else if (!IsNewline(text[at]) && !at_end && IsWord(At(text, next).cls)) {
    return WordEnd(text, next);
  }
  const size_t marks = text[at] == ' ' ? next : at;
  if (size_t end = PunctuationEnd(text, marks); end > marks) {
    while (end < text.size() && IsNewline(text[end])) ++end;
    return end;
  }
  return c.cls == CharClass::kSpace ? SpaceMatchEnd(text, at) : at;
}

size_t NumberEnd(std::string_view text, size_t at, size_t digits) {
  return RunEnd(text, at,
                [&](const Char& c) { return c.cls == CharClass::kNumber && digits-- > 0; });
}

// The end of the run from `at` that the first two patterns give to the third.
size_t WordsRunEnd(std::string_view text, size_t at) {
  const bool han = IsHanOrKana(At(text, at).code);
  return RunEnd(text, at, [&](const Char& c) {
    return c.cls != CharClass::kNumber && IsHanOrKana(c.code) == han;
  });
}

}  // namespace

bool PreTokenizer::Reader::Next(std::string_view* piece) {
  if (at_ == text_.size()) return false;
  size_t end = 0;
  if (at_ == run_end_ && At(text_, at_).cls == CharClass::kNumber) {
    // The third pattern takes no number: the run is a piece.
    end = run_end_ = NumberEnd(text_, at_, digits_);
  } else {
    if (at_ == run_end_) run_end_ = WordsRunEnd(text_, at_);
    const std::string_view run = text_.substr(0, run_end_);
    end = WordsMatchEnd(run, at_);
    if (end == at_) {
      // A stretch: all up to the next match.
      do {
        end += At(run, end).bytes;
      } while (end < run_end_ && WordsMatchEnd(run, end) == end);
    }
  }
  *piece = text_.substr(at_, end - at_);
  at_ = end;
  return true;
}

}  // namespace nibble
