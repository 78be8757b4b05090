// Hyper-connections: m residual streams per token that are mixed into one input and spread back.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "formats/form.h"

namespace nibble {

// fn F32 [(2 + m) * m, m * d] (head: [m, m * d]), base [(2 + m) * m] (head: [m]), scale [3] (head:
// [1]).
struct HyperConnectionWeights {
  EncodedMatrix fn;
  const float* base = nullptr;
  const float* scale = nullptr;
};

template <class N>
struct HyperConnectionPre {
  HyperConnectionWeights weights = {};
  const typename N::Real* streams = nullptr;  // [tokens, m, d]
  int64_t tokens = 0;
  int64_t m = 0;
  int64_t d = 0;
  double norm_eps = 0;
  double hc_eps = 0;
  int64_t sinkhorn_iters = 0;
  typename N::Real* y = nullptr;     // [tokens, d]: sum_j pre_j X_j
  typename N::Real* pre = nullptr;   // [tokens, m]
  typename N::Real* post = nullptr;  // [tokens, m]
  typename N::Real* comb = nullptr;  // [tokens, m, m], first index = incoming stream
};

template <class N>
void HyperConnectionPreRef(const HyperConnectionPre<N>& problem, ThreadPool& pool);

// mix = (fn X) * rsqrt(mean(X^2) + eps) of every token, [tokens, fn.rows].
template <class N>
void HyperConnectionProject(const HyperConnectionPre<N>& problem, ThreadPool& pool,
                            typename N::Acc* mix);

// From the projection after the reciprocal RMS, mix [(2 + m) * m], to pre [m], post [m] and the
// doubly normalised comb [m, m]: softmax of the rows + eps, then iters column and iters - 1 row
// normalisations, ending on columns. All F32.
template <class N>
void HyperConnectionMix(const typename N::Acc* mix, const HyperConnectionPre<N>& problem,
                        typename N::Real* pre, typename N::Real* post, typename N::Real* comb);

template <class N>
struct HyperConnectionPost {
  typename N::Real* streams = nullptr;  // [tokens, m, d], updated in place
  const typename N::Real* o = nullptr;  // [tokens, d]
  const typename N::Real* post = nullptr;
  const typename N::Real* comb = nullptr;
  int64_t tokens = 0;
  int64_t m = 0;
  int64_t d = 0;
};

// X'_k = bf(post_k * o + sum_j comb_jk X_j).
template <class N>
void HyperConnectionPostRef(const HyperConnectionPost<N>& problem, ThreadPool& pool);

// The head's mix: y = bf(sum_j (sigmoid(u_j * scale + base_j) + eps) X_j), no Sinkhorn. Uses
// weights, streams, tokens, m, d, both eps and y of the problem.
template <class N>
void HyperConnectionHeadRef(const HyperConnectionPre<N>& problem, ThreadPool& pool);

}  // namespace nibble
