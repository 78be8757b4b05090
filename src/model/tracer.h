// Receives the intermediates of a forward pass and may change them. The names are those of the
// trace files: below "layers.N." or "mtp.0." x_in, hc_attn_pre, q_latent, ..., x_out, in the order
// in which the pass computes them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace nibble {

// Row i belongs to item `item[i]` of the step and to `position[i]` of its sequence. The rows of
// "entries" and "index_entries" are the compressed entries that the step completed; their position
// is the number of the entry.
struct TraceRows {
  std::span<const int32_t> item;
  std::span<const int64_t> position;
};

class Tracer {
 public:
  virtual ~Tracer() = default;
  // Asked before the values are fetched; false saves the copy.
  virtual bool Wants(const std::string& name) = 0;
  // `values` is [rows, cols]. True: the pass goes on with the values as they are now (rounded to
  // what it stores at this place), so that one operation can be measured on given inputs; false: it
  // goes on with its own.
  virtual bool Rows(const std::string& name, const TraceRows& rows, std::span<float> values,
                    int64_t cols) = 0;
  // Indices (routing, index picks; -1 = none).
  virtual bool Rows(const std::string& name, const TraceRows& rows, std::span<int32_t> values,
                    int64_t cols) = 0;
};

}  // namespace nibble
