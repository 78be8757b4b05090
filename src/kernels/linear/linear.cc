#include "kernels/linear/linear.h"

#include <algorithm>

#include "formats/bf16.h"
#include "kernels/linear/linear_avx512.h"
#include "kernels/linear/linear_portable.h"
#include "kernels/linear/pack_pairs.h"

namespace nibble {
namespace {

// Half of a usual second-level cache: decoded tiles stay there while all rows pass.
constexpr size_t kScratchBytes = size_t{448} << 10;

constexpr LinearImplementation kImplementations[] = {
#if defined(__x86_64__)
    {"avx512_bf16",
     [](const LinearProblem&, const CpuFeatures& cpu) {
       return HasLinearAvx512() && cpu.avx512_bf16 && cpu.avx512_vbmi;
     },
     LinearAvx512},
#endif
    {"portable", [](const LinearProblem&, const CpuFeatures&) { return true; }, LinearPortable},
};

constexpr Form kForms[] = {Form::kBF16, Form::kFp8, Form::kMxfp4, Form::kNvfp4};

size_t FormIndex(Form form) {
  const auto it = std::find(std::begin(kForms), std::end(kForms), form);
  NIBBLE_CHECK(it != std::end(kForms), "not a packed form");
  return static_cast<size_t>(it - std::begin(kForms));
}

// Chunk of R rows to words [pair][R]; a few pairs of all rows at a time, so that what is written
// stays in the cache.
void PackChunk(const LinearJob& job, int64_t begin, int64_t end, uint32_t* out) {
  constexpr int64_t kPairsAtOnce = 64;
  const int64_t rows = end - begin;
  const int64_t pairs = job.w->padded_cols() / 2;
  const int64_t full = job.w->cols() / 2;
  for (int64_t first = 0; first < pairs; first += kPairsAtOnce) {
    const int64_t count = std::min(pairs - first, kPairsAtOnce);
    const int64_t inside = std::clamp<int64_t>(full - first, 0, count);
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t row = job.x_rows == nullptr ? begin + r : job.x_rows[begin + r];
      const float* x = job.x + row * job.x_stride;
      uint32_t words[kPairsAtOnce] = {};
      PackPairs(x + first * 2, inside, words);
      if (inside < count && job.w->cols() % 2 == 1 && first + inside == full) {
        words[inside] = Bf16FromF32(x[full * 2]);
      }
      for (int64_t p = 0; p < count; ++p) out[(first + p) * rows + r] = words[p];
    }
  }
}

int64_t WeightRows(const LinearJob& job) { return job.w_rows == 0 ? job.w->rows() : job.w_rows; }
int64_t FirstTile(const LinearJob& job) { return job.w_begin / PackedMatrix::kTileRows; }
int64_t TileCount(const LinearJob& job) {
  return (WeightRows(job) + PackedMatrix::kTileRows - 1) / PackedMatrix::kTileRows;
}

}  // namespace

std::span<const LinearImplementation> LinearImplementations() { return kImplementations; }

Result<LinearRunner> LinearRunner::Create(ThreadPool& pool, const CpuFeatures& cpu,
                                          std::string_view forced) {
  LinearRunner runner(pool);
  for (const Form form : kForms) {
    NIBBLE_ASSIGN(runner.by_form_[FormIndex(form)],
                  Choose(LinearImplementations(), LinearProblem{form}, cpu, forced));
  }
  runner.scratch_.resize(pool.size());
  return runner;
}

const LinearImplementation& LinearRunner::For(Form form) const {
  return *by_form_[FormIndex(form)];
}

bool LinearRunner::SharesActivations(const LinearJob& a, const LinearJob& b) const {
  return a.x == b.x && a.x_stride == b.x_stride && a.rows == b.rows && a.x_rows == b.x_rows &&
         a.w->cols() == b.w->cols();
}

void LinearRunner::PackActivations(std::span<const LinearJob> jobs) {
  struct Chunk {
    size_t job;
    int64_t begin, end;  // rows
  };
  std::vector<Chunk> chunks;
  size_t words = 0;
  x_of_job_.clear();
  for (size_t i = 0; i < jobs.size(); ++i) {
    // Experts multiply the same rows by w1 and w3.
    if (i > 0 && SharesActivations(jobs[i - 1], jobs[i])) {
      x_of_job_.push_back(x_of_job_.back());
      continue;
    }
    x_of_job_.push_back(words);
    words += static_cast<size_t>(jobs[i].rows * jobs[i].w->padded_cols() / 2);
    const LinearChunks cut{jobs[i].rows};
    for (int64_t c = 0; c < cut.count(); ++c) chunks.push_back({i, cut.begin(c), cut.begin(c + 1)});
  }
  if (packed_x_.size() < words) packed_x_.resize(words);
  const auto pack = [&](size_t task, size_t) {
    const Chunk& chunk = chunks[task];
    const LinearJob& job = jobs[chunk.job];
    PackChunk(job, chunk.begin, chunk.end,
              packed_x_.data() + x_of_job_[chunk.job] +
                  static_cast<size_t>(chunk.begin * job.w->padded_cols() / 2));
  };
  // A few rows are not worth waking the others.
  constexpr size_t kWordsWorthWaking = size_t{1} << 16;
  if (words >= kWordsWorthWaking) {
    pool_->ParallelFor(chunks.size(), pack);
  } else {
    for (size_t task = 0; task < chunks.size(); ++task) pack(task, 0);
  }
}

void LinearRunner::CutIntoPieces(std::span<const LinearJob> jobs) {
  constexpr int64_t kPiecesPerThread = 6;
  constexpr int64_t kMinBytes = 96 << 10;
  // Up to 4 rows reading is what takes time, beyond that multiplying.
  const auto cost = [](const LinearJob& job) {
    return job.rows == 0 ? 0 : job.w->tile_bytes() * std::max<int64_t>(4, job.rows) / 4;
  };
  int64_t total = 0;
  for (const LinearJob& job : jobs) total += cost(job) * TileCount(job);
  const auto threads = static_cast<int64_t>(pool_->size());
  const int64_t target = std::max(kMinBytes, total / (threads * kPiecesPerThread));
  pieces_.clear();
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].rows == 0) continue;
    NIBBLE_CHECK(jobs[i].w_begin % PackedMatrix::kTileRows == 0, "a range starts inside a tile");
    const int64_t first = FirstTile(jobs[i]);
    const int64_t tiles = TileCount(jobs[i]);
    const int64_t count =
        threads == 1 ? 1 : std::clamp<int64_t>(cost(jobs[i]) * tiles / target, 1, tiles);
    for (int64_t p = 0; p < count; ++p)
      pieces_.push_back({i, first + tiles * p / count, first + tiles * (p + 1) / count});
  }
}

void LinearRunner::Run(std::span<const LinearJob> jobs) {
  PackActivations(jobs);
  CutIntoPieces(jobs);
  size_t scratch_bytes = kScratchBytes;
  for (const LinearJob& job : jobs) {
    scratch_bytes =
        std::max(scratch_bytes, static_cast<size_t>(LinearStripBytes(job.w->padded_cols())));
  }
  pool_->ParallelFor(pieces_.size(), [&](size_t task, size_t worker) {
    const Piece& piece = pieces_[task];
    const LinearJob& job = jobs[piece.job];
    AlignedVector<std::byte>& scratch = scratch_[worker];
    if (scratch.size() < scratch_bytes) scratch.resize(scratch_bytes);
    For(job.w->form())
        .run({.w = job.w,
              .tile_begin = piece.tile_begin,
              .tile_end = piece.tile_end,
              .chunks = {job.rows},
              .x = packed_x_.data() + x_of_job_[piece.job],
              .y = job.y - job.w_begin,
              .y_stride = job.y_stride,
              .n = job.w_begin + WeightRows(job),
              .round_to_bf16 = job.round_to_bf16,
              .scratch = scratch});
  });
}

}  // namespace nibble
