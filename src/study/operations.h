// The operations of a forward pass as traces name them: what each one is and which tensors feed it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "checkpoint/catalogue.h"

namespace nibble {

struct Operation {
  std::string_view name;          // of the trace, below "layers.N." or "mtp.0."
  std::string_view what;          // in words, for people
  std::span<const Role> tensors;  // what it reads; empty where it only combines other values
  bool indices = false;           // index sets instead of values
};

// In forward order; the last one is "logits".
std::span<const Operation> Operations();
// The position in Operations(), or nullopt.
std::optional<size_t> OperationIndex(std::string_view name);

// The modules that feed an operation in layer `layer` (MTP block k is layer L + k; layer -1 is the
// head of the trunk), as far as the model has them. All experts for "moe_routed". `x_in` is the
// embedding of layer 0, the projections of an MTP block, and nothing elsewhere.
std::vector<Module> ModulesFeeding(const ModelConfig& config, const Operation& operation,
                                   int64_t layer);

}  // namespace nibble
