// Byte-pair merging of one piece. Immutable after Build; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "text/control_matcher.h"

namespace nibble {

class Bpe {
 public:
  // A pair of neighbouring ids that becomes one; lower ranks first.
  struct Merge {
    TokenId left = 0;
    TokenId right = 0;
    TokenId result = 0;
  };
  static constexpr size_t kMaxPieceBytes = (size_t{1} << 31) - 1;

  // `byte_ids`: the id of each byte.
  explicit Bpe(const std::array<TokenId, 256>& byte_ids) : byte_ids_(byte_ids), slots_(2) {}

  // `merges` in the order of their ranks. Returns the rank of the first pair that is given twice,
  // or merges.size().
  size_t SetMerges(const std::vector<Merge>& merges);

  // Appends the ids of `piece` (at most kMaxPieceBytes). Returns how many pairs it has looked up,
  // the measure of its work: for every piece fewer than three per byte.
  size_t Encode(std::string_view piece, std::vector<TokenId>* ids) const;

 private:
  static constexpr uint32_t kNoRank = 0xFFFFFFFF;
  struct Slot {
    uint64_t key = ~uint64_t{0};
    uint32_t rank = kNoRank;
  };
  // The rank of a pair, or kNoRank.
  uint32_t Rank(TokenId left, TokenId right) const;
  size_t Hash(uint64_t key) const;
  size_t EncodeShort(std::string_view piece, std::vector<TokenId>* ids) const;
  template <class Queue>
  size_t EncodeLong(std::string_view piece, Queue queue, std::vector<TokenId>* ids) const;

  std::array<TokenId, 256> byte_ids_;
  std::vector<Slot> slots_;  // open addressing, at most half full
  uint64_t seed_ = HashSeed();
  std::vector<TokenId> results_;  // by rank
  // No merge is ranked before one that makes a part of it, so a merge never brings up a lower rank.
  // True for every trained tokenizer.
  bool monotone_ = true;
};

}  // namespace nibble
