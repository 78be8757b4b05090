#include "kernels/linear/yardsticks.h"

#include <hwy/base.h>

#include <chrono>
#include <cstdint>
#include <cstring>

#include "kernels/cpu_features.h"

#if HWY_ARCH_X86
#include <immintrin.h>
#endif

namespace nibble {
namespace {

// Keeps the compiler from dropping what led to `value`.
void Keep(uint64_t value) { asm volatile("" : : "r"(value)); }

void ReadRange(const std::byte* p, size_t bytes) {
  uint64_t sums[8] = {};
  for (size_t i = 0; i + 64 <= bytes; i += 64) {
    for (size_t j = 0; j < 8; ++j) {
      uint64_t word = 0;
      std::memcpy(&word, p + i + j * 8, 8);
      sums[j] |= word;
    }
  }
  for (const uint64_t s : sums) Keep(s);
}

#if HWY_ARCH_X86
HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512vl,avx512bf16")

void ReadRange512(const std::byte* p, size_t bytes) {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (size_t i = 0; i + 256 <= bytes; i += 256) {
    a = _mm512_or_si512(a, _mm512_loadu_si512(p + i));
    b = _mm512_or_si512(b, _mm512_loadu_si512(p + i + 64));
    c = _mm512_or_si512(c, _mm512_loadu_si512(p + i + 128));
    d = _mm512_or_si512(d, _mm512_loadu_si512(p + i + 192));
  }
  asm volatile("" : : "v"(_mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d))));
}

// 12 independent chains hide the latency.
void DotLoop(int64_t iterations) {
  __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0,
         s8 = s0, s9 = s0, s10 = s0, s11 = s0;
  const __m512i x = _mm512_set1_epi32(0x3F803F80);
  for (int64_t i = 0; i < iterations; ++i) {
    asm volatile(
        "vdpbf16ps %12, %12, %0\n vdpbf16ps %12, %12, %1\n vdpbf16ps %12, %12, %2\n"
        "vdpbf16ps %12, %12, %3\n vdpbf16ps %12, %12, %4\n vdpbf16ps %12, %12, %5\n"
        "vdpbf16ps %12, %12, %6\n vdpbf16ps %12, %12, %7\n vdpbf16ps %12, %12, %8\n"
        "vdpbf16ps %12, %12, %9\n vdpbf16ps %12, %12, %10\n vdpbf16ps %12, %12, %11\n"
        : "+v"(s0), "+v"(s1), "+v"(s2), "+v"(s3), "+v"(s4), "+v"(s5), "+v"(s6), "+v"(s7), "+v"(s8),
          "+v"(s9), "+v"(s10), "+v"(s11)
        : "v"(x));
  }
}
constexpr double kDotFlopsPerIteration = 12 * 64;

HWY_POP_ATTRIBUTES
#endif

void FmaLoop(int64_t iterations) {
  float sums[64] = {};
  for (int64_t i = 0; i < iterations; ++i) {
    for (float& s : sums) s = s * 0.5f + 1.0f;
  }
  uint64_t bits = 0;
  std::memcpy(&bits, sums, sizeof(bits));
  Keep(bits);
}

}  // namespace

void ReadPlainly(const std::byte* p, size_t bytes, ThreadPool& pool) {
  constexpr size_t kPieces = 8;
  const bool wide = DetectCpu().avx512;
  pool.ParallelFor(pool.size() == 1 ? 1 : kPieces * pool.size(), [&](size_t task, size_t) {
    const size_t pieces = pool.size() == 1 ? 1 : kPieces * pool.size();
    const size_t begin = bytes / 64 * task / pieces * 64,
                 end = bytes / 64 * (task + 1) / pieces * 64;
#if HWY_ARCH_X86
    if (wide) return ReadRange512(p + begin, end - begin);
#endif
    ReadRange(p + begin, end - begin);
  });
  (void)wide;
}

double DotPeakFlops(ThreadPool& pool) {
  constexpr int64_t kIterations = 1'000'000;
  double flops_per_iteration = 2 * 64;
  void (*loop)(int64_t) = FmaLoop;
#if HWY_ARCH_X86
  if (DetectCpu().avx512_bf16) {
    loop = DotLoop;
    flops_per_iteration = kDotFlopsPerIteration;
  }
#endif
  const auto start = std::chrono::steady_clock::now();
  pool.ParallelFor(pool.size() * 8, [&](size_t, size_t) { loop(kIterations); });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return flops_per_iteration * kIterations * static_cast<double>(pool.size() * 8) / took.count();
}

}  // namespace nibble
