#include "text/bpe.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace nibble {
namespace {

uint64_t Key(TokenId left, TokenId right) {
  return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right);
}

// Up to this length looking at all pairs after each merge is faster than a heap.
constexpr size_t kShortPieceBytes = 48;
// From this length on buckets are worth their table of all ranks.
constexpr size_t kBucketPieceBytes = 8192;

// Queues of pairs, given by their rank and the position where they start: lowest rank first, of
// equal ranks the leftmost.
class HeapQueue {
 public:
  void Push(uint32_t rank, uint32_t position) {
    heap_.push_back(uint64_t{rank} << 32 | position);
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }
  bool Pop(uint32_t* rank, uint32_t* position) {
    if (heap_.empty()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    *rank = static_cast<uint32_t>(heap_.back() >> 32);
    *position = static_cast<uint32_t>(heap_.back());
    heap_.pop_back();
    return true;
  }

 private:
  std::vector<uint64_t> heap_;
};

// The same in almost linear time, if no rank is pushed that is not above the one popped last: a
// list of positions for each rank, most often in order already.
class BucketQueue {
 public:
  BucketQueue(size_t ranks, size_t positions) : newest_(ranks, kNone) {
    entries_.reserve(positions);
  }

  void Push(uint32_t rank, uint32_t position) {
    uint32_t& newest = newest_[rank];
    if (newest == kNone) ranks_.push(rank);
    if (free_ == kNone) {
      entries_.push_back({});
      free_ = static_cast<uint32_t>(entries_.size() - 1);
    }
    const uint32_t next_free = entries_[free_].older;
    entries_[free_] = {position, newest};
    newest = std::exchange(free_, next_free);
  }
  bool Pop(uint32_t* rank, uint32_t* position) {
    if (current_.empty() && !NextRank()) return false;
    *rank = rank_;
    *position = current_.back();
    current_.pop_back();
    return true;
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  struct Entry {
    uint32_t position = 0;
    uint32_t older = kNone;  // the next entry of the same rank, or the next free one
  };
  bool NextRank() {
    if (ranks_.empty()) return false;
    rank_ = ranks_.top();
    ranks_.pop();
    for (uint32_t i = newest_[rank_]; i != kNone;) {
      current_.push_back(entries_[i].position);
      const uint32_t older = std::exchange(entries_[i].older, free_);
      free_ = std::exchange(i, older);
    }
    if (!std::is_sorted(current_.begin(), current_.end(), std::greater<>()))
      std::sort(current_.begin(), current_.end(), std::greater<>());
    return true;
  }

  std::vector<uint32_t> newest_;  // by rank, index into entries_
  std::vector<Entry> entries_;
  uint32_t free_ = kNone;
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ranks_;
  uint32_t rank_ = 0;
  std::vector<uint32_t> current_;  // positions of rank_, the leftmost last
};

bool IsMonotone(const std::vector<Bpe::Merge>& merges) {
  std::unordered_map<TokenId, size_t> last_made;  // by id: the last merge that makes it
  for (size_t rank = 0; rank < merges.size(); ++rank) last_made[merges[rank].result] = rank;
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    for (const TokenId part : {merges[rank].left, merges[rank].right}) {
      const auto it = last_made.find(part);
      if (it != last_made.end() && it->second >= rank) return false;
    }
  }
  return true;
}

}  // namespace

// The seed is random so that nobody can write a file whose merges all collide.
size_t Bpe::Hash(uint64_t key) const {
  uint64_t h = (key ^ seed_) * 0x9E3779B97F4A7C15u;
  h = (h ^ (h >> 32)) * 0xD6E8FEB86659FD93u;
  return static_cast<size_t>(h ^ (h >> 32)) & (slots_.size() - 1);
}

size_t Bpe::SetMerges(const std::vector<Merge>& merges) {
  slots_.assign(std::bit_ceil(merges.size() * 2 + 2), Slot{});
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const uint64_t key = Key(merges[rank].left, merges[rank].right);
    size_t i = Hash(key);
    while (slots_[i].rank != kNoRank) {
      if (slots_[i].key == key) return rank;
      i = (i + 1) & (slots_.size() - 1);
    }
    slots_[i] = {key, static_cast<uint32_t>(rank)};
    results_.push_back(merges[rank].result);
  }
  monotone_ = IsMonotone(merges);
  return merges.size();
}

uint32_t Bpe::Rank(TokenId left, TokenId right) const {
  const uint64_t key = Key(left, right);
  size_t i = Hash(key);
  while (slots_[i].key != key && slots_[i].rank != kNoRank) i = (i + 1) & (slots_.size() - 1);
  return slots_[i].rank;
}

size_t Bpe::Encode(std::string_view piece, std::vector<TokenId>* ids) const {
  NIBBLE_CHECK(piece.size() <= kMaxPieceBytes, "piece too long for 32-bit positions");
  if (piece.empty()) return 0;
  if (piece.size() <= kShortPieceBytes) return EncodeShort(piece, ids);
  if (piece.size() < kBucketPieceBytes || !monotone_) return EncodeLong(piece, HeapQueue(), ids);
  return EncodeLong(piece, BucketQueue(results_.size(), piece.size()), ids);
}

size_t Bpe::EncodeShort(std::string_view piece, std::vector<TokenId>* ids) const {
  std::array<TokenId, kShortPieceBytes> symbols;
  std::array<uint32_t, kShortPieceBytes> ranks;  // ranks[i]: of the pair of symbols i and i + 1
  size_t n = piece.size();
  size_t looked_up = 0;
  const auto rank_of = [&](size_t i) {
    ++looked_up;
    return Rank(symbols[i], symbols[i + 1]);
  };
  for (size_t i = 0; i < n; ++i) symbols[i] = byte_ids_[static_cast<unsigned char>(piece[i])];
  for (size_t i = 0; i + 1 < n; ++i) ranks[i] = rank_of(i);
  while (n > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < n; ++i) {
      if (ranks[i] < ranks[best]) best = i;
    }
    if (ranks[best] == kNoRank) break;
    symbols[best] = results_[ranks[best]];
    for (size_t i = best + 1; i + 1 < n; ++i) {
      symbols[i] = symbols[i + 1];
      ranks[i - 1] = ranks[i];
    }
    --n;
    if (best > 0) ranks[best - 1] = rank_of(best - 1);
    if (best + 1 < n) ranks[best] = rank_of(best);
  }
  ids->insert(ids->end(), symbols.begin(), symbols.begin() + static_cast<ptrdiff_t>(n));
  return looked_up;
}

// A linked list of symbols and a queue of pairs. An entry of the queue is stale when its position
// no longer starts a pair of that rank; there are at most three entries per byte.
template <class Queue>
size_t Bpe::EncodeLong(std::string_view piece, Queue queue, std::vector<TokenId>* ids) const {
  constexpr uint32_t kNone = 0xFFFFFFFF;
  struct Symbol {
    TokenId id;
    uint32_t prev, next;
    uint32_t rank;  // of the pair with `next`; kNoRank: none, or merged away
  };
  const auto n = static_cast<uint32_t>(piece.size());
  std::vector<Symbol> symbols(n);
  size_t looked_up = 0;
  const auto push_pair = [&](uint32_t at) {
    Symbol& s = symbols[at];
    s.rank = kNoRank;
    if (s.next == kNone) return;
    ++looked_up;
    s.rank = Rank(s.id, symbols[s.next].id);
    if (s.rank != kNoRank) queue.Push(s.rank, at);
  };
  for (uint32_t i = 0; i < n; ++i) {
    symbols[i] = {byte_ids_[static_cast<unsigned char>(piece[i])], i == 0 ? kNone : i - 1,
                  i + 1 == n ? kNone : i + 1, kNoRank};
  }
  for (uint32_t i = 0; i < n; ++i) push_pair(i);
  uint32_t rank = 0, at = 0;
  while (queue.Pop(&rank, &at)) {
    Symbol& s = symbols[at];
    if (s.rank != rank) continue;
    s.id = results_[rank];
    Symbol& eaten = symbols[s.next];
    eaten.rank = kNoRank;
    s.next = eaten.next;
    if (s.next != kNone) symbols[s.next].prev = at;
    push_pair(at);
    if (s.prev != kNone) push_pair(s.prev);
  }
  for (uint32_t i = 0; i != kNone; i = symbols[i].next) ids->push_back(symbols[i].id);
  return looked_up;
}

}  // namespace nibble
