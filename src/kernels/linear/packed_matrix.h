// A weight matrix re-tiled for matrix products on the CPU, at no extra bytes. Built once at load.
//
// A tile is 16 rows, so that a 32-bit lane of a 512-bit register is a row. Along K a tile is a
// sequence of groups of 128 columns; K is padded with zeros to whole groups, N with zero rows to
// whole tiles. One group is (lane = row in the tile, little-endian words):
//   BF16   64 x [16 lanes][2 words]: pair p holds columns 2p, 2p+1.                      4096 bytes
//   FP8    32 x 64 bytes: 4 columns c..c+3; byte 16L + w and 16L + 8 + w belong to lane 4L + w/2
//   and
//          columns c + w%2 and c + 2 + w%2, so that interleaving with their exponents gives the
//          words of two BF16 pairs.                                                      2048 bytes
//   MXFP4  4 x 16 scale bytes (E8M0), then codes as NVFP4.                               1088 bytes
//   NVFP4  8 x 16 scale bytes (E4M3), then 16 x [16 lanes][2 words]: nibble n of word w of a lane
//          is column 2n + w of the 8.                                                    1152 bytes
// FP8 block scales become F32 (one per 128 x 128 weights).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/thread_pool.h"
#include "formats/form.h"
#include "kernels/huge_page_arena.h"

namespace nibble {

class PackedMatrix {
 public:
  static constexpr int64_t kTileRows = 16;
  static constexpr int64_t kGroupCols = 128;

  PackedMatrix() = default;
  // Copies `m` to memory of `arena`. Errors: a form other than the four, a block scale that is NaN,
  // K that is not a multiple of the form's block. Copies of a PackedMatrix share the memory.
  // The tiles share the threads of `pool`, if there is one.
  static Result<PackedMatrix> Build(const EncodedMatrix& m, HugePageArena& arena,
                                    ThreadPool* pool = nullptr);

  Form form() const { return form_; }
  int64_t rows() const { return rows_; }
  int64_t cols() const { return cols_; }
  int64_t padded_cols() const { return groups_ * kGroupCols; }
  int64_t groups() const { return groups_; }
  int64_t tiles() const { return (rows_ + kTileRows - 1) / kTileRows; }
  int64_t tile_bytes() const { return groups_ * GroupBytes(form_); }
  // What a product reads.
  int64_t bytes() const {
    return tiles() * tile_bytes() + static_cast<int64_t>(fp8_scales_.size() * sizeof(float));
  }
  const std::byte* tile(int64_t index) const { return data_.get() + index * tile_bytes(); }
  // FP8: the scale of each group of the tile, [groups]; null for the other forms.
  const float* fp8_scales(int64_t tile_index) const {
    return fp8_scales_.empty() ? nullptr
                               : fp8_scales_.data() + tile_index / (128 / kTileRows) * groups_;
  }
  float tensor_scale() const { return tensor_scale_; }

  // 0 for forms that are not packed.
  static constexpr int64_t GroupBytes(Form form) {
    constexpr int64_t kElements = kTileRows * kGroupCols;
    switch (form) {
      case Form::kBF16:
        return kElements * 2;
      case Form::kFp8:
        return kElements;
      case Form::kMxfp4:
        return kElements / 2 + kElements / 32;
      case Form::kNvfp4:
        return kElements / 2 + kElements / 16;
      default:
        return 0;
    }
  }

 private:
  Form form_ = Form::kBF16;
  int64_t rows_ = 0;
  int64_t cols_ = 0;
  int64_t groups_ = 0;
  float tensor_scale_ = 1.0f;
  std::shared_ptr<const std::byte> data_;
  std::vector<float> fp8_scales_;
};

}  // namespace nibble
