#include "text/bpe.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "base/file.h"
#include "golden.h"
#include "text/tokenizer_json.h"

namespace nibble {
namespace {

// Bytes are their own ids.
Bpe WithMerges(const std::vector<Bpe::Merge>& merges) {
  std::array<TokenId, 256> byte_ids;
  for (size_t b = 0; b < 256; ++b) byte_ids[b] = static_cast<TokenId>(b);
  Bpe bpe(byte_ids);
  EXPECT_EQ(bpe.SetMerges(merges), merges.size());
  return bpe;
}

// The definition: of all pairs the lowest rank, of equal ranks the leftmost.
std::vector<TokenId> Naive(const std::vector<Bpe::Merge>& merges, std::string_view text) {
  std::map<std::pair<TokenId, TokenId>, size_t> ranks;
  for (size_t i = 0; i < merges.size(); ++i) ranks[{merges[i].left, merges[i].right}] = i;
  std::vector<TokenId> ids(text.begin(), text.end());
  while (true) {
    size_t best = merges.size(), at = 0;
    for (size_t i = 0; i + 1 < ids.size(); ++i) {
      const auto it = ranks.find({ids[i], ids[i + 1]});
      if (it != ranks.end() && it->second < best) {
        best = it->second;
        at = i;
      }
    }
    if (best == merges.size()) return ids;
    ids[at] = merges[best].result;
    ids.erase(ids.begin() + static_cast<ptrdiff_t>(at) + 1);
  }
}

// Merges over the letters a, b, c; in random order, so that most tables are not monotone, or in the
// order in which they were made.
std::vector<Bpe::Merge> RandomMerges(std::mt19937* random, bool shuffled) {
  std::vector<std::string> symbols = {"a", "b", "c"};
  std::map<std::string, TokenId> ids = {{"a", 'a'}, {"b", 'b'}, {"c", 'c'}};
  std::vector<Bpe::Merge> merges;
  std::map<std::pair<TokenId, TokenId>, bool> given;
  for (int i = 0; i < 40; ++i) {
    const std::string& left = symbols[(*random)() % symbols.size()];
    const std::string& right = symbols[(*random)() % symbols.size()];
    const std::string both = left + right;
    if (!given.emplace(std::pair(ids[left], ids[right]), true).second) continue;
    const TokenId result = ids.emplace(both, 256 + static_cast<TokenId>(ids.size())).first->second;
    merges.push_back({ids[left], ids[right], result});
    if (both.size() < 40) symbols.push_back(both);
  }
  if (shuffled) std::shuffle(merges.begin(), merges.end(), *random);
  return merges;
}

TEST(Bpe, EqualsTheDefinition) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const auto merges = RandomMerges(&random, round % 2 == 0);
    const Bpe bpe = WithMerges(merges);
    // Short pieces, the heap, and rarely the buckets.
    const size_t bytes = round % 50 < 2 ? 8192 + random() % 100 : 1 + random() % 200;
    std::string text;
    while (text.size() < bytes) text += static_cast<char>('a' + random() % (1 + random() % 3));
    std::vector<TokenId> ids;
    bpe.Encode(text, &ids);
    ASSERT_EQ(ids, Naive(merges, text)) << "round " << round << ": " << text.substr(0, 300);
  }
}

TEST(Bpe, NamesAPairThatIsGivenTwice) {
  Bpe bpe = WithMerges({});
  EXPECT_EQ(bpe.SetMerges({{1, 2, 256}, {2, 1, 257}, {1, 2, 258}}), 2u);
}

TEST(Bpe, WorkIsLinear) {
  const auto text = ReadSmallFile(TestData("text/tokenizer.json"), kMaxTokenizerFileBytes).value();
  const TokenizerModel model = ParseTokenizerJson(text, "tokenizer.json").value();
  std::mt19937 random(3);
  for (const std::string unit : {"a", " ", "_", "\n", "ab", "\xE5\x93\x88", "\xCC\x81", "random"}) {
    for (const size_t bytes : {10, 48, 49, 1000, 8191, 8192, 100000, 1 << 20}) {
      std::string piece;
      while (piece.size() < bytes)
        piece += unit == "random" ? std::string(1, static_cast<char>(random() % 256)) : unit;
      std::vector<TokenId> ids;
      EXPECT_LT(model.bpe.Encode(piece, &ids), 3 * piece.size()) << unit << " " << bytes;
      std::string decoded;
      for (const TokenId id : ids) decoded += model.Bytes(id);
      EXPECT_EQ(decoded, piece);
    }
  }
}

}  // namespace
}  // namespace nibble
