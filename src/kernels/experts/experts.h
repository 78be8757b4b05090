// The expert group of a layer: the routed experts that the tokens chose and the shared expert.
#pragma once

#include <cstdint>
#include <span>

#include "base/thread_pool.h"
#include "formats/form.h"
#include "kernels/projection/projection.h"

namespace nibble {

// SwiGLU: w1 (gate) and w3 (up) [I, d], w2 (down) [d, I].
struct ExpertWeights {
  EncodedMatrix w1;
  EncodedMatrix w2;
  EncodedMatrix w3;
  InputQuant quant_w1 = InputQuant::kNone;
  InputQuant quant_w2 = InputQuant::kNone;
  InputQuant quant_w3 = InputQuant::kNone;
};

template <class N>
struct ExpertsProblem {
  std::span<const ExpertWeights> routed;  // all experts of the layer
  ExpertWeights shared;
  const typename N::Real* x = nullptr;        // [tokens, d]
  const int32_t* indices = nullptr;           // [tokens, top_k]
  const typename N::Real* weights = nullptr;  // [tokens, top_k]
  int64_t tokens = 0;
  int64_t top_k = 0;
  double swiglu_limit = 0;
  typename N::Real* y = nullptr;  // [tokens, d]
  // Optional, for traces: the two summands, [tokens, d].
  typename N::Real* routed_y = nullptr;
  typename N::Real* shared_y = nullptr;
  // Optional, [routed + 1]: the largest magnitude that enters each expert's w2, the shared one's
  // last; 0 where no token came.
  typename N::Real* w2_amax = nullptr;
};

// v = weight * silu(min(g, limit)) * clamp(u, +-limit) in F32, out = w2 bf(v): the routing weight
// enters w2's activation quantisation. Routed outputs (BF16) are added in F32 in rising expert
// number, the shared expert last; one rounding of the sum.
template <class N>
void ExpertsRef(const ExpertsProblem<N>& problem, ThreadPool& pool);

// y = silu(min(gate, limit)) * clamp(up, +-limit).
template <class Acc>
Acc ClampedSwiglu(Acc gate, Acc up, double limit);

}  // namespace nibble
