// Hyper-connections in `serving` numerics with vector instructions, for four streams: tokens stand
// in vector lanes in the Sinkhorn iterations, columns in the mixes. Every value is made by the
// operations of the reference in its order (no fused multiply-adds), so the bits are those of
// HyperConnectionPreRef and HyperConnectionPostRef on every processor.
#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "kernels/hyper_connection/hyper_connection.h"
#include "kernels/numerics_policy.h"

namespace nibble {

// Keeps its buffers between calls. One owner; one call at a time.
class ServingHyperConnection {
 public:
  explicit ServingHyperConnection(ThreadPool& pool) : pool_(pool) {}

  static bool Supports(int64_t m) { return m == 4; }

  void Pre(const HyperConnectionPre<ServingNumerics>& problem);
  void Post(const HyperConnectionPost<ServingNumerics>& problem);

 private:
  ThreadPool& pool_;
  std::vector<float> mix_;  // [tokens, fn.rows]
};

}  // namespace nibble
