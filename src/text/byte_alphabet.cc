#include "text/byte_alphabet.h"

namespace nibble {
namespace {

constexpr char32_t kEnd = 0x144;
constexpr std::array<int, kEnd> kByteOf = [] {
  std::array<int, kEnd> bytes{};
  bytes.fill(-1);
  for (int b = 0; b < 256; ++b) bytes[kByteAlphabet[static_cast<size_t>(b)]] = b;
  return bytes;
}();

}  // namespace

std::optional<std::string> BytesOfSymbol(std::string_view symbol) {
  std::string bytes;
  bytes.reserve(symbol.size());
  for (size_t i = 0; i < symbol.size(); ++i) {
    // All of the alphabet is one or two bytes of UTF-8.
    const auto b0 = static_cast<unsigned char>(symbol[i]);
    char32_t code = b0;
    if (b0 >= 0x80) {
      if (b0 >= 0xE0 || i + 1 == symbol.size()) return std::nullopt;
      code = (b0 & 31u) << 6 | (static_cast<unsigned char>(symbol[++i]) & 63u);
    }
    if (code >= kEnd || kByteOf[code] < 0) return std::nullopt;
    bytes += static_cast<char>(kByteOf[code]);
  }
  return bytes;
}

}  // namespace nibble
