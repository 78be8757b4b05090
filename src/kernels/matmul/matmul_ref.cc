#include <cstring>

#include "kernels/matmul/matmul.h"

// One clone per instruction set, chosen when the program starts. The sanitizers cannot run code
// that early, so their builds take the baseline.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__) || \
    !defined(__x86_64__)
#define NIBBLE_CLONES
#else
#define NIBBLE_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#define NIBBLE_INLINE inline __attribute__((always_inline))

namespace nibble {
namespace {

// Vectors of 32 bytes, which all of the clones but the baseline have whole: the compiler keeps
// larger ones in memory where the processor has them not.
template <class T>
struct Lanes {
  typedef T Vector __attribute__((vector_size(32), aligned(sizeof(T)), may_alias));
  static constexpr int64_t kCount = 32 / sizeof(T);
};

// Lanes added pairwise: halves, then halves of halves, as narrower vectors.
template <class T, int kBytes, class Vector>
NIBBLE_INLINE T SumLanes(const Vector& vector) {
  if constexpr (kBytes == sizeof(T)) {
    return vector[0];
  } else {
    typedef T Half __attribute__((vector_size(kBytes / 2), may_alias));
    Half low, high;
    std::memcpy(&low, &vector, sizeof low);
    std::memcpy(&high, reinterpret_cast<const char*>(&vector) + sizeof low, sizeof high);
    return SumLanes<T, kBytes / 2>(Half(low + high));
  }
}

// A block of kA x kB inner products held in registers, two vectors each.
template <class T, int kA, int kB>
NIBBLE_INLINE void Block(const T* a, int64_t lda, const T* b, int64_t ldb, int64_t depth, T* c,
                         int64_t ldc) {
  using Vector = typename Lanes<T>::Vector;
  constexpr int64_t kLanes = Lanes<T>::kCount;
  Vector sum[kA][kB][2] = {};
  int64_t k = 0;
  for (; k + 2 * kLanes <= depth; k += 2 * kLanes) {
    Vector right[kB][2];
    for (int j = 0; j < kB; ++j) {
      for (int v = 0; v < 2; ++v)
        right[j][v] = *reinterpret_cast<const Vector*>(b + j * ldb + k + v * kLanes);
    }
    for (int i = 0; i < kA; ++i) {
      for (int v = 0; v < 2; ++v) {
        const Vector left = *reinterpret_cast<const Vector*>(a + i * lda + k + v * kLanes);
        for (int j = 0; j < kB; ++j) sum[i][j][v] += left * right[j][v];
      }
    }
  }
  for (int i = 0; i < kA; ++i) {
    for (int j = 0; j < kB; ++j) {
      T total = SumLanes<T, 32>(Vector(sum[i][j][0] + sum[i][j][1]));
      for (int64_t rest = k; rest < depth; ++rest) total += a[i * lda + rest] * b[j * ldb + rest];
      c[i * ldc + j] = total;
    }
  }
}

template <class T, int kA>
NIBBLE_INLINE void BlockRow(const T* a, int64_t lda, const T* b, int64_t ldb, int64_t rows_b,
                            int64_t depth, T* c, int64_t ldc) {
  int64_t j = 0;
  for (; j + 2 <= rows_b; j += 2) Block<T, kA, 2>(a, lda, b + j * ldb, ldb, depth, c + j, ldc);
  for (; j < rows_b; ++j) Block<T, kA, 1>(a, lda, b + j * ldb, ldb, depth, c + j, ldc);
}

template <class T>
NIBBLE_INLINE void MatMul(const T* a, int64_t lda, int64_t rows_a, const T* b, int64_t ldb,
                          int64_t rows_b, int64_t depth, T* c, int64_t ldc) {
  int64_t i = 0;
  for (; i + 2 <= rows_a; i += 2) {
    BlockRow<T, 2>(a + i * lda, lda, b, ldb, rows_b, depth, c + i * ldc, ldc);
  }
  for (; i < rows_a; ++i) {
    BlockRow<T, 1>(a + i * lda, lda, b, ldb, rows_b, depth, c + i * ldc, ldc);
  }
}

// kRows rows of `out`, kVectors vectors wide, in registers over all terms.
template <class T, int kRows, int kVectors>
NIBBLE_INLINE void WeightedBlock(const T* p, int64_t ldp, int64_t terms, const T* v, int64_t ldv,
                                 T* out, int64_t ldo) {
  using Vector = typename Lanes<T>::Vector;
  constexpr int64_t kLanes = Lanes<T>::kCount;
  Vector sum[kRows][kVectors];
  for (int i = 0; i < kRows; ++i) {
    for (int c = 0; c < kVectors; ++c) {
      sum[i][c] = *reinterpret_cast<const Vector*>(out + i * ldo + c * kLanes);
    }
  }
  for (int64_t j = 0; j < terms; ++j) {
    Vector value[kVectors];
    for (int c = 0; c < kVectors; ++c) {
      value[c] = *reinterpret_cast<const Vector*>(v + j * ldv + c * kLanes);
    }
    for (int i = 0; i < kRows; ++i) {
      const T weight = p[i * ldp + j];
      for (int c = 0; c < kVectors; ++c) sum[i][c] += weight * value[c];
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int c = 0; c < kVectors; ++c) {
      *reinterpret_cast<Vector*>(out + i * ldo + c * kLanes) = sum[i][c];
    }
  }
}

template <class T, int kRows>
NIBBLE_INLINE void WeightedRows(const T* p, int64_t ldp, int64_t terms, const T* v, int64_t ldv,
                                int64_t cols, T* out, int64_t ldo) {
  constexpr int64_t kLanes = Lanes<T>::kCount;
  int64_t k = 0;
  for (; k + 4 * kLanes <= cols; k += 4 * kLanes) {
    WeightedBlock<T, kRows, 4>(p, ldp, terms, v + k, ldv, out + k, ldo);
  }
  for (; k + kLanes <= cols; k += kLanes) {
    WeightedBlock<T, kRows, 1>(p, ldp, terms, v + k, ldv, out + k, ldo);
  }
  for (; k < cols; ++k) {
    for (int i = 0; i < kRows; ++i) {
      T sum = out[i * ldo + k];
      for (int64_t j = 0; j < terms; ++j) sum += p[i * ldp + j] * v[j * ldv + k];
      out[i * ldo + k] = sum;
    }
  }
}

template <class T>
NIBBLE_INLINE void AddRows(const T* p, int64_t ldp, int64_t rows, int64_t terms, const T* v,
                           int64_t ldv, int64_t cols, T* out, int64_t ldo) {
  int64_t i = 0;
  for (; i + 2 <= rows; i += 2) {
    WeightedRows<T, 2>(p + i * ldp, ldp, terms, v, ldv, cols, out + i * ldo, ldo);
  }
  for (; i < rows; ++i) {
    WeightedRows<T, 1>(p + i * ldp, ldp, terms, v, ldv, cols, out + i * ldo, ldo);
  }
}

}  // namespace

NIBBLE_CLONES void MatMulTransposed(const double* a, int64_t lda, int64_t rows_a, const double* b,
                                    int64_t ldb, int64_t rows_b, int64_t depth, double* c,
                                    int64_t ldc) {
  MatMul(a, lda, rows_a, b, ldb, rows_b, depth, c, ldc);
}

NIBBLE_CLONES void MatMulTransposed(const float* a, int64_t lda, int64_t rows_a, const float* b,
                                    int64_t ldb, int64_t rows_b, int64_t depth, float* c,
                                    int64_t ldc) {
  MatMul(a, lda, rows_a, b, ldb, rows_b, depth, c, ldc);
}

NIBBLE_CLONES void AddWeightedRows(const double* p, int64_t ldp, int64_t rows, int64_t terms,
                                   const double* v, int64_t ldv, int64_t cols, double* out,
                                   int64_t ldo) {
  AddRows(p, ldp, rows, terms, v, ldv, cols, out, ldo);
}

NIBBLE_CLONES void AddWeightedRows(const float* p, int64_t ldp, int64_t rows, int64_t terms,
                                   const float* v, int64_t ldv, int64_t cols, float* out,
                                   int64_t ldo) {
  AddRows(p, ldp, rows, terms, v, ldv, cols, out, ldo);
}

}  // namespace nibble
