#include "kernels/linear/packed_matrix.h"

#include <algorithm>
#include <cstring>

#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/fp8_block.h"

namespace nibble {
namespace {

constexpr int64_t kTile = PackedMatrix::kTileRows;
constexpr int64_t kGroup = PackedMatrix::kGroupCols;

// Columns that one block scale covers; what K must be a multiple of.
int64_t BlockCols(Form form) {
  if (form == Form::kNvfp4) return 16;
  if (form == Form::kMxfp4) return 32;
  return 1;
}

// `n` columns of up to 16 rows from (row, col); columns and rows beyond the matrix stay zero.
struct Window {
  const EncodedMatrix& m;
  int64_t row, col;
  int64_t rows() const { return std::min(kTile, m.rows - row); }
  int64_t cols() const { return std::min(kGroup, m.cols - col); }
};

void PackBf16Group(const Window& w, std::byte* out) {
  for (int64_t r = 0; r < w.rows(); ++r) {
    const uint8_t* in = w.m.data + ((w.row + r) * w.m.cols + w.col) * 2;
    for (int64_t c = 0; c < w.cols(); ++c)
      std::memcpy(out + (c / 2) * 64 + r * 4 + (c % 2) * 2, in + c * 2, 2);
  }
}

void PackFp8Group(const Window& w, std::byte* out) {
  for (int64_t r = 0; r < w.rows(); ++r) {
    const uint8_t* in = w.m.data + (w.row + r) * w.m.cols + w.col;
    std::byte* lane = out + (r / 4) * 16 + (r % 4) * 2;
    for (int64_t c = 0; c < w.cols(); ++c)
      lane[(c / 4) * 64 + (c % 4 / 2) * 8 + c % 2] = std::byte{in[c]};
  }
}

// Nibbles 0, 2, 4, 6 of `v` to nibbles 0..3.
uint32_t EvenNibbles(uint32_t v) {
  v &= 0x0F0F0F0Fu;
  v = (v | (v >> 4)) & 0x00FF00FFu;
  return (v | (v >> 8)) & 0xFFFFu;
}

// `flip`: one word per lane and 16-block, all sign bits of the block or 0.
void PackCodes(const Window& w, const uint32_t (*flip)[kTile], std::byte* out) {
  for (int64_t r = 0; r < w.rows(); ++r) {
    const uint8_t* in = w.m.data + ((w.row + r) * w.m.cols + w.col) / 2;
    for (int64_t c = 0; c < w.cols(); c += 8) {
      uint32_t v = 0;
      std::memcpy(&v, in + c / 2, 4);
      v ^= flip[c / 16][r];
      const uint32_t packed = EvenNibbles(v) | (EvenNibbles(v >> 4) << 16);
      std::memcpy(out + c / 8 * 64 + r * 4, &packed, 4);
    }
  }
}

Error BadScale(const EncodedMatrix& m, int64_t row, int64_t block) {
  return InvalidInput("the {} block scale of row {}, block {} is NaN; the checkpoint is damaged",
                      NameOf(m.form), row, block);
}

// A negative NVFP4 scale moves its sign into the codes: the kernels take scales as magnitudes.
Status PackFp4Group(const Window& w, std::byte* out) {
  const int64_t block = BlockCols(w.m.form);
  uint32_t flip[kGroup / 16][kTile] = {};
  for (int64_t r = 0; r < w.rows(); ++r) {
    const uint8_t* in = w.m.scales + ((w.row + r) * w.m.cols + w.col) / block;
    for (int64_t b = 0; b < w.cols() / block; ++b) {
      uint8_t scale = in[b];
      if (w.m.form == Form::kMxfp4 ? scale == kE8m0Nan : IsE4m3Nan(scale))
        return BadScale(w.m, w.row + r, w.col / block + b);
      if (w.m.form == Form::kNvfp4 && (scale & 0x80u) != 0) {
        scale &= 0x7Fu;
        flip[b][r] = 0x88888888u;
      }
      out[b * kTile + r] = std::byte{scale};
    }
  }
  PackCodes(w, flip, out + kGroup / block * kTile);
  return {};
}

Status PackGroup(const Window& w, std::byte* out) {
  if (w.m.form == Form::kBF16) {
    PackBf16Group(w, out);
  } else if (w.m.form == Form::kFp8) {
    PackFp8Group(w, out);
  } else {
    return PackFp4Group(w, out);
  }
  return {};
}

Status PackTile(const EncodedMatrix& m, int64_t row, std::byte* out) {
  for (int64_t col = 0; col < m.cols; col += kGroup, out += PackedMatrix::GroupBytes(m.form)) {
    NIBBLE_TRY(PackGroup({m, row, col}, out));
  }
  return {};
}

Result<std::vector<float>> Fp8Scales(const EncodedMatrix& m) {
  std::vector<float> scales(static_cast<size_t>(Fp8Blocks(m.rows) * Fp8Blocks(m.cols)));
  for (size_t i = 0; i < scales.size(); ++i) {
    if (m.f32_scales) {
      std::memcpy(&scales[i], m.scales + i * sizeof(float), sizeof(float));
    } else {
      scales[i] = E8m0ToF32(m.scales[i]);
    }
    const auto index = static_cast<int64_t>(i);
    if (scales[i] != scales[i])
      return BadScale(m, index / Fp8Blocks(m.cols) * kFp8Block, index % Fp8Blocks(m.cols));
  }
  return scales;
}

}  // namespace

Result<PackedMatrix> PackedMatrix::Build(const EncodedMatrix& m, HugePageArena& arena,
                                         ThreadPool* pool) {
  if (GroupBytes(m.form) == 0)
    return Unsupported("a matrix stored as {} cannot be packed for serving", NameOf(m.form));
  if (m.rows <= 0 || m.cols <= 0 || m.cols % BlockCols(m.form) != 0)
    return InvalidInput("a {} matrix of [{}, {}] cannot be packed: columns come in blocks of {}",
                        NameOf(m.form), m.rows, m.cols, BlockCols(m.form));
  PackedMatrix packed;
  packed.form_ = m.form;
  packed.rows_ = m.rows;
  packed.cols_ = m.cols;
  packed.groups_ = (m.cols + kGroup - 1) / kGroup;
  if (m.form == Form::kNvfp4) packed.tensor_scale_ = m.tensor_scale;
  if (m.form == Form::kFp8) {
    NIBBLE_ASSIGN(packed.fp8_scales_, Fp8Scales(m));
  }
  NIBBLE_ASSIGN(const std::shared_ptr<std::byte> memory,
                arena.Allocate(static_cast<size_t>(packed.tiles() * packed.tile_bytes())));
  packed.data_ = memory;
  std::vector<Status> results(static_cast<size_t>(packed.tiles()));
  const auto pack = [&](int64_t begin, int64_t end, size_t) {
    for (int64_t tile = begin; tile < end; ++tile) {
      std::byte* out = memory.get() + tile * packed.tile_bytes();
      results[static_cast<size_t>(tile)] = PackTile(m, tile * kTile, out);
    }
  };
  if (pool == nullptr) {
    pack(0, packed.tiles(), 0);
  } else {
    constexpr int64_t kBytes = 1 << 15;  // some ten microseconds
    pool->ParallelRanges(packed.tiles(), kBytes / packed.tile_bytes() + 1, pack);
  }
  for (const Status& result : results) NIBBLE_TRY(result);
  return packed;
}

}  // namespace nibble
