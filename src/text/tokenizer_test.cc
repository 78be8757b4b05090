#include "text/tokenizer.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <thread>

#include "text/text_goldens.h"

namespace nibble {
namespace {

class TokenizerGoldens : public TextGoldenTest {};
INSTANTIATE_TEST_SUITE_P(All, TokenizerGoldens, ::testing::ValuesIn(AllTextGoldens()),
                         TextGoldensName);

std::string TextOf(const json::Value& c) {
  if (const json::Value* text = c.Find("text")) return *text->as_string();
  const json::Value& repeat = *c.Find("repeat");
  std::string text;
  for (int64_t i = 0; i < *repeat.Find("times")->as_int(); ++i) text += StringAt(repeat, "unit");
  return text;
}

// SHA-256 over little-endian uint32, in hexadecimal.
std::string Digest(const std::vector<TokenId>& ids) {
  std::string bytes;
  for (const TokenId id : ids) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(id >> shift & 255);
  }
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  std::string hex;
  for (const unsigned char b : digest) hex += fmt::format("{:02x}", b);
  return hex;
}

TEST_P(TokenizerGoldens, Encodes) {
  const Tokenizer tokenizer = LoadTokenizer();
  int digests = 0;
  const json::Array cases = ReadCases(GetParam().tokenizer_cases);
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    const std::string text = TextOf(c);
    const auto ids = tokenizer.EncodeSpecial(text).value();
    const auto plain = tokenizer.EncodePlain(text).value();
    if (const json::Value* digest = c.Find("ids_digest")) {
      ++digests;
      const auto head = IdsOf(*digest->Find("head"));
      const auto tail = IdsOf(*digest->Find("tail"));
      ASSERT_EQ(static_cast<int64_t>(ids.size()), *digest->Find("count")->as_int());
      EXPECT_TRUE(std::equal(head.begin(), head.end(), ids.begin()));
      EXPECT_TRUE(std::equal(tail.rbegin(), tail.rend(), ids.rbegin()));
      EXPECT_EQ(Digest(ids), StringAt(*digest, "sha256"));
      EXPECT_EQ(plain, ids);
    } else {
      EXPECT_EQ(ids, IdsOf(*c.Find("ids")));
      EXPECT_EQ(plain, IdsOf(*c.Find(c.Find("ids_plain") != nullptr ? "ids_plain" : "ids")));
    }
    EXPECT_EQ(tokenizer.Decode(ids).value(), text);
    EXPECT_EQ(tokenizer.Decode(plain).value(), text);
  }
  EXPECT_EQ(cases.size(), 412u);
  EXPECT_EQ(digests, 45);
}

TEST_P(TokenizerGoldens, CutsPieces) {
  const Tokenizer tokenizer = LoadTokenizer();
  int checked = 0;
  for (const json::Value& c : ReadCases(GetParam().tokenizer_cases)) {
    if (c.Find("pieces") == nullptr) continue;
    // The reference cuts between added tokens, which are pieces of their own there.
    if (c.Find("ids_plain") != nullptr) continue;
    SCOPED_TRACE(StringAt(c, "id"));
    const std::string text = StringAt(c, "text");
    std::vector<std::string> pieces;
    for (const json::Value& piece : *c.Find("pieces")->as_array())
      pieces.push_back(*piece.as_string());
    const auto ours = tokenizer.Pieces(text);
    EXPECT_EQ(std::vector<std::string>(ours.begin(), ours.end()), pieces);
    ++checked;
  }
  EXPECT_GT(checked, 200);
}

TEST_P(TokenizerGoldens, KnowsItsAddedTokens) {
  const Tokenizer tokenizer = LoadTokenizer();
  const bool v4 = GetParam().name == "v4";
  EXPECT_EQ(tokenizer.size(), v4 ? 129280 : 4096);
  EXPECT_EQ(tokenizer.FindAdded("<think>"), v4 ? 128821 : 4052);
  EXPECT_EQ(tokenizer.FindAdded("<｜end▁of▁sentence｜>"), 1);
  EXPECT_EQ(tokenizer.FindAdded("hello"), std::nullopt);
  const TokenId think = *tokenizer.FindAdded("<think>");
  EXPECT_TRUE(tokenizer.IsAdded(think));
  EXPECT_FALSE(tokenizer.IsSpecial(think));
  EXPECT_TRUE(tokenizer.IsSpecial(1));
  EXPECT_FALSE(tokenizer.IsAdded(3));
  int added = 0;
  for (TokenId id = 0; id < tokenizer.size(); ++id) {
    if (!tokenizer.IsAdded(id)) continue;
    ++added;
    const std::string content(tokenizer.Bytes(id));
    EXPECT_EQ(tokenizer.EncodeSpecial(content).value(), std::vector<TokenId>{id});
    const auto spelled = tokenizer.EncodePlain(content).value();
    for (const TokenId plain : spelled) EXPECT_FALSE(tokenizer.IsAdded(plain)) << content;
  }
  EXPECT_EQ(added, v4 ? 1283 : 131);
}

TEST_P(TokenizerGoldens, RefusesInvalidInput) {
  const Tokenizer tokenizer = LoadTokenizer();
  const auto encoded = tokenizer.EncodePlain("ab\xC3(");
  ASSERT_FALSE(encoded.ok());
  EXPECT_NE(encoded.error().message().find("byte 2"), std::string::npos);
  const std::vector<TokenId> ids = {3, tokenizer.size()};
  const auto decoded = tokenizer.Decode(ids);
  ASSERT_FALSE(decoded.ok());
  EXPECT_NE(decoded.error().message().find("ids[1]"), std::string::npos);
  EXPECT_FALSE(tokenizer.Decode(std::vector<TokenId>{-1}).ok());
}

TEST(Tokenizer, MayBeUsedFromSeveralThreads) {
  const Tokenizer tokenizer = Tokenizer::Load(TestData("text/tokenizer.json")).value();
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "word" + std::to_string(i % 300) + " and more, ";
  const auto expected = tokenizer.EncodePlain(text).value();
  std::vector<std::vector<TokenId>> ids(4);
  std::vector<std::thread> threads;
  for (auto& out : ids) threads.emplace_back([&] { out = tokenizer.EncodePlain(text).value(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& out : ids) EXPECT_EQ(out, expected);
}

}  // namespace
}  // namespace nibble
