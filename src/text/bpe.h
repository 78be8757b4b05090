// Byte-pair merging of one piece. Immutable after Build; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

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
  explicit Bpe(const std::array<TokenId, 256>& byte_ids) : byte_ids_(byte_ids) {}

  // `merges` in the order of their ranks. Returns the rank of the first pair that is given twice,
  // or merges.size().
  size_t SetMerges(const std::vector<Merge>& merges);

  // Appends the ids of `piece` (at most kMaxPieceBytes). O(n log n) for every piece.
  void Encode(std::string_view piece, std::vector<TokenId>* ids) const;

 private:
  static constexpr uint32_t kNoRank = 0xFFFFFFFF;
  struct Slot {
    uint64_t key = ~uint64_t{0};
    uint32_t rank = kNoRank;
    TokenId result = 0;
  };
  const Slot& Find(TokenId left, TokenId right) const;
  size_t Hash(uint64_t key) const;
  void EncodeShort(std::string_view piece, std::vector<TokenId>* ids) const;
  void EncodeLong(std::string_view piece, std::vector<TokenId>* ids) const;

  std::array<TokenId, 256> byte_ids_;
  std::vector<Slot> slots_;  // open addressing, at most half full
  uint64_t seed_ = 0;
};

}  // namespace nibble
