// What the engine is asked for and what it answers: plain structs, no threads. Token ids in, token
// ids out; text is the business of the floors above.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/tokenizer.h"

namespace nibble {

struct SamplingParams {
  double temperature = 1;  // below kGreedyTemperature: greedy
  double top_p = 1;        // (0, 1]
  int64_t top_k = 0;       // 0: off
  double min_p = 0;        // [0, 1]; keeps tokens with p >= min_p * p_max
  double presence_penalty = 0;
  double frequency_penalty = 0;
  double repetition_penalty = 1;
  std::vector<std::pair<TokenId, double>> logit_bias = {};
  // The draw of a token depends on these and its position only, never on the batch.
  uint64_t seed = 0;
  uint32_t choice = 0;
};
inline constexpr double kGreedyTemperature = 1e-5;

struct Request {
  std::vector<TokenId> prompt;  // at least one id
  int64_t max_tokens = 1;       // at least 1
  int64_t min_tokens = 0;       // until then eos_ids and stop_ids are masked
  std::vector<TokenId> eos_ids;
  std::vector<TokenId> stop_ids;
  bool ignore_eos = false;  // eos_ids are tokens like others
  SamplingParams sampling;
};

struct GeneratedToken {
  TokenId id = 0;
  bool ends = false;  // it is the EOS or stop id that ended the request
};

enum class FinishReason { kStop, kLength, kError, kCancelled };

struct RequestTimings {
  double queue_ms = 0;    // received to first scheduled
  double prefill_ms = 0;  // first scheduled to first token
  double decode_ms = 0;   // first to last token
};

struct Finished {
  FinishReason reason = FinishReason::kStop;
  std::optional<TokenId> stop_id = {};  // the id of stop_ids that ended it; none for EOS
  std::string error = {};               // kError: one sentence
  RequestTimings timings = {};
};

// What has come since the last look: tokens in order, and the end if it has come.
struct RequestEvents {
  std::vector<GeneratedToken> tokens;
  std::optional<Finished> finished;
};

}  // namespace nibble
