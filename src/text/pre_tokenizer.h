// The three split patterns of the DeepSeek-V4 tokenizer as code. BPE never crosses the border of a
// piece.
#pragma once

#include <cstddef>
#include <string_view>

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

  // Walks over the pieces of a text; joined they are the text. Linear over all calls.
  class Reader {
   public:
    // False at the end.
    bool Next(std::string_view* piece);

   private:
    friend class PreTokenizer;
    Reader(std::string_view text, size_t digits) : text_(text), digits_(digits) {}
    std::string_view text_;
    size_t digits_;
    size_t at_ = 0;
    // End of the run that only the third pattern cuts further; at_ when there is none.
    size_t run_end_ = 0;
  };

  // `text` is valid UTF-8 and must outlive the reader and the pieces.
  Reader Read(std::string_view text) const { return Reader(text, digits_); }

 private:
  size_t digits_;
};

}  // namespace nibble
