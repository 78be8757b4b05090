// Dense inner products of row-major float or double matrices: the inner loops of the reference
// operations. Sums run in a fixed order (one lane per column modulo the lane count, lanes added
// pairwise), whatever the processor, so a result depends neither on the machine nor on the number
// of rows.
#pragma once

#include <cstdint>

namespace nibble {

// c[i * ldc + j] = sum_k a[i * lda + k] * b[j * ldb + k] for i < rows_a, j < rows_b, k < depth.
void MatMulTransposed(const double* a, int64_t lda, int64_t rows_a, const double* b, int64_t ldb,
                      int64_t rows_b, int64_t depth, double* c, int64_t ldc);
void MatMulTransposed(const float* a, int64_t lda, int64_t rows_a, const float* b, int64_t ldb,
                      int64_t rows_b, int64_t depth, float* c, int64_t ldc);

// out[i * ldo + k] += sum_j p[i * ldp + j] * v[j * ldv + k] for i < rows, j < terms, k < cols; the
// terms are added in rising j.
void AddWeightedRows(const double* p, int64_t ldp, int64_t rows, int64_t terms, const double* v,
                     int64_t ldv, int64_t cols, double* out, int64_t ldo);
void AddWeightedRows(const float* p, int64_t ldp, int64_t rows, int64_t terms, const float* v,
                     int64_t ldv, int64_t cols, float* out, int64_t ldo);

}  // namespace nibble
