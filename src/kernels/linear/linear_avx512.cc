// VDPBF16PS: both operands BF16, two products added to an F32 lane, as linear.h writes it. Weights
// become BF16 by table lookups in registers (E2M1: a word permute that looks at 5 bits of each
// word, of which the table ignores the fifth; E4M3: two byte permutes), so scales stay out of the
// inner product and cost one FMA a block.
//
// Up to 4 rows of x the weights stream through registers (Stream), from several distant ranges of
// tiles at once, which keeps more DRAM pages and prefetchers busy. More rows decode a few tiles
// into the second-level cache and use them for all rows (Strip).
#include "kernels/linear/linear_avx512.h"

#include <hwy/base.h>

#if HWY_ARCH_X86
#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"

HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx512vbmi,fma,avx2")
#define NIBBLE_UNROLL _Pragma("GCC unroll 16")

namespace nibble {
namespace {

constexpr int64_t kGroup = PackedMatrix::kGroupCols;
constexpr int64_t kLanes = PackedMatrix::kTileRows;

constexpr int64_t kPrefetch = 2048;  // bytes ahead in each stream

// Pairs of columns per partial sum.
constexpr int PairsPerBlock(Form form) {
  return form == Form::kNvfp4 || form == Form::kMxfp4 ? 8 : 16;
}

struct alignas(64) E2m1Table {
  uint16_t words[32];
  constexpr E2m1Table() : words() {
    for (size_t i = 0; i < 32; ++i)
      words[i] = Bf16FromF32(E2m1ToF32(static_cast<uint8_t>(i & 15u)));
  }
};
// BF16 of the 128 magnitudes, low and high bytes apart.
struct alignas(64) E4m3Table {
  uint8_t low[128], high[128];
  constexpr E4m3Table() : low(), high() {
    for (size_t i = 0; i < 128; ++i) {
      const uint16_t code = Bf16FromF32(E4m3ToF32(static_cast<uint8_t>(i)));
      low[i] = static_cast<uint8_t>(code & 0xFFu);
      high[i] = static_cast<uint8_t>(code >> 8);
    }
  }
};
constexpr E2m1Table kE2m1Table;
constexpr E4m3Table kE4m3Table;

__m512bh AsBf16(__m512i v) { return reinterpret_cast<__m512bh>(v); }
__m512 Dot(__m512 sum, __m512i w, __m512i pair) {
  return _mm512_dpbf16_ps(sum, AsBf16(w), AsBf16(pair));
}
__m512i Broadcast(uint32_t pair) { return _mm512_set1_epi32(static_cast<int>(pair)); }

// Decoders: Load takes 64 bytes of codes, Words(v, i) makes BF16 of its column pair i;
// Scale(group, b) is the scale of block b of the group, one lane a row.
template <Form F>
struct Decoder;

// Constructors are spelled out: implicit ones would lack the instruction set.
struct Fp4Decoder {
  __m512i table;
  Fp4Decoder() : table(_mm512_load_si512(kE2m1Table.words)) {}
  static constexpr int kPairsPerLoad = 4;
  using Loaded = __m512i;
  Loaded Load(const std::byte* codes) const { return _mm512_loadu_si512(codes); }
  __m512i Words(Loaded v, int i) const {
    return _mm512_permutexvar_epi16(i == 0 ? v : _mm512_srli_epi16(v, static_cast<unsigned>(4 * i)),
                                    table);
  }
};

template <>
struct Decoder<Form::kNvfp4> : Fp4Decoder {
  Decoder() : Fp4Decoder() {}
  static const std::byte* Codes(const std::byte* group) { return group + kGroup / 16 * kLanes; }
  __m512 Scale(const std::byte* group, int block, float) const {
    // E4M3 in the place of an F32's exponent and mantissa is 2^-120 of its value, subnormals too.
    const __m128i s = _mm_load_si128(reinterpret_cast<const __m128i*>(group) + block);
    const __m512i bits = _mm512_slli_epi32(_mm512_cvtepu8_epi32(s), 20);
    return _mm512_mul_ps(_mm512_castsi512_ps(bits), _mm512_set1_ps(0x1p120f));
  }
};

template <>
struct Decoder<Form::kMxfp4> : Fp4Decoder {
  Decoder() : Fp4Decoder() {}
  static const std::byte* Codes(const std::byte* group) { return group + kGroup / 32 * kLanes; }
  __m512 Scale(const std::byte* group, int block, float) const {
    const __m128i s = _mm_load_si128(reinterpret_cast<const __m128i*>(group) + block / 2);
    const __m512i bits = _mm512_slli_epi32(_mm512_cvtepu8_epi32(s), 23);
    // Byte 0 is 2^-127, half the smallest normal number.
    return _mm512_castsi512_ps(_mm512_max_epu32(bits, _mm512_set1_epi32(0x00400000)));
  }
};

template <>
struct Decoder<Form::kFp8> {
  __m512i low0, low1, high0, high1;
  Decoder()
      : low0(_mm512_load_si512(kE4m3Table.low)),
        low1(_mm512_load_si512(kE4m3Table.low + 64)),
        high0(_mm512_load_si512(kE4m3Table.high)),
        high1(_mm512_load_si512(kE4m3Table.high + 64)) {}
  static constexpr int kPairsPerLoad = 2;
  struct Loaded {
    __m512i low, high;
  };
  static const std::byte* Codes(const std::byte* group) { return group; }
  Loaded Load(const std::byte* codes) const {
    const __m512i v = _mm512_loadu_si512(codes);
    const __m512i low = _mm512_permutex2var_epi8(low0, v, low1);
    const __m512i high = _mm512_permutex2var_epi8(high0, v, high1);
    // high | (v & 0x80)
    return {low, _mm512_ternarylogic_epi32(high, v, _mm512_set1_epi8(-128), 0xF8)};
  }
  __m512i Words(const Loaded& v, int i) const {
    return i == 0 ? _mm512_unpacklo_epi8(v.low, v.high) : _mm512_unpackhi_epi8(v.low, v.high);
  }
  __m512 Scale(const std::byte*, int, float scale) const { return _mm512_set1_ps(scale); }
};

template <>
struct Decoder<Form::kBF16> {
  static constexpr int kPairsPerLoad = 1;
  using Loaded = __m512i;
  static const std::byte* Codes(const std::byte* group) { return group; }
  Loaded Load(const std::byte* codes) const { return _mm512_loadu_si512(codes); }
  __m512i Words(Loaded v, int) const { return v; }
  __m512 Scale(const std::byte*, int, float) const { return _mm512_set1_ps(1.0f); }
};

// acc += one group of each of T tiles, times R rows; x is packed, at the group's first pair. The
// tiles go in step: T * R independent chains hide the latency of the dot instruction, and a pair of
// x is fetched once for all tiles.
template <Form F, int R, int T>
inline void AddGroup(const Decoder<F>& decoder, const std::byte* const (&groups)[T],
                     const float (&fp8_scales)[T], const uint32_t* x, __m512 (&acc)[T][R]) {
  constexpr int kPairs = PairsPerBlock(F);
  constexpr int kPer = Decoder<F>::kPairsPerLoad;
  for (int block = 0; block < kGroup / 2 / kPairs; ++block) {
    __m512 partial[T][R];
    NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
      NIBBLE_UNROLL for (int r = 0; r < R; ++r) partial[t][r] = _mm512_setzero_ps();
    }
    NIBBLE_UNROLL for (int load = 0; load < kPairs / kPer; ++load) {
      typename Decoder<F>::Loaded v[T];
      NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
        const std::byte* codes =
            Decoder<F>::Codes(groups[t]) + (block * (kPairs / kPer) + load) * 64;
        v[t] = decoder.Load(codes);
        // With few rows the hardware prefetches well enough; with more, its streams run dry.
        if (R > 2) _mm_prefetch(reinterpret_cast<const char*>(codes) + kPrefetch, _MM_HINT_T0);
      }
      NIBBLE_UNROLL for (int i = 0; i < kPer; ++i, x += R) {
        __m512i pair[R];
        NIBBLE_UNROLL for (int r = 0; r < R; ++r) pair[r] = Broadcast(x[r]);
        NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
          const __m512i words = decoder.Words(v[t], i);
          NIBBLE_UNROLL for (int r = 0; r < R; ++r) {
            partial[t][r] = Dot(partial[t][r], words, pair[r]);
          }
        }
      }
    }
    NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
      const __m512 scale = decoder.Scale(groups[t], block, fp8_scales[t]);
      NIBBLE_UNROLL for (int r = 0; r < R; ++r) {
        acc[t][r] = _mm512_fmadd_ps(partial[t][r], scale, acc[t][r]);
      }
    }
  }
}

// Nearest, ties to even; not by VCVTNEPS2BF16, which drops subnormals.
__m512 RoundedToBf16(__m512 v) {
  const __m512i bits = _mm512_castps_si512(v);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i up = _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF));
  return _mm512_castsi512_ps(
      _mm512_andnot_si512(_mm512_set1_epi32(0xFFFF), _mm512_add_epi32(bits, up)));
}

void Store(const LinearTask& task, int64_t tile, int64_t row, __m512 acc) {
  const int64_t left = task.n - tile * kLanes;
  const auto mask = static_cast<__mmask16>(left >= kLanes ? 0xFFFF : (1 << left) - 1);
  __m512 y = _mm512_mul_ps(acc, _mm512_set1_ps(task.w->tensor_scale()));
  if (task.round_to_bf16) y = RoundedToBf16(y);
  _mm512_mask_storeu_ps(task.y + row * task.y_stride + tile * kLanes, mask, y);
}

// T tiles, `step` apart, in step.
template <Form F, int R, int T>
void StreamTiles(const LinearTask& task, int64_t first, int64_t step) {
  const PackedMatrix& w = *task.w;
  const Decoder<F> decoder;
  const std::byte* groups[T];
  const float* scales[T];
  __m512 acc[T][R];
  NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
    groups[t] = w.tile(first + t * step);
    scales[t] = w.fp8_scales(first + t * step);
    NIBBLE_UNROLL for (int r = 0; r < R; ++r) acc[t][r] = _mm512_setzero_ps();
  }
  const uint32_t* x = task.x;
  for (int64_t g = 0; g < w.groups(); ++g, x += kGroup / 2 * R) {
    float fp8_scales[T];
    NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
      fp8_scales[t] = F == Form::kFp8 ? scales[t][g] : 0.0f;
    }
    AddGroup<F, R, T>(decoder, groups, fp8_scales, x, acc);
    NIBBLE_UNROLL for (int t = 0; t < T; ++t) groups[t] += PackedMatrix::GroupBytes(F);
  }
  NIBBLE_UNROLL for (int t = 0; t < T; ++t) {
    NIBBLE_UNROLL for (int r = 0; r < R; ++r) Store(task, first + t * step, r, acc[t][r]);
  }
}

template <Form F, int R>
void Stream(const LinearTask& task) {
  constexpr int kStreams = R <= 2 ? 4 : 2;
  const int64_t count = task.tile_end - task.tile_begin;
  const int64_t step = count / kStreams;
  for (int64_t i = 0; i < step; ++i) StreamTiles<F, R, kStreams>(task, task.tile_begin + i, step);
  for (int64_t i = step * kStreams; i < count; ++i)
    StreamTiles<F, R, 1>(task, task.tile_begin + i, 0);
}

// A decoded tile: BF16 words [pair][lane][2] and the scale of each block [block][lane].
struct Strip {
  const std::byte* words;
  const float* scales;
  int64_t scale_stride;
};

template <Form F>
Strip DecodeTile(const LinearTask& task, int64_t tile, std::byte* out) {
  const PackedMatrix& w = *task.w;
  alignas(64) static constexpr float kOnes[kLanes] = {1, 1, 1, 1, 1, 1, 1, 1,
                                                      1, 1, 1, 1, 1, 1, 1, 1};
  if (F == Form::kBF16) return {w.tile(tile), kOnes, 0};
  const Decoder<F> decoder;
  constexpr int kPer = Decoder<F>::kPairsPerLoad;
  constexpr int kBlocks = static_cast<int>(kGroup) / 2 / PairsPerBlock(F);
  auto* scales = reinterpret_cast<float*>(out + w.groups() * kGroup / 2 * 64);
  const Strip strip = {out, scales, kLanes};
  for (int64_t g = 0; g < w.groups(); ++g) {
    const std::byte* group = w.tile(tile) + g * PackedMatrix::GroupBytes(F);
    const std::byte* codes = Decoder<F>::Codes(group);
    for (int load = 0; load < kGroup / 2 / kPer; ++load) {
      const auto v = decoder.Load(codes + load * 64);
      NIBBLE_UNROLL for (int i = 0; i < kPer; ++i, out += 64) {
        _mm512_store_si512(out, decoder.Words(v, i));
      }
    }
    const float fp8_scale = F == Form::kFp8 ? w.fp8_scales(tile)[g] : 0.0f;
    for (int block = 0; block < kBlocks; ++block, scales += kLanes)
      _mm512_store_ps(scales, decoder.Scale(group, block, fp8_scale));
  }
  return strip;
}

// One chunk of R rows times one decoded tile.
template <int R, int kPairs>
void StripProduct(const LinearTask& task, const Strip& strip, int64_t tile, int64_t row) {
  const std::byte* words = strip.words;
  const float* scales = strip.scales;
  const int64_t pairs = task.w->padded_cols() / 2;
  const uint32_t* x = task.x + row * pairs;
  __m512 acc[R];
  NIBBLE_UNROLL for (int r = 0; r < R; ++r) acc[r] = _mm512_setzero_ps();
  for (int64_t block = 0; block < pairs / kPairs; ++block) {
    __m512 partial[R];
    NIBBLE_UNROLL for (int r = 0; r < R; ++r) partial[r] = _mm512_setzero_ps();
    NIBBLE_UNROLL for (int p = 0; p < kPairs; ++p, words += 64, x += R) {
      const __m512i w = _mm512_load_si512(words);
      NIBBLE_UNROLL for (int r = 0; r < R; ++r) partial[r] = Dot(partial[r], w, Broadcast(x[r]));
    }
    const __m512 scale = _mm512_load_ps(scales);
    scales += strip.scale_stride;
    NIBBLE_UNROLL for (int r = 0; r < R; ++r) acc[r] = _mm512_fmadd_ps(partial[r], scale, acc[r]);
  }
  NIBBLE_UNROLL for (int r = 0; r < R; ++r) Store(task, tile, row + r, acc[r]);
}

using StripFunction = void (*)(const LinearTask&, const Strip&, int64_t, int64_t);
template <int kPairs>
constexpr StripFunction kStripProducts[kLinearMaxChunk + 1] = {nullptr,
                                                               StripProduct<1, kPairs>,
                                                               StripProduct<2, kPairs>,
                                                               StripProduct<3, kPairs>,
                                                               StripProduct<4, kPairs>,
                                                               StripProduct<5, kPairs>,
                                                               StripProduct<6, kPairs>,
                                                               StripProduct<7, kPairs>,
                                                               StripProduct<8, kPairs>,
                                                               StripProduct<9, kPairs>,
                                                               StripProduct<10, kPairs>,
                                                               StripProduct<11, kPairs>,
                                                               StripProduct<12, kPairs>};

template <Form F>
void StripAll(const LinearTask& task) {
  constexpr int64_t kMaxStrips = 8;
  const int64_t strip_bytes = LinearStripBytes(task.w->padded_cols());
  const int64_t at_once =
      std::clamp<int64_t>(static_cast<int64_t>(task.scratch.size()) / strip_bytes, 1, kMaxStrips);
  Strip strips[kMaxStrips];
  for (int64_t tile = task.tile_begin; tile < task.tile_end; tile += at_once) {
    const int64_t count = std::min(at_once, task.tile_end - tile);
    for (int64_t i = 0; i < count; ++i)
      strips[i] = DecodeTile<F>(task, tile + i, task.scratch.data() + i * strip_bytes);
    for (int64_t c = 0; c < task.chunks.count(); ++c) {
      const int64_t row = task.chunks.begin(c);
      const StripFunction run = kStripProducts<PairsPerBlock(F)>[task.chunks.begin(c + 1) - row];
      for (int64_t i = 0; i < count; ++i) run(task, strips[i], tile + i, row);
    }
  }
}

template <Form F>
void RunForm(const LinearTask& task) {
  switch (task.chunks.rows) {
    case 1:
      return Stream<F, 1>(task);
    case 2:
      return Stream<F, 2>(task);
    case 3:
      return Stream<F, 3>(task);
    case 4:
      return Stream<F, 4>(task);
    default:
      return StripAll<F>(task);
  }
}

}  // namespace

bool HasLinearAvx512() { return true; }

void LinearAvx512(const LinearTask& task) {
  switch (task.w->form()) {
    case Form::kBF16:
      return RunForm<Form::kBF16>(task);
    case Form::kFp8:
      return RunForm<Form::kFp8>(task);
    case Form::kMxfp4:
      return RunForm<Form::kMxfp4>(task);
    case Form::kNvfp4:
      return RunForm<Form::kNvfp4>(task);
    default:
      return;
  }
}

}  // namespace nibble

HWY_POP_ATTRIBUTES
#endif  // HWY_ARCH_X86
