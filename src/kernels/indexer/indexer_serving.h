// The indexer in `serving` numerics with vector instructions: IndexerRef for any number of
// sequences at once. Entries stand in vector lanes, decoded once for some dozens of queries.
//
// One product q_h . k_j, with F a fused multiply-add in F32: for each block of 32 dims, partial = F
// over its dims, rising; sum = F(partial, scale of the block, sum). All terms are small integers
// times powers of two, so unless the scales of one row lie far apart no sum rounds at all, and the
// scores are those of the reference whatever its order. A pick depends on its query and the entries
// alone, and is the same on every processor with FMA.
#pragma once

#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/aligned_vector.h"
#include "kernels/indexer/indexer.h"
#include "kernels/numerics_policy.h"

namespace nibble {

using ServingIndexerProblem = IndexerProblem<ServingNumerics>;

// Keeps its buffers between calls. One owner; one Run at a time.
class ServingIndexer {
 public:
  explicit ServingIndexer(ThreadPool& pool) : pool_(pool), scratch_(pool.size()) {}

  static bool Supports(const RowLayout& layout) { return layout.width % 32 == 0; }

  // All problems have the same heads, layout, ratio and top_k; each a sequence of its own.
  void Run(std::span<const ServingIndexerProblem> problems);

  // Scores that are held at a time: what bounds the memory of a long prefill. Smaller in tests.
  int64_t max_scores = int64_t{1} << 22;

 private:
  // Queries of one problem whose scores are held together, [count, stride] from `scores` on.
  struct Piece {
    const ServingIndexerProblem* problem = nullptr;
    int64_t first = 0, count = 0;
    int64_t scores = 0, stride = 0;
  };
  // Some of a piece's queries against some entries.
  struct Task {
    size_t piece = 0;
    int64_t first_query = 0, queries = 0;  // relative to the piece
    int64_t first_entry = 0, entries = 0;
  };
  struct Scratch {
    AlignedVector<float> keys;
    std::vector<uint64_t> best;
  };

  void RunPieces();
  void CutIntoTasks();
  void Score(const Task& task, Scratch* scratch);
  void Pick(const Piece& piece, int64_t query, Scratch* scratch) const;

  ThreadPool& pool_;
  std::vector<Scratch> scratch_;  // per worker
  std::vector<Piece> pieces_;
  std::vector<Task> tasks_;
  AlignedVector<float> scores_;
};

// The `top_k` largest of `count` BF16 scores, equal ones by rising number: falling scores, then -1.
// `best` is scratch.
void PickLargest(const float* scores, int64_t count, int64_t top_k, std::vector<uint64_t>* best,
                 int32_t* picks);

}  // namespace nibble
