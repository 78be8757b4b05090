#include "kernels/linear/linear.h"

#include <algorithm>
#include <cstring>

#include "kernels/linear/linear_avx512.h"
#include "kernels/linear/linear_portable.h"

namespace nibble {
namespace {

// Half of a usual second-level cache: decoded tiles stay there while all rows pass.
constexpr size_t kScratchBytes = size_t{448} << 10;

constexpr LinearImplementation kImplementations[] = {
#if defined(__x86_64__)
    {"avx512_bf16",
     [](const LinearProblem&, const CpuFeatures& cpu) {
       return cpu.avx512_bf16 && cpu.avx512_vbmi;
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

// Chunk of R rows to words [pair][R].
void PackChunk(const LinearJob& job, int64_t begin, int64_t end, uint32_t* out) {
  const int64_t rows = end - begin;
  const int64_t pairs = job.w->padded_cols() / 2;
  for (int64_t r = 0; r < rows; ++r) {
    const uint16_t* x = job.x + (begin + r) * job.x_stride;
    for (int64_t p = 0; p < job.w->cols() / 2; ++p) std::memcpy(out + p * rows + r, x + p * 2, 4);
    for (int64_t p = job.w->cols() / 2; p < pairs; ++p) out[p * rows + r] = 0;
    if (job.w->cols() % 2 != 0) out[job.w->cols() / 2 * rows + r] = x[job.w->cols() - 1];
  }
}

// One row whose length needs no padding is already in the kernels' order.
bool NeedsPacking(const LinearJob& job) {
  return job.rows > 1 || job.w->cols() != job.w->padded_cols() ||
         reinterpret_cast<uintptr_t>(job.x) % alignof(uint32_t) != 0;
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

void LinearRunner::PackActivations(std::span<const LinearJob> jobs) {
  size_t words = 0;
  for (const LinearJob& job : jobs) {
    if (NeedsPacking(job)) words += static_cast<size_t>(job.rows * job.w->padded_cols() / 2);
  }
  if (packed_x_.size() < words) packed_x_.resize(words);
  x_of_job_.clear();
  std::vector<std::pair<size_t, int64_t>> chunks;  // (job, chunk)
  words = 0;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const LinearJob& job = jobs[i];
    if (!NeedsPacking(job)) {
      x_of_job_.push_back(reinterpret_cast<const uint32_t*>(job.x));
      continue;
    }
    x_of_job_.push_back(packed_x_.data() + words);
    words += static_cast<size_t>(job.rows * job.w->padded_cols() / 2);
    for (int64_t c = 0; c < LinearChunks{job.rows}.count(); ++c) chunks.emplace_back(i, c);
  }
  const auto pack = [&](size_t task, size_t) {
    const LinearJob& job = jobs[chunks[task].first];
    const LinearChunks cut{job.rows};
    const int64_t begin = cut.begin(chunks[task].second);
    PackChunk(job, begin, cut.begin(chunks[task].second + 1),
              packed_x_.data() + (x_of_job_[chunks[task].first] - packed_x_.data()) +
                  begin * job.w->padded_cols() / 2);
  };
  // A few rows are not worth waking the others.
  if (chunks.size() >= 8) {
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
  for (const LinearJob& job : jobs) total += cost(job) * job.w->tiles();
  const auto threads = static_cast<int64_t>(pool_->size());
  const int64_t target = std::max(kMinBytes, total / (threads * kPiecesPerThread));
  pieces_.clear();
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].rows == 0) continue;
    const int64_t tiles = jobs[i].w->tiles();
    const int64_t count =
        threads == 1 ? 1 : std::clamp<int64_t>(cost(jobs[i]) * tiles / target, 1, tiles);
    for (int64_t p = 0; p < count; ++p)
      pieces_.push_back({i, tiles * p / count, tiles * (p + 1) / count});
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
        .run({job.w, piece.tile_begin, piece.tile_end, LinearChunks{job.rows}, x_of_job_[piece.job],
              job.y, job.y_stride, scratch});
  });
}

}  // namespace nibble
