// A block is one tile row (16 rows of one expert's matrix) for up to 8 pairs; its four warps take
// a quarter of K each and are added in order. Weights become BF16 fragments by shifts, masks and
// one exact multiplication; mma.m16n8k16 multiplies 16 rows x 16 columns by the pairs, and one FMA
// per output applies the block scale, so that products and partial sums are those of the contract.
#include <cuda_bf16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include "kernels/grouped_matvec/grouped_matvec_sm90_launch.h"

namespace nibble {
namespace {

constexpr int kWarps = 4;
constexpr int kUnroll = 4;  // tiles in flight per warp

// kMatVecCodeBits: sign to bit 15, magnitude to bits 6..8 of each half. As BF16 that is E2M1 *
// 2^-126, subnormal where E2M1 is.
__device__ __forceinline__ void Fragments(uint32_t word, uint32_t (&a)[4]) {
  constexpr uint32_t kMask = 0x81C081C0u;
  a[0] = word & kMask;
  a[1] = (word << 3) & kMask;
  a[2] = (word << 6) & kMask;
  a[3] = ((word >> 4) & 0x00C000C0u) | ((word >> 5) & 0x01000100u) | ((word << 1) & 0x80008000u);
  const uint32_t power = 0x7E807E80u;  // 2^126 twice
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    asm("mul.rn.bf16x2 %0, %1, %2;" : "=r"(a[i]) : "r"(a[i]), "r"(power));
  }
}

__device__ __forceinline__ void Mma(const uint32_t (&a)[4], uint2 b, float (&c)[4]) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%10,%10,%10,%10};"
      : "=f"(c[0]), "=f"(c[1]), "=f"(c[2]), "=f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b.x), "r"(b.y), "f"(0.0f));
}

// Scale bytes of one tile that a lane needs, and as F32 for 16-column block j: rows g and g + 8.
template <bool kNvfp4>
struct Scales;
template <>
struct Scales<true> {
  uint2 bytes;
  __device__ __forceinline__ void Load(const uint8_t* scales, int64_t tile, int g) {
    bytes = __ldcs(reinterpret_cast<const uint2*>(scales) + tile * 8 + g);
  }
  __device__ __forceinline__ float2 Get(int j) const {
    const uint32_t word = j < 2 ? bytes.x : bytes.y;
    const auto two = static_cast<__nv_fp8x2_storage_t>(word >> (j % 2 * 16));
    return __half22float2(__half2(__nv_cvt_fp8x2_to_halfraw2(two, __NV_E4M3)));
  }
};
template <>
struct Scales<false> {
  uint32_t bytes;
  __device__ __forceinline__ void Load(const uint8_t* scales, int64_t tile, int g) {
    bytes = __ldcs(reinterpret_cast<const uint32_t*>(scales) + tile * 8 + g);
  }
  __device__ __forceinline__ static float Power(uint32_t byte) {
    return __uint_as_float(max(byte << 23, 0x00400000u));  // byte 0 is 2^-127
  }
  __device__ __forceinline__ float2 Get(int j) const {
    const uint32_t two = bytes >> (j / 2 * 16);
    return {Power(two & 0xFFu), Power((two >> 8) & 0xFFu)};
  }
};

template <bool kNvfp4>
__global__ void __launch_bounds__(kWarps * 32) MatVec(GroupedMatVecSm90 args) {
  const int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  const int g = lane / 4, q = lane % 4;
  const MatVecGroup& group = args.groups[blockIdx.y];
  const int64_t tiles = args.cols / 64;
  const int64_t first = (group.expert * (args.rows / 16) + blockIdx.x) * tiles;
  const auto* codes = reinterpret_cast<const uint4*>(args.codes) + first * 32 + lane;
  // Column g of the product is pair g of the group; the others are zero.
  const bool used = g < group.count;
  const int64_t input = used ? group.pairs[g] / args.pairs_per_input : 0;
  const auto* x = reinterpret_cast<const uint2*>(args.x + input * args.cols) + q;

  float sum[4] = {};
  const int64_t end = tiles * (warp + 1) / kWarps;
  for (int64_t tile = tiles * warp / kWarps; tile < end; tile += kUnroll) {
    uint4 words[kUnroll];
    Scales<kNvfp4> scales[kUnroll];
#pragma unroll
    for (int u = 0; u < kUnroll; ++u) {
      if (tile + u < end) {
        words[u] = __ldcs(codes + (tile + u) * 32);
        scales[u].Load(args.scales, first + tile + u, g);
      }
    }
#pragma unroll
    for (int u = 0; u < kUnroll; ++u) {
      if (tile + u >= end) break;
      const uint32_t word[4] = {words[u].x, words[u].y, words[u].z, words[u].w};
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        uint32_t a[4];
        Fragments(word[j], a);
        const uint2 b = used ? __ldg(x + (tile + u) * 16 + j * 4) : uint2{0, 0};
        float part[4];
        Mma(a, b, part);
        const float2 scale = scales[u].Get(j);
        sum[0] = fmaf(part[0], scale.x, sum[0]);
        sum[1] = fmaf(part[1], scale.x, sum[1]);
        sum[2] = fmaf(part[2], scale.y, sum[2]);
        sum[3] = fmaf(part[3], scale.y, sum[3]);
      }
    }
  }

  __shared__ float sums[kWarps][32][4];
#pragma unroll
  for (int i = 0; i < 4; ++i) sums[warp][lane][i] = sum[i];
  __syncthreads();
  if (warp != 0) return;
  const float tensor_scale = args.tensor_scales[group.expert];
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    float total = sums[0][lane][i];
#pragma unroll
    for (int w = 1; w < kWarps; ++w) total += sums[w][lane][i];
    const int column = q * 2 + i % 2;
    const int64_t row = blockIdx.x * 16 + g + i / 2 * 8;
    if (column < group.count) args.y[group.pairs[column] * args.rows + row] = total * tensor_scale;
  }
}

}  // namespace

const char* LaunchGroupedMatVecSm90(const GroupedMatVecSm90& args, void* stream) {
  if (args.group_count == 0) return nullptr;
  const dim3 grid(static_cast<unsigned>(args.rows / 16), static_cast<unsigned>(args.group_count));
  auto* kernel = args.nvfp4 ? MatVec<true> : MatVec<false>;
  kernel<<<grid, kWarps * 32, 0, static_cast<cudaStream_t>(stream)>>>(args);
  const cudaError_t error = cudaGetLastError();
  return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}

bool HasSm90Device() {
  int device = 0, major = 0;
  return cudaGetDevice(&device) == cudaSuccess &&
         cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess &&
         major == 9;
}

}  // namespace nibble
