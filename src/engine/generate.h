// One text continued to its end, without the engine's thread: what `generate` and `chat` run.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/request.h"
#include "model/model.h"

namespace nibble {

struct GenerateOptions {
  int64_t max_tokens = 128;  // 0: prefill only; capped to what the context leaves
  SamplingParams sampling = {};
  std::vector<TokenId> eos_ids = {};  // generation ends behind one of them, which is part of tokens
  int64_t prefill_chunk = 512;
  bool want_logits = false;                         // of every position
  bool mtp = false;                                 // run the MTP block, too
  std::function<void(TokenId)> on_token = nullptr;  // as soon as a token is known
  const std::atomic<int>* stop = nullptr;           // not 0: end with ErrorCode::kInterrupted
};

// What a phase did and how fast.
struct PhaseTiming {
  int64_t tokens = 0;
  double seconds = 0;
  uint64_t weight_bytes = 0;  // read from memory, see Model::weight_bytes_read

  double tokens_per_s() const { return seconds > 0 ? static_cast<double>(tokens) / seconds : 0; }
  double bytes_per_s() const {
    return seconds > 0 ? static_cast<double>(weight_bytes) / seconds : 0;
  }
};

struct GenerateResult {
  std::vector<TokenId> tokens;
  FinishReason finish_reason = FinishReason::kLength;  // kStop: an id of eos_ids
  // With want_logits. Row t is the prediction after position t: the prompt and all generated
  // positions but the last, T rows; mtp has T - 1.
  std::vector<float> logits;
  std::vector<float> mtp_logits;
  PhaseTiming prefill;
  PhaseTiming decode;
};

// Continues `sequence`, which may hold a text already, by `prompt` (at least one token) and what
// follows. Errors: a prompt that leaves no room in the context, those of Model::Step, logits that
// are not numbers, interruption.
Result<GenerateResult> Generate(Model& model, Sequence& sequence, std::span<const TokenId> prompt,
                                const GenerateOptions& options);

}  // namespace nibble
