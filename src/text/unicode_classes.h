// The character classes that the split patterns of the tokenizer use.
#pragma once

#include <cstdint>

namespace nibble {

// \p{L}, \p{M}, \p{N}, [\p{P}\p{S}], \s; no character is in two of them.
enum class CharClass : uint8_t { kOther, kLetter, kMark, kNumber, kPunctuation, kSpace };

// `c` is a code point: at most U+10FFFF.
CharClass ClassOf(char32_t c);

}  // namespace nibble
