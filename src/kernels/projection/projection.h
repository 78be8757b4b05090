// y = W x for one stored weight and several rows of activations: every projection of the model.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "formats/form.h"

namespace nibble {

// What an activation becomes before it meets the weight.
enum class InputQuant : uint8_t {
  kNone,
  kFp8,    // E4M3, 1x128 along K, power-of-two scale
  kNvfp4,  // E2M1, 1x16, under the weight's input_scale
};

enum class OutputRounding : uint8_t { kBf16, kF32 };

template <class N>
struct ProjectionProblem {
  EncodedMatrix weight;   // [N, cols]
  int64_t first_row = 0;  // the part of the weight that is applied
  int64_t rows = 0;
  const typename N::Real* x = nullptr;  // [tokens, cols], row stride ldx
  int64_t ldx = 0;
  int64_t tokens = 0;
  typename N::Real* y = nullptr;  // [tokens, rows], row stride ldy
  int64_t ldy = 0;
  InputQuant quant = InputQuant::kNone;
  OutputRounding rounding = OutputRounding::kBf16;
};

template <class N>
void ProjectRef(const ProjectionProblem<N>& problem, ThreadPool& pool);

// Fake quantisation in place of `count` values that a linear with this input_scale consumes;
// nothing for kNone. Values stay in Real.
void QuantizeInput(InputQuant quant, float input_scale, float* values, int64_t count);

}  // namespace nibble
