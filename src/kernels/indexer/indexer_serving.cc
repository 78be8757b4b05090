#include "kernels/indexer/indexer_serving.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <limits>

#include "kernels/indexer/score_entries.h"

namespace nibble {
namespace {

constexpr int64_t kEntriesPerTask = 256;
constexpr int64_t kQueriesPerTask = 64;

int64_t VisibleEntries(const ServingIndexerProblem& p, int64_t query) {
  return (p.first_position + query + 1) / p.ratio;
}

// Rising with the value; 16 bits of a BF16 value. Both zeros are equal.
uint32_t Rank(float score) {
  const uint32_t code = std::bit_cast<uint32_t>(score + 0.0f) >> 16;
  return (code & 0x8000u) != 0 ? ~code & 0xFFFFu : code | 0x8000u;
}

// The smallest rank among the `kept` largest of `ranks`, and how many are larger.
struct Threshold {
  uint32_t rank = 0;
  int64_t above = 0;
};

// Walks down a histogram of 256 bins until `kept` are found: bin and number above it.
Threshold WalkDown(const std::array<int32_t, 256>& histogram, int64_t kept) {
  Threshold t{.rank = 255, .above = 0};
  while (t.above + histogram[t.rank] < kept) t.above += histogram[t.rank--];
  return t;
}

Threshold FindThreshold(const float* scores, int64_t count, int64_t kept) {
  std::array<int32_t, 256> high = {};
  for (int64_t i = 0; i < count; ++i) ++high[Rank(scores[i]) >> 8];
  const Threshold coarse = WalkDown(high, kept);
  std::array<int32_t, 256> low = {};
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t rank = Rank(scores[i]);
    if (rank >> 8 == coarse.rank) ++low[rank & 255u];
  }
  const Threshold fine = WalkDown(low, kept - coarse.above);
  return {.rank = coarse.rank << 8 | fine.rank, .above = coarse.above + fine.above};
}

}  // namespace

void PickLargest(const float* scores, int64_t count, int64_t top_k, std::vector<uint64_t>* best,
                 int32_t* picks) {
  const int64_t kept = std::min(top_k, count);
  Threshold t;
  int64_t equal = kept;  // how many of the threshold's rank are kept: the first ones
  if (kept < count && kept > 0) {
    t = FindThreshold(scores, count, kept);
    equal = kept - t.above;
  }
  // The rank above the number's complement, so that falling words are what is wanted.
  best->clear();
  for (int64_t i = 0; i < count && kept > 0; ++i) {
    const uint32_t rank = Rank(scores[i]);
    if (kept < count && (rank < t.rank || (rank == t.rank && equal-- <= 0))) continue;
    best->push_back(uint64_t{rank} << 32 | (0xFFFFFFFFu - static_cast<uint32_t>(i)));
  }
  std::sort(best->begin(), best->end(), std::greater<>());
  for (int64_t i = 0; i < kept; ++i) {
    picks[i] = static_cast<int32_t>(0xFFFFFFFFu - static_cast<uint32_t>((*best)[size_t(i)]));
  }
  std::fill(picks + kept, picks + top_k, -1);
}

void ServingIndexer::Score(const Task& task, Scratch* scratch) {
  const Piece& piece = pieces_[task.piece];
  const ServingIndexerProblem& p = *piece.problem;
  const int64_t width = p.layout.width;
  const int64_t row_bytes = RowBytes<ServingNumerics>(p.layout);
  const auto floats = static_cast<size_t>(ScoreGroupFloats(width));
  if (scratch->keys.size() < floats) scratch->keys.resize(floats);
  float* group = scratch->keys.data();
  for (int64_t done = 0; done < task.entries; done += kScoreGroup) {
    const int64_t entry = task.first_entry + done;
    const int64_t count = std::min(kScoreGroup, task.entries - done);
    DecodeScoreGroup(p.entries + entry * row_bytes, row_bytes, count, width, group);
    for (int64_t i = 0; i < task.queries; ++i) {
      const int64_t query = task.first_query + i;
      const int64_t token = piece.first + query;
      if (entry >= VisibleEntries(p, token)) continue;
      ScoreGroup(group, p.q + token * p.heads * width, p.weights + token * p.heads, p.heads, width,
                 scores_.data() + piece.scores + query * piece.stride + entry);
    }
  }
}

void ServingIndexer::Pick(const Piece& piece, int64_t query, Scratch* scratch) const {
  const ServingIndexerProblem& p = *piece.problem;
  const int64_t token = piece.first + query;
  const int64_t visible = VisibleEntries(p, token);
  const float* scores = scores_.data() + piece.scores + query * piece.stride;
  PickLargest(scores, visible, p.top_k, &scratch->best, p.picks + token * p.top_k);
  if (p.scores == nullptr) return;
  float* out = p.scores + token * p.scores_cols;
  std::copy_n(scores, visible, out);
  std::fill(out + visible, out + p.scores_cols, -std::numeric_limits<float>::infinity());
}

void ServingIndexer::CutIntoTasks() {
  tasks_.clear();
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    for (int64_t query = 0; query < piece.count; query += kQueriesPerTask) {
      const int64_t queries = std::min(kQueriesPerTask, piece.count - query);
      const int64_t visible = VisibleEntries(*piece.problem, piece.first + query + queries - 1);
      for (int64_t entry = 0; entry < visible; entry += kEntriesPerTask) {
        tasks_.push_back({.piece = i,
                          .first_query = query,
                          .queries = queries,
                          .first_entry = entry,
                          .entries = std::min(kEntriesPerTask, visible - entry)});
      }
    }
  }
}

void ServingIndexer::RunPieces() {
  constexpr int64_t kMultiplyAdds = 1 << 19;  // some ten microseconds
  CutIntoTasks();
  const ServingIndexerProblem& any = *pieces_.front().problem;
  int64_t queries = 0;
  for (const Piece& piece : pieces_) queries += piece.count;
  // Decoding costs about as much as two heads.
  const int64_t per_task = kEntriesPerTask * any.layout.width *
                           (2 + any.heads * std::min(kQueriesPerTask, pieces_.front().count));
  const auto tasks = static_cast<int64_t>(tasks_.size());
  pool_.ParallelRanges(tasks, kMultiplyAdds / per_task + 1,
                       [&](int64_t begin, int64_t end, size_t worker) {
                         for (int64_t i = begin; i < end; ++i) {
                           Score(tasks_[static_cast<size_t>(i)], &scratch_[worker]);
                         }
                       });
  constexpr int64_t kQueriesWorthWaking = 16;
  pool_.ParallelRanges(queries, kQueriesWorthWaking,
                       [&](int64_t begin, int64_t end, size_t worker) {
                         int64_t before = 0;
                         for (const Piece& piece : pieces_) {
                           const int64_t last = std::min(end - before, piece.count);
                           for (int64_t i = std::max<int64_t>(0, begin - before); i < last; ++i) {
                             Pick(piece, i, &scratch_[worker]);
                           }
                           before += piece.count;
                         }
                       });
}

void ServingIndexer::Run(std::span<const ServingIndexerProblem> problems) {
  pieces_.clear();
  int64_t used = 0;
  const auto flush = [&] {
    if (pieces_.empty()) return;
    const auto needed = static_cast<size_t>(used);
    if (scores_.size() < needed) scores_.resize(needed);
    RunPieces();
    pieces_.clear();
    used = 0;
  };
  for (const ServingIndexerProblem& p : problems) {
    const int64_t visible = VisibleEntries(p, p.tokens - 1);
    const int64_t stride = (visible + kScoreGroup - 1) / kScoreGroup * kScoreGroup;
    const int64_t at_once = std::max<int64_t>(1, max_scores / std::max<int64_t>(1, stride));
    for (int64_t first = 0; first < p.tokens; first += at_once) {
      const int64_t count = std::min(at_once, p.tokens - first);
      if (used + count * stride > max_scores) flush();
      pieces_.push_back(
          {.problem = &p, .first = first, .count = count, .scores = used, .stride = stride});
      used += count * stride;
    }
  }
  flush();
}

}  // namespace nibble
