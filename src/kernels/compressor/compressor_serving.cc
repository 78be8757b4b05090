#include "kernels/compressor/compressor_serving.h"

#include <algorithm>

#include "kernels/compressor/pool_rows.h"
#include "kernels/kv_row/packed_row.h"
#include "kernels/norm/norm_serving.h"

namespace nibble {
namespace {

int64_t FirstEntry(const ServingCompressorProblem& p) { return p.first_position / p.shape.ratio; }
int64_t EntryCount(const ServingCompressorProblem& p) {
  return (p.first_position + p.tokens) / p.shape.ratio - FirstEntry(p);
}
// The state row of the current block's first position.
int64_t CurrentRow(const ServingCompressorProblem& p) {
  return p.shape.overlap ? p.shape.ratio : 0;
}

}  // namespace

void ServingCompressor::MakeEntry(const ServingCompressorProblem& p, int64_t j, Scratch* scratch) {
  const int64_t channels = p.shape.channels();
  const int64_t ratio = p.shape.ratio;
  const int64_t first = FirstEntry(p);
  Scratch& s = *scratch;
  s.values.clear();
  s.scores.clear();
  s.apes.clear();
  const auto add = [&](int64_t block, int64_t in_block, int64_t channel) {
    const int64_t token = block * ratio + in_block - p.first_position;
    if (token >= 0) {
      s.values.push_back(p.values + token * channels + channel);
      s.scores.push_back(p.scores + token * channels + channel);
      s.apes.push_back(p.ape + in_block * channels + channel);
      return;
    }
    // The block in progress when the call began, or the one before it.
    const int64_t row = (block == first ? CurrentRow(p) : 0) + in_block;
    s.values.push_back(p.state_values + row * channels + channel);
    s.scores.push_back(p.state_scores + row * channels + channel);
    s.apes.push_back(nullptr);
  };
  if (p.shape.overlap) {
    for (int64_t i = 0; i < ratio; ++i) add(j - 1, i, 0);
  }
  for (int64_t i = 0; i < ratio; ++i) add(j, i, channels - p.shape.width);
  s.entry.resize(static_cast<size_t>(p.shape.width));
  float* entry = s.entry.data();
  PoolRows({.values = s.values.data(),
            .scores = s.scores.data(),
            .apes = s.apes.data(),
            .rows = static_cast<int64_t>(s.values.size()),
            .width = p.shape.width,
            .out = entry});
  RmsNormRow(entry, p.norm_weight, p.shape.width, p.norm_eps, entry);
  const int64_t position = j * ratio;
  const auto pairs = static_cast<int64_t>(p.rope_frequencies->size());
  s.angles.Prepare(*p.rope_frequencies, {&position, 1});
  RotateHead(s.angles.row(0), pairs, /*inverse=*/false, entry + p.shape.width - 2 * pairs);
  FinishPackedRow(p.layout, entry);
  EncodeRow<ServingNumerics>(p.layout, entry, p.entries + j * RowBytes<ServingNumerics>(p.layout));
}

// The rows that later entries need: of the last whole block (with overlap) and of the one begun.
void ServingCompressor::UpdateState(const ServingCompressorProblem& p) {
  const int64_t channels = p.shape.channels();
  const int64_t ratio = p.shape.ratio;
  const int64_t current = CurrentRow(p);
  const int64_t end = p.first_position + p.tokens;
  const int64_t open = end / ratio;  // the block that comes next or is in progress
  const bool overlap = p.shape.overlap;
  if (overlap && EntryCount(p) == 1) {
    // The last whole block began before the call.
    const int64_t count = p.first_position % ratio * channels;
    std::copy_n(p.state_values + current * channels, count, p.state_values);
    std::copy_n(p.state_scores + current * channels, count, p.state_scores);
  }
  const bool moved = overlap && EntryCount(p) > 0;
  const int64_t from = std::max(p.first_position, (moved ? open - 1 : open) * ratio);
  for (int64_t position = from; position < end; ++position) {
    const int64_t token = position - p.first_position;
    const int64_t in_block = position % ratio;
    const int64_t row = (position / ratio == open ? current : 0) + in_block;
    std::copy_n(p.values + token * channels, channels, p.state_values + row * channels);
    AddApe(p.scores + token * channels, p.ape + in_block * channels, channels,
           p.state_scores + row * channels);
  }
}

void ServingCompressor::Run(std::span<const ServingCompressorProblem> problems) {
  if (problems.empty()) return;
  constexpr int64_t kValues = 1 << 13;  // some ten microseconds
  int64_t entries = 0;
  for (const ServingCompressorProblem& p : problems) entries += EntryCount(p);
  const CompressorShape& shape = problems.front().shape;
  const int64_t grain = kValues / (shape.state_rows() * shape.width) + 1;
  pool_.ParallelRanges(entries, grain, [&](int64_t begin, int64_t end, size_t worker) {
    int64_t before = 0;  // entries of the problems before
    for (const ServingCompressorProblem& p : problems) {
      const int64_t count = EntryCount(p);
      const int64_t last = std::min(end - before, count);
      for (int64_t i = std::max<int64_t>(0, begin - before); i < last; ++i) {
        MakeEntry(p, FirstEntry(p) + i, &scratch_[worker]);
      }
      before += count;
    }
  });
  for (const ServingCompressorProblem& p : problems) UpdateState(p);
}

}  // namespace nibble
