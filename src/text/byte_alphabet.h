// The printable spelling of bytes in tokenizer.json: 0x21-0x7E, 0xA1-0xAC and 0xAE-0xFF stand for
// themselves as code points, the other 68 bytes, in rising order, are U+0100, U+0101, ...
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace nibble {

// kByteAlphabet[byte]: its code point, at most U+0143.
inline constexpr std::array<char32_t, 256> kByteAlphabet = [] {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (char32_t b = 0; b < 256; ++b) {
    const bool printable = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    alphabet[b] = printable ? b : next++;
  }
  return alphabet;
}();

// The bytes that `symbol` spells, or nullopt if one of its characters is not in the alphabet.
std::optional<std::string> BytesOfSymbol(std::string_view symbol);

}  // namespace nibble
