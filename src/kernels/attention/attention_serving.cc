#include "kernels/attention/attention_serving.h"

#include <algorithm>

#include "kernels/attention/attend_heads.h"
#include "kernels/kv_row/packed_row.h"

namespace nibble {
namespace {

// Buffers only grow.
float* Room(AlignedVector<float>* buffer, int64_t count) {
  if (buffer->size() < static_cast<size_t>(count)) buffer->resize(static_cast<size_t>(count));
  return buffer->data();
}

int64_t VisibleEntries(const ServingAttentionProblem& p, int64_t token) {
  return p.ratio == 0 ? 0 : (p.first_position + token + 1) / p.ratio;
}

// Rows that take some ten microseconds to decode.
constexpr int64_t kRowFloats = 1 << 16;

}  // namespace

// Decodes the stored window rows that the problems' queries see: the positions before the first.
void ServingAttention::DecodeWindows(std::span<const ServingAttentionProblem> problems) {
  windows_.clear();
  int64_t rows = 0;
  for (const ServingAttentionProblem& p : problems) {
    const int64_t oldest = std::max<int64_t>(0, p.first_position - p.window + 1);
    Piece window;
    window.problem = &p;
    window.window_row = rows;
    window.oldest = oldest;
    windows_.push_back(window);
    rows += p.first_position - oldest;
  }
  const RowLayout& layout = problems.front().layout;
  const int64_t width = layout.width;
  const int64_t row_bytes = RowBytes<ServingNumerics>(layout);
  float* out = Room(&window_, rows * width);
  pool_.ParallelRanges(rows, kRowFloats / width, [&](int64_t begin, int64_t end, size_t) {
    for (const Piece& w : windows_) {
      const ServingAttentionProblem& p = *w.problem;
      const int64_t count = p.first_position - w.oldest;
      const int64_t last = std::min(end - w.window_row, count);
      for (int64_t i = std::max<int64_t>(0, begin - w.window_row); i < last; ++i) {
        DecodePackedRow(layout, p.ring + (w.oldest + i) % p.window * row_bytes,
                        out + (w.window_row + i) * width);
      }
    }
  });
}

void ServingAttention::DecodeEntries() {
  const RowLayout& layout = pieces_.front().problem->layout;
  const int64_t width = layout.width;
  const int64_t row_bytes = RowBytes<ServingNumerics>(layout);
  const int64_t rows = pieces_.back().entry_row + pieces_.back().entry_rows;
  float* out = Room(&entries_, rows * width);
  pool_.ParallelRanges(rows, kRowFloats / width, [&](int64_t begin, int64_t end, size_t) {
    for (const Piece& piece : pieces_) {
      const ServingAttentionProblem& p = *piece.problem;
      const int32_t* picks = piece.listed ? p.picks + piece.first * p.picks_per_token : nullptr;
      const int64_t last = std::min(end - piece.entry_row, piece.entry_rows);
      for (int64_t i = std::max<int64_t>(0, begin - piece.entry_row); i < last; ++i) {
        const int64_t j = picks == nullptr ? i : picks[i];
        if (j < 0) continue;
        DecodePackedRow(layout, p.entries + j * row_bytes, out + (piece.entry_row + i) * width);
      }
    }
  });
}

// The rows that query `token` sees, in order; returns how many. The list is padded to whole groups.
int64_t ServingAttention::GatherKeys(const Piece& piece, int64_t token,
                                     std::vector<const float*>* keys) const {
  const ServingAttentionProblem& p = *piece.problem;
  const int64_t width = p.layout.width;
  const int64_t position = p.first_position + token;
  keys->clear();
  for (int64_t t = std::max<int64_t>(0, position - p.window + 1); t <= position; ++t) {
    keys->push_back(t < p.first_position
                        ? window_.data() + (piece.window_row + t - piece.oldest) * width
                        : p.fresh + (t - p.first_position) * width);
  }
  const float* entries = entries_.data() + piece.entry_row * width;
  const int64_t listed = p.picks == nullptr ? VisibleEntries(p, token) : p.picks_per_token;
  for (int64_t i = 0; i < listed; ++i) {
    const int64_t j = p.picks == nullptr ? i : p.picks[token * p.picks_per_token + i];
    if (j < 0) continue;
    const int64_t row = piece.listed ? (token - piece.first) * p.picks_per_token + i : j;
    keys->push_back(entries + row * width);
  }
  const auto count = static_cast<int64_t>(keys->size());
  while (static_cast<int64_t>(keys->size()) % kAttendKeyGroup != 0) keys->push_back(keys->front());
  return count;
}

void ServingAttention::AttendQuery(const Piece& piece, int64_t token, int64_t first_head,
                                   int64_t heads, Scratch* scratch) const {
  const ServingAttentionProblem& p = *piece.problem;
  const int64_t width = p.layout.width;
  const int64_t count = GatherKeys(piece, token, &scratch->keys);
  const int64_t row = (token * p.heads + first_head) * width;
  AttendHeads({.q = p.q + row,
               .keys = scratch->keys.data(),
               .key_count = count,
               .heads = heads,
               .width = width,
               .sink = p.sink + first_head,
               .scratch = Room(&scratch->floats, AttendScratchFloats(count, width)),
               .out = p.out + row});
}

// Items of work are queries, or parts of the heads of one where there are too few queries.
void ServingAttention::RunPieces() {
  constexpr int64_t kHeadsPerPart = 32;
  constexpr int64_t kMultiplyAdds = 1 << 20;  // some ten microseconds
  const ServingAttentionProblem& any = *pieces_.front().problem;
  int64_t queries = 0, keys = 1;
  for (const Piece& piece : pieces_) {
    queries += piece.count;
    keys = std::max(keys,
                    any.window + (any.picks != nullptr ? any.picks_per_token : piece.entry_rows));
  }
  const int64_t parts = queries >= 2 * static_cast<int64_t>(pool_.size())
                            ? 1
                            : (any.heads + kHeadsPerPart - 1) / kHeadsPerPart;
  const int64_t heads = parts == 1 ? any.heads : kHeadsPerPart;
  const int64_t grain = kMultiplyAdds / (2 * keys * heads * any.layout.width) + 1;
  pool_.ParallelRanges(queries * parts, grain, [&](int64_t begin, int64_t end, size_t worker) {
    int64_t before = 0;  // items of the pieces before
    for (const Piece& piece : pieces_) {
      const int64_t last = std::min(end - before, piece.count * parts);
      for (int64_t i = std::max<int64_t>(0, begin - before); i < last; ++i) {
        const int64_t first_head = i % parts * heads;
        AttendQuery(piece, piece.first + i / parts, first_head,
                    std::min(heads, any.heads - first_head), &scratch_[worker]);
      }
      before += piece.count * parts;
    }
  });
}

void ServingAttention::Run(std::span<const ServingAttentionProblem> problems) {
  if (problems.empty()) return;
  DecodeWindows(problems);
  const int64_t width = problems.front().layout.width;
  const int64_t most_rows = max_decoded_bytes / (width * static_cast<int64_t>(sizeof(float)));
  pieces_.clear();
  int64_t rows = 0;
  const auto flush = [&] {
    if (pieces_.empty()) return;
    DecodeEntries();
    RunPieces();
    pieces_.clear();
    rows = 0;
  };
  for (size_t i = 0; i < problems.size(); ++i) {
    const ServingAttentionProblem& p = problems[i];
    const int64_t visible = VisibleEntries(p, p.tokens - 1);
    const bool listed = p.picks != nullptr && p.tokens * p.picks_per_token < visible;
    // A piece lists as many queries as fit, or all of them share the visible entries.
    const int64_t at_once = listed ? std::max<int64_t>(1, most_rows / p.picks_per_token) : p.tokens;
    for (int64_t first = 0; first < p.tokens; first += at_once) {
      Piece piece = windows_[i];
      piece.first = first;
      piece.count = std::min(at_once, p.tokens - first);
      piece.listed = listed;
      piece.entry_rows = listed ? piece.count * p.picks_per_token : visible;
      if (rows + piece.entry_rows > most_rows) flush();
      piece.entry_row = rows;
      rows += piece.entry_rows;
      pieces_.push_back(piece);
    }
  }
  flush();
}

}  // namespace nibble
