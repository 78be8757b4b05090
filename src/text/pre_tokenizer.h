// The three split patterns of the DeepSeek-V4 tokenizer as code. BPE never crosses the border of a
// piece.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nibble {

class PreTokenizer {
 public:
  // The regular expressions that this code stands for, in the order of tokenizer.json. The number
  // pattern has two forms: at most three digits to a piece, or one.
  static constexpr std::string_view kNumbersByThree = R"(\p{N}{1,3})";
  static constexpr std::string_view kNumbersByOne = R"(\p{N})";
  static constexpr std::string_view kHanAndKana = "[一-龥\u3040-ゟ゠-ヿ]+";
  static constexpr std::string_view kWords =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{"
      "M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";

  // `digits`: how many number characters a piece may hold, 1 or 3.
  explicit PreTokenizer(size_t digits) : digits_(digits) {}

  // Cuts valid UTF-8 into pieces that joined are `text`; linear.
  std::vector<std::string_view> Split(std::string_view text) const;

 private:
  size_t digits_;
};

}  // namespace nibble
