// The matrix-vector products of the routed experts of one decoding step: each (token, expert) pair
// has its own matrix, pairs of the same expert share one reading of it. NVFP4 and MXFP4 weights in
// tiles for matrix instructions; on the host (the reference) and on CUDA devices (sm_90) alike.
//
//   y[pair] = tensor_scale * sum over blocks (block scale * sum over the block (E2M1 * x))
//
// Sums are F32; products E2M1 * BF16 are exact. The order of additions is the implementation's: two
// of them differ by less than cols * 2^-23 of the sum of magnitudes. One implementation's result
// does not depend on the other pairs.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "formats/form.h"
#include "kernels/dispatch.h"
#include "kernels/grouped_matvec/matvec_group.h"

namespace nibble {

enum class Place : uint8_t { kHost, kCuda };

// Groups of the pairs i = 0, 1, ... with expert[i], rising expert number.
std::vector<MatVecGroup> GroupPairs(std::span<const int32_t> expert);

// All pointers are in the memory of `place`.
struct GroupedMatVecProblem {
  Place place = Place::kHost;
  Form form = Form::kNvfp4;
  int64_t rows = 0;                      // N, a multiple of 16
  int64_t cols = 0;                      // K, a multiple of 64
  const uint8_t* codes = nullptr;        // [experts, N * K / 2], see PackMatVecTiles
  const uint8_t* scales = nullptr;       // [experts, N * K / 16 (NVFP4) or / 32 (MXFP4)]
  const float* tensor_scales = nullptr;  // [experts]
  const MatVecGroup* groups = nullptr;   // [group_count]
  int64_t group_count = 0;
  const uint16_t* x = nullptr;  // BF16 [*, K]; pair i takes row i / pairs_per_input
  int32_t pairs_per_input = 1;  // top-k before the experts, 1 inside
  float* y = nullptr;           // [pairs, N]
  void* stream = nullptr;       // CUDA: the stream to run on; the call returns before it is done
};

using GroupedMatVecImplementation =
    Implementation<GroupedMatVecProblem, Status (*)(const GroupedMatVecProblem&)>;
// What this build has. Without CUDA it is one row fewer.
std::vector<GroupedMatVecImplementation> GroupedMatVecImplementations();

// Rows from the CUDA part of the build; none where it is not built.
std::span<const GroupedMatVecImplementation> CudaGroupedMatVec();

// Tiles of 16 rows x 64 columns, K fastest. A tile's 512 code bytes are 32 lanes x 4 words: word j
// of lane 4g + q holds, for the 16 columns from 16j, the fragment of mma.m16n8k16 that this lane
// feeds: pair p of the fragment is row g (p even) or g + 8 (p odd), columns 4q + 2(p/2) and + 1,
// in the low and high half of the word. Its bits lie where a shift and a mask turn them into BF16
// (MatVecCode). Scale bytes: for each g, for each block, row g and row g + 8.
// `codes` has rows * cols / 2 bytes, `scales` as many as m.scales.
Status PackMatVecTiles(const EncodedMatrix& m, uint8_t* codes, uint8_t* scales);

// Where the E2M1 code of pair p lies in a half word: its magnitude bits and sign, as single bits.
inline constexpr std::array<std::array<int, 4>, 4> kMatVecCodeBits = {{
    {6, 7, 8, 15},
    {3, 4, 5, 12},
    {0, 1, 2, 9},
    {10, 11, 13, 14},
}};

}  // namespace nibble
