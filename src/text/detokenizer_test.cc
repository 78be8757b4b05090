#include "text/detokenizer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "text/text_goldens.h"

namespace nibble {
namespace {

class DetokenizerGoldens : public TextGoldenTest {};
INSTANTIATE_TEST_SUITE_P(All, DetokenizerGoldens, ::testing::ValuesIn(AllTextGoldens()),
                         TextGoldensName);

TEST_P(DetokenizerGoldens, ReleasesEachCharacterAtOnce) {
  const Tokenizer tokenizer = LoadTokenizer();
  const json::Array cases = ReadCases(GetParam().detokenize);
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    const auto ids = IdsOf(*c.Find("ids"));
    Detokenizer detokenizer(&tokenizer);
    for (size_t i = 0; i < ids.size(); ++i)
      EXPECT_EQ(detokenizer.Push(ids[i]).value(), *(*c.Find("emit")->as_array())[i].as_string());
    EXPECT_EQ(detokenizer.Finish(), StringAt(c, "final"));
    EXPECT_EQ(tokenizer.Decode(ids).value(), StringAt(c, "text"));

    const json::Value* skipped = c.Find("text_skip_special");
    const std::string expected = StringAt(c, skipped == nullptr ? "text" : "text_skip_special");
    EXPECT_EQ(tokenizer.Decode(ids, true).value(), expected);
    Detokenizer skipping(&tokenizer, true);
    std::string joined;
    for (const TokenId id : ids) joined += skipping.Push(id).value();
    EXPECT_EQ(joined + skipping.Finish(), expected);
  }
  EXPECT_EQ(cases.size(), 67u);
}

TEST_P(DetokenizerGoldens, RefusesForeignIds) {
  const Tokenizer tokenizer = LoadTokenizer();
  Detokenizer detokenizer(&tokenizer);
  EXPECT_FALSE(detokenizer.Push(tokenizer.size()).ok());
  EXPECT_FALSE(detokenizer.Push(-1).ok());
  EXPECT_EQ(detokenizer.Push(35).value(), "A");
}

// Every string of up to four bytes from the edges of the well-formed ranges, in every cut, gives
// the same text and valid UTF-8.
TEST(Utf8Stream, DoesNotDependOnTheCuts) {
  const std::string edges("\x00\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2\xE0\xED\xEF\xF0\xF4\xF5",
                          17);
  const auto decode = [](const std::string& bytes, unsigned cuts) {
    Utf8Stream stream;
    std::string text;
    size_t begin = 0;
    for (size_t i = 1; i <= bytes.size(); ++i) {
      if (i < bytes.size() && !(cuts >> (i - 1) & 1)) continue;
      stream.Push(std::string_view(bytes).substr(begin, i - begin), &text);
      begin = i;
    }
    stream.Finish(&text);
    return text;
  };
  for (size_t n = 0; n < 17 * 17 * 17 * 17; ++n) {
    std::string bytes;
    for (size_t k = n, i = 0; i < 4; ++i, k /= 17) bytes += edges[k % 17];
    const std::string whole = decode(bytes, 0);
    ASSERT_EQ(FindInvalidUtf8(whole), std::string_view::npos);
    for (unsigned cuts = 1; cuts < 8; ++cuts) ASSERT_EQ(decode(bytes, cuts), whole);
    if (FindInvalidUtf8(bytes) == std::string_view::npos) {
      ASSERT_EQ(whole, bytes);
    }
  }
}

}  // namespace
}  // namespace nibble
