// y[T, N] = x[T, K] * W[N, K]^T in `serving` numerics: activations BF16, weights as stored (BF16,
// FP8, MXFP4 or NVFP4), sums F32.
//
// The order of additions is part of the contract: one output is
//   acc = 0
//   for each block of 16 columns (FP4) or 32 columns (FP8, BF16), in order:
//     partial = 0
//     for each pair of columns (2p, 2p+1): partial = fma(w0, x0, fma(w1, x1, partial))
//     acc = fma(partial, block scale, acc)            (BF16: block scale 1)
//   y = acc * tensor scale                            (NVFP4; 1 otherwise)
// with w the element without its scales (exact in BF16). Every step rounds to F32; a product or sum
// in the inner fma that is subnormal, and a subnormal BF16 input, count as 0 where the machine's
// VDPBF16PS does it. Hence an output depends on its row of x and its row of W alone: not on T, not
// on the number of threads, not on how the work is cut. MXFP4 gives the bits of its lossless NVFP4
// cast, as all scales differ by one power of two.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kernels/aligned_vector.h"
#include "kernels/dispatch.h"
#include "kernels/linear/packed_matrix.h"

namespace nibble {

// One product. Jobs of one Run are independent of each other and share the threads, so that many
// small ones (the experts of a token) keep all of them busy.
struct LinearJob {
  const PackedMatrix* w = nullptr;
  const float* x = nullptr;  // [rows, K], row stride x_stride; rounded to BF16 on the way in
  int64_t x_stride = 0;
  int64_t rows = 0;    // T; 0 is allowed
  float* y = nullptr;  // [rows, N], row stride y_stride
  int64_t y_stride = 0;
  const int32_t* x_rows = nullptr;  // [rows] optional: row r of the product is row x_rows[r] of x
  // Optional: only rows [w_begin, w_begin + w_rows) of W, N = w_rows; w_begin is a multiple of 16.
  int64_t w_begin = 0;
  int64_t w_rows = 0;          // 0: all
  bool round_to_bf16 = false;  // of y
};

// Activations of one product as the kernels take them: chunks of at most 12 rows, in a chunk of R
// rows pair p of row r at word p * R + r; the columns beyond K are zero.
inline constexpr int64_t kLinearMaxChunk = 12;
struct LinearChunks {
  int64_t rows = 0;
  int64_t count() const { return (rows + kLinearMaxChunk - 1) / kLinearMaxChunk; }
  // Rows are spread evenly: 50 rows are 5 chunks of 10.
  int64_t begin(int64_t chunk) const { return rows * chunk / count(); }
};

// Bytes of one decoded tile: BF16 words and an F32 scale for each block of 16 columns and lane.
constexpr int64_t LinearStripBytes(int64_t padded_cols) {
  return padded_cols * PackedMatrix::kTileRows * 2 + padded_cols / 16 * PackedMatrix::kTileRows * 4;
}

// A range of tiles of one product for one thread.
struct LinearTask {
  const PackedMatrix* w = nullptr;
  int64_t tile_begin = 0;
  int64_t tile_end = 0;
  LinearChunks chunks;
  const uint32_t* x = nullptr;  // packed
  float* y = nullptr;           // [rows, tile_end * 16) as if all of W were applied
  int64_t y_stride = 0;
  int64_t n = 0;  // columns of y from there on are not written
  bool round_to_bf16 = false;
  std::span<std::byte> scratch;  // this thread's, 64-byte aligned, at least one strip
};

struct LinearProblem {
  Form form = Form::kBF16;
};
using LinearImplementation = Implementation<LinearProblem, void (*)(const LinearTask&)>;
// Best first. The last one runs everywhere.
std::span<const LinearImplementation> LinearImplementations();

// Runs products with scratch memory of its own. One owner; one Run at a time.
class LinearRunner {
 public:
  // `forced` names an implementation for all forms; empty: the best for each.
  static Result<LinearRunner> Create(ThreadPool& pool, const CpuFeatures& cpu,
                                     std::string_view forced = "");
  void Run(std::span<const LinearJob> jobs);
  void Run(const LinearJob& job) { Run({&job, 1}); }
  std::string_view ImplementationName(Form form) const { return For(form).name; }
  ThreadPool& pool() const { return *pool_; }

 private:
  struct Piece {  // a part of a job for one thread
    size_t job;
    int64_t tile_begin, tile_end;
  };
  explicit LinearRunner(ThreadPool& pool) : pool_(&pool) {}
  const LinearImplementation& For(Form form) const;
  void PackActivations(std::span<const LinearJob> jobs);
  bool SharesActivations(const LinearJob& a, const LinearJob& b) const;
  void CutIntoPieces(std::span<const LinearJob> jobs);

  ThreadPool* pool_;
  std::array<const LinearImplementation*, 4> by_form_ = {};
  AlignedVector<uint32_t> packed_x_;
  std::vector<size_t> x_of_job_;  // where in packed_x_
  std::vector<Piece> pieces_;
  std::vector<AlignedVector<std::byte>> scratch_;  // per worker
};

// The oracle: the same additions, scalar, straight from the stored form. One row of x.
void LinearRef(const EncodedMatrix& w, const float* x, float* y);

}  // namespace nibble
