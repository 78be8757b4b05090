// Hostile tokenizer.json files. Input that starts with '{' is a whole file; other input is up to
// three parts, separated by byte 0xFF, that go into the vocabulary, the merges and the added tokens
// of a file that is right otherwise, so that the checks behind the JSON are reached. What is
// accepted must encode and decode text without loss.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/json.h"
#include "text/byte_alphabet.h"
#include "text/pre_tokenizer.h"
#include "text/tokenizer.h"

namespace nibble {
namespace {

std::string ByteSymbols() {
  std::string out;
  for (int b = 0; b < 256; ++b) {
    const char32_t c = kByteAlphabet[static_cast<size_t>(b)];
    std::string symbol;
    if (c >= 0x80) symbol += static_cast<char>(0xC0 | c >> 6);
    symbol += static_cast<char>(c < 0x80 ? c : 0x80 | (c & 63));
    if (b > 0) out += ',';
    json::AppendString(symbol, &out);
    out += ":" + std::to_string(b);
  }
  return out;
}

std::string Split(std::string_view pattern) {
  std::string regex;
  json::AppendString(pattern, &regex);
  return R"({"type":"Split","pattern":{"Regex":)" + regex +
         R"(},"behavior":"Isolated","invert":false},)";
}

std::string File(std::string_view input) {
  std::string parts[3];
  for (std::string& part : parts) {
    const size_t end = input.find('\xFF');
    part = input.substr(0, end);
    input = end == std::string_view::npos ? "" : input.substr(end + 1);
  }
  static const std::string symbols = ByteSymbols();
  static const std::string pipeline =
      R"("pre_tokenizer":{"type":"Sequence","pretokenizers":[)" +
      Split(PreTokenizer::kNumbersByThree) + Split(PreTokenizer::kHanAndKana) +
      Split(PreTokenizer::kWords) +
      R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},)"
      R"("post_processor":{"type":"ByteLevel"},"decoder":{"type":"ByteLevel"},)";
  return "{" + pipeline + R"("model":{"type":"BPE","vocab":{)" + symbols + parts[0] +
         R"(},"merges":[)" + parts[1] + R"(]},"added_tokens":[)" + parts[2] + "]}";
}

}  // namespace
}  // namespace nibble

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nibble;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto tokenizer =
      Tokenizer::Parse(input.starts_with('{') ? std::string(input) : File(input), "fuzz");
  if (!tokenizer.ok()) return 0;
  const std::string text = "abcabcabc  The th 12345 哈哈\n\n<a>" + std::string(60, 'a');
  for (const bool special : {false, true}) {
    const auto ids = special ? tokenizer->EncodeSpecial(text) : tokenizer->EncodePlain(text);
    NIBBLE_CHECK(tokenizer->Decode(ids.value()).value() == text, "round trip");
    for (const TokenId id : ids.value())
      NIBBLE_CHECK(special || !tokenizer->IsAdded(id), "plain text gave an added token");
  }
  return 0;
}
