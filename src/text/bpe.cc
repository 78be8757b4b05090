#include "text/bpe.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <random>

#include "base/check.h"

namespace nibble {
namespace {

uint64_t Key(TokenId left, TokenId right) {
  return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right);
}

// Up to this length looking at all pairs after each merge is faster than a heap.
constexpr size_t kShortPieceBytes = 48;

}  // namespace

// The seed is random so that nobody can write a file whose merges all collide.
size_t Bpe::Hash(uint64_t key) const {
  uint64_t h = (key ^ seed_) * 0x9E3779B97F4A7C15u;
  h = (h ^ (h >> 32)) * 0xD6E8FEB86659FD93u;
  return static_cast<size_t>(h ^ (h >> 32)) & (slots_.size() - 1);
}

size_t Bpe::SetMerges(const std::vector<Merge>& merges) {
  std::random_device random;
  seed_ = uint64_t{random()} << 32 | random();
  slots_.assign(std::bit_ceil(merges.size() * 2 + 2), Slot{});
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const uint64_t key = Key(merges[rank].left, merges[rank].right);
    size_t i = Hash(key);
    while (slots_[i].rank != kNoRank) {
      if (slots_[i].key == key) return rank;
      i = (i + 1) & (slots_.size() - 1);
    }
    slots_[i] = {key, static_cast<uint32_t>(rank), merges[rank].result};
  }
  return merges.size();
}

const Bpe::Slot& Bpe::Find(TokenId left, TokenId right) const {
  const uint64_t key = Key(left, right);
  size_t i = Hash(key);
  while (slots_[i].key != key && slots_[i].rank != kNoRank) i = (i + 1) & (slots_.size() - 1);
  return slots_[i];
}

void Bpe::Encode(std::string_view piece, std::vector<TokenId>* ids) const {
  NIBBLE_CHECK(piece.size() <= kMaxPieceBytes, "piece too long for 32-bit positions");
  if (piece.size() <= kShortPieceBytes) {
    EncodeShort(piece, ids);
  } else {
    EncodeLong(piece, ids);
  }
}

void Bpe::EncodeShort(std::string_view piece, std::vector<TokenId>* ids) const {
  std::array<TokenId, kShortPieceBytes> symbols;
  std::array<const Slot*, kShortPieceBytes> pairs;  // pairs[i]: of symbols i and i + 1
  size_t n = piece.size();
  for (size_t i = 0; i < n; ++i) symbols[i] = byte_ids_[static_cast<unsigned char>(piece[i])];
  for (size_t i = 0; i + 1 < n; ++i) pairs[i] = &Find(symbols[i], symbols[i + 1]);
  while (n > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < n; ++i) {
      if (pairs[i]->rank < pairs[best]->rank) best = i;
    }
    if (pairs[best]->rank == kNoRank) break;
    symbols[best] = pairs[best]->result;
    for (size_t i = best + 1; i + 1 < n; ++i) {
      symbols[i] = symbols[i + 1];
      pairs[i - 1] = pairs[i];
    }
    --n;
    if (best > 0) pairs[best - 1] = &Find(symbols[best - 1], symbols[best]);
    if (best + 1 < n) pairs[best] = &Find(symbols[best], symbols[best + 1]);
  }
  ids->insert(ids->end(), symbols.begin(), symbols.begin() + static_cast<ptrdiff_t>(n));
}

// A linked list of symbols and a heap of (rank, position). An entry of the heap is stale when its
// position no longer starts a pair of that rank; there are at most three entries per byte.
void Bpe::EncodeLong(std::string_view piece, std::vector<TokenId>* ids) const {
  constexpr uint32_t kNone = 0xFFFFFFFF;
  struct Symbol {
    TokenId id;
    uint32_t prev, next;
    uint32_t rank;   // of the pair with `next`; kNoRank: none, or merged away
    TokenId result;  // of that pair
  };
  const auto n = static_cast<uint32_t>(piece.size());
  std::vector<Symbol> symbols(n);
  std::vector<uint64_t> heap;
  heap.reserve(n);
  const auto set_pair = [&](uint32_t at) {
    Symbol& s = symbols[at];
    s.rank = kNoRank;
    if (s.next == kNone) return false;
    const Slot& slot = Find(s.id, symbols[s.next].id);
    s.rank = slot.rank;
    s.result = slot.result;
    return slot.rank != kNoRank;
  };
  const auto entry = [&](uint32_t at) { return uint64_t{symbols[at].rank} << 32 | at; };
  for (uint32_t i = 0; i < n; ++i) {
    symbols[i] = {byte_ids_[static_cast<unsigned char>(piece[i])], i == 0 ? kNone : i - 1,
                  i + 1 == n ? kNone : i + 1, kNoRank, 0};
  }
  for (uint32_t i = 0; i < n; ++i) {
    if (set_pair(i)) heap.push_back(entry(i));
  }
  std::make_heap(heap.begin(), heap.end(), std::greater<>());
  const auto push = [&](uint32_t at) {
    if (!set_pair(at)) return;
    heap.push_back(entry(at));
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  };
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const uint64_t top = heap.back();
    heap.pop_back();
    const auto at = static_cast<uint32_t>(top);
    Symbol& s = symbols[at];
    if (s.rank != top >> 32) continue;
    s.id = s.result;
    Symbol& eaten = symbols[s.next];
    eaten.rank = kNoRank;
    s.next = eaten.next;
    if (s.next != kNone) symbols[s.next].prev = at;
    push(at);
    if (s.prev != kNone) push(s.prev);
  }
  for (uint32_t i = 0; i != kNone; i = symbols[i].next) ids->push_back(symbols[i].id);
}

}  // namespace nibble
