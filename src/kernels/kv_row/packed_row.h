// The packed rows of `serving` with vector instructions: the same bits as the reference
// (kv_row.h) on every processor.
#pragma once

#include <cstdint>

#include "kernels/kv_row/kv_row.h"

namespace nibble {

// FinishRow<ServingNumerics>: FP8 fake quantisation, or Hadamard and FP4 fake quantisation.
void FinishPackedRow(const RowLayout& layout, float* x);

// DecodeRow<ServingNumerics>.
void DecodePackedRow(const RowLayout& layout, const uint8_t* row, float* out);

}  // namespace nibble
