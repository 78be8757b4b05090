#include "kernels/grouped_matvec/grouped_matvec.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"

namespace nibble {
namespace {

constexpr int64_t kTileRows = 16;
constexpr int64_t kTileCols = 64;
constexpr int64_t kTileBytes = kTileRows * kTileCols / 2;

int64_t ScaleCols(Form form) { return form == Form::kNvfp4 ? 16 : 32; }

bool Supports(Form form, int64_t rows, int64_t cols) {
  return (form == Form::kNvfp4 || form == Form::kMxfp4) && rows > 0 && cols > 0 &&
         rows % kTileRows == 0 && cols % kTileCols == 0;
}

// The place of an element of a tile: byte offset of its word, pair and half.
struct Place4 {
  int64_t word;
  size_t pair;
  int half;
};
Place4 PlaceOf(int64_t row, int64_t col) {
  const int64_t in_block = col % 16;
  const int64_t lane = row % 8 * 4 + in_block / 4;
  const int64_t pair = in_block % 4 / 2 * 2 + row / 8;
  return {lane * 16 + col / 16 * 4, static_cast<size_t>(pair), static_cast<int>(in_block % 2)};
}

// Offset of the scale of (row, col) in a tile's scales.
int64_t ScaleOffset(Form form, int64_t row, int64_t col) {
  const int64_t blocks = kTileCols / ScaleCols(form);
  return row % 8 * blocks * 2 + col / ScaleCols(form) * 2 + row / 8;
}

uint32_t SpreadCode(uint32_t code, const Place4& place) {
  uint32_t word = 0;
  for (size_t bit = 0; bit < 4; ++bit) {
    word |= ((code >> bit) & 1u) << (kMatVecCodeBits[place.pair][bit] + 16 * place.half);
  }
  return word;
}
uint8_t CollectCode(uint32_t word, const Place4& place) {
  uint32_t code = 0;
  for (size_t bit = 0; bit < 4; ++bit) {
    code |= ((word >> (kMatVecCodeBits[place.pair][bit] + 16 * place.half)) & 1u) << bit;
  }
  return static_cast<uint8_t>(code);
}

// One output of the reference.
float RowProduct(const GroupedMatVecProblem& p, int64_t expert, int64_t row, const uint16_t* x) {
  const int64_t block = ScaleCols(p.form);
  const int64_t tiles = p.cols / kTileCols;
  const int64_t first_tile = (expert * (p.rows / kTileRows) + row / kTileRows) * tiles;
  const int64_t scale_bytes = kTileRows * kTileCols / block;
  float sum = 0;
  for (int64_t begin = 0; begin < p.cols; begin += 16) {
    const int64_t tile = first_tile + begin / kTileCols;
    float partial = 0;
    for (int64_t col = begin; col < begin + 16; ++col) {
      const Place4 place = PlaceOf(row % kTileRows, col % kTileCols);
      uint32_t word = 0;
      std::memcpy(&word, p.codes + tile * kTileBytes + place.word, sizeof word);
      partial += E2m1ToF32(CollectCode(word, place)) * Bf16ToF32(x[col]);
    }
    const uint8_t scale =
        p.scales[tile * scale_bytes + ScaleOffset(p.form, row % kTileRows, begin % kTileCols)];
    sum += partial * (p.form == Form::kNvfp4 ? E4m3ToF32(scale) : E8m0ToF32(scale));
  }
  return sum * p.tensor_scales[expert];
}

Status Reference(const GroupedMatVecProblem& p) {
  for (int64_t g = 0; g < p.group_count; ++g) {
    const MatVecGroup& group = p.groups[g];
    for (int32_t i = 0; i < group.count; ++i) {
      const int64_t pair = group.pairs[i];
      const uint16_t* x = p.x + pair / p.pairs_per_input * p.cols;
      for (int64_t row = 0; row < p.rows; ++row) {
        p.y[pair * p.rows + row] = RowProduct(p, group.expert, row, x);
      }
    }
  }
  return {};
}

}  // namespace

std::vector<MatVecGroup> GroupPairs(std::span<const int32_t> expert) {
  std::vector<int32_t> order(expert.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return expert[static_cast<size_t>(a)] < expert[static_cast<size_t>(b)];
  });
  std::vector<MatVecGroup> groups;
  for (const int32_t pair : order) {
    const int32_t e = expert[static_cast<size_t>(pair)];
    if (groups.empty() || groups.back().expert != e ||
        groups.back().count == MatVecGroup::kMaxPairs) {
      groups.push_back({.expert = e});
    }
    MatVecGroup& group = groups.back();
    group.pairs[group.count++] = pair;
  }
  return groups;
}

std::vector<GroupedMatVecImplementation> GroupedMatVecImplementations() {
  const auto cuda = CudaGroupedMatVec();
  std::vector<GroupedMatVecImplementation> rows(cuda.begin(), cuda.end());
  rows.push_back({"reference",
                  [](const GroupedMatVecProblem& p, const CpuFeatures&) {
                    return p.place == Place::kHost && Supports(p.form, p.rows, p.cols);
                  },
                  Reference});
  return rows;
}

Status PackMatVecTiles(const EncodedMatrix& m, uint8_t* codes, uint8_t* scales) {
  if (!Supports(m.form, m.rows, m.cols))
    return Unsupported("a {} matrix of [{}, {}] does not fill tiles of 16 x 64", NameOf(m.form),
                       m.rows, m.cols);
  const int64_t block = ScaleCols(m.form);
  const int64_t tiles = m.cols / kTileCols;
  const int64_t scale_bytes = kTileRows * kTileCols / block;
  std::memset(codes, 0, static_cast<size_t>(m.rows * m.cols / 2));
  for (int64_t row = 0; row < m.rows; ++row) {
    for (int64_t col = 0; col < m.cols; ++col) {
      const int64_t tile = row / kTileRows * tiles + col / kTileCols;
      const Place4 place = PlaceOf(row % kTileRows, col % kTileCols);
      const uint32_t byte = m.data[(row * m.cols + col) / 2];
      const uint32_t bits = SpreadCode(col % 2 == 0 ? byte & 15u : byte >> 4, place);
      uint8_t* at = codes + tile * kTileBytes + place.word;
      uint32_t word = 0;
      std::memcpy(&word, at, sizeof word);
      word |= bits;
      std::memcpy(at, &word, sizeof word);
      if (col % block == 0) {
        scales[tile * scale_bytes + ScaleOffset(m.form, row % kTileRows, col % kTileCols)] =
            m.scales[(row * m.cols + col) / block];
      }
    }
  }
  return {};
}

}  // namespace nibble
