// What the scheduler runs: something that continues several token sequences side by side. The model
// is one (model_adapter.h), the stub without weights another (stub_runner.h). Only the engine
// thread calls it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/request.h"

namespace nibble {

using EngineClock = std::chrono::steady_clock;

// A sequence of a runner, from Open to Close.
using Slot = int32_t;

struct RunnerItem {
  Slot slot = 0;                    // at most once in a step
  std::span<const TokenId> tokens;  // at least one; appended to the sequence
  bool wants_token = false;         // false for all chunks of a prompt but the last
};

// The prediction after an item's last token. A runner either gives logits [V], valid until its next
// call, and the scheduler samples, or has chosen the token itself.
struct RunnerResult {
  std::span<const float> logits;
  TokenId token = -1;  // >= 0: chosen, logits are not looked at
};

class ModelRunner {
 public:
  virtual ~ModelRunner() = default;

  virtual int64_t vocab_size() const = 0;
  // Tokens that one sequence can hold, prompt and generated ones together.
  virtual int64_t max_model_len() const = 0;

  // A fresh sequence for `request` with nothing of an earlier one in it. Error: no memory.
  virtual Result<Slot> Open(const Request& request) = 0;
  virtual void Close(Slot slot) = 0;

  // One step of all items; `results` gets one entry per item, in order. An error means that the
  // items of this step cannot go on.
  virtual Status Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) = 0;

  // Before this instant the sequence takes no part in steps: lets the stub be as slow as it is told
  // to be without holding up others.
  virtual EngineClock::time_point ReadyAt(Slot) const { return EngineClock::time_point::min(); }
};

}  // namespace nibble
