// Receives the intermediates of a forward pass. The names are those of the trace files: below
// "layers.N." or "mtp.0." x_in, hc_attn_pre, q_latent, ..., x_out.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace nibble {

// Row i belongs to item `item[i]` of the step and to `position[i]` of its sequence.
struct TraceRows {
  std::span<const int32_t> item;
  std::span<const int64_t> position;
};

class Tracer {
 public:
  virtual ~Tracer() = default;
  // Asked before the values are fetched; false saves the copy.
  virtual bool Wants(const std::string& name) = 0;
  // `values` is [rows, cols].
  virtual void Rows(const std::string& name, const TraceRows& rows, std::span<const float> values,
                    int64_t cols) = 0;
  // Indices (routing, index picks; -1 = none).
  virtual void Rows(const std::string& name, const TraceRows& rows, std::span<const int32_t> values,
                    int64_t cols) = 0;
};

}  // namespace nibble
