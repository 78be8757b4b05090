// What benchmarks measure kernels against: plain reading of memory, and the BF16 dot instruction.
#pragma once

#include <cstddef>

#include "base/thread_pool.h"

namespace nibble {

// Reads every cache line of [p, p + bytes) once, from all threads of the pool.
void ReadPlainly(const std::byte* p, size_t bytes, ThreadPool& pool);

// FLOP/s of VDPBF16PS from registers alone on all threads of the pool, measured for some
// milliseconds; of F32 multiply-adds by the compiler where the instruction is missing.
double DotPeakFlops(ThreadPool& pool);

}  // namespace nibble
