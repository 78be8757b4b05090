// Attention in `serving` numerics with vector instructions: the mathematics of AttentionRef for any
// number of sequences at once. Stored rows are decoded once a call (or once for each query that
// lists fewer than there are), the heads of a query stand side by side in vector lanes.
//
// The order of additions is part of the contract, F32 throughout, F = one fused multiply-add:
//   logit(key, head) = (F over the dims, rising) * scale
//   p = exp(logit - max over all keys), not rounded
//   denominator = sums of p over the keys 0, 1, 2, 3 modulo 4, added as (0 + 1) + (2 + 3), then the
//                 sink's exp(sink - max)
//   out(head, dim) = bf((F over the keys in order) / denominator)
// Hence a result depends on the query and its keys alone: not on the step's other queries or
// sequences, not on the threads, and on every processor with FMA it has the same bits.
#pragma once

#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/aligned_vector.h"
#include "kernels/attention/attention.h"
#include "kernels/numerics_policy.h"

namespace nibble {

using ServingAttentionProblem = AttentionProblem<ServingNumerics>;

// Keeps its buffers between calls. One owner; one Run at a time.
class ServingAttention {
 public:
  explicit ServingAttention(ThreadPool& pool) : pool_(pool), scratch_(pool.size()) {}

  // Whether Run takes problems of this shape: rows of whole vectors.
  static bool Supports(const RowLayout& layout) { return layout.width % 16 == 0; }

  // All problems have the same heads, layout, window and ratio; each a sequence of its own.
  void Run(std::span<const ServingAttentionProblem> problems);

  // Rows of entries that are decoded at a time (in bytes of F32): what bounds the memory of a long
  // prefill. Smaller in tests.
  int64_t max_decoded_bytes = int64_t{64} << 20;

 private:
  // Queries of one problem that run together, and where their decoded rows lie.
  struct Piece {
    const ServingAttentionProblem* problem = nullptr;
    int64_t first = 0, count = 0;  // queries
    int64_t window_row = 0;        // in window_: the row of position `oldest`
    int64_t oldest = 0;            // the oldest stored position that a query of the problem sees
    int64_t entry_row = 0;         // in entries_
    int64_t entry_rows = 0;
    bool listed = false;  // entry rows are the queries' picks in order, not entries 0, 1, ...
  };
  struct Scratch {
    std::vector<const float*> keys;
    AlignedVector<float> floats;
  };

  void DecodeWindows(std::span<const ServingAttentionProblem> problems);
  void RunPieces();
  void DecodeEntries();
  void AttendQuery(const Piece& piece, int64_t token, int64_t first_head, int64_t heads,
                   Scratch* scratch) const;
  int64_t GatherKeys(const Piece& piece, int64_t token, std::vector<const float*>* keys) const;

  ThreadPool& pool_;
  std::vector<Scratch> scratch_;  // per worker
  std::vector<Piece> pieces_;     // of the group that runs
  std::vector<Piece> windows_;    // one a problem
  AlignedVector<float> window_;   // [rows, width]
  AlignedVector<float> entries_;
};

}  // namespace nibble
