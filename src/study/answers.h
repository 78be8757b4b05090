// Greedy answers to many prompts, side by side, by the engine's scheduler on the calling thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/request.h"
#include "model/model.h"

namespace nibble {

struct AnswerRequest {
  std::string where;            // for errors: the case it is of
  std::vector<TokenId> prompt;  // at least one id
  int64_t max_tokens = 1;
};

struct AnswerOptions {
  std::vector<TokenId> end_ids = {};  // an answer ends behind one of them
  int64_t batch = 16;                 // sequences side by side
  // Prompt tokens per step; more is faster up to a point and needs memory.
  int64_t prefill_chunk = 512;
  bool mtp = false;                           // compare the MTP block's predictions, too
  InputAmax* input_amax = nullptr;            // is raised by what enters the linears
  const std::atomic<int>* stop = nullptr;     // not 0: end with ErrorCode::kInterrupted
  std::function<void()> on_answer = nullptr;  // after each finished answer
};

struct Answer {
  std::vector<TokenId> tokens;  // without the end token
  bool ended = false;           // by an end token, which came behind them; else by max_tokens
  TokenId end_id = -1;
  // Tokens (the end token, too) that the MTP block was asked for, and those that it had right.
  int64_t drafted = 0;
  int64_t drafted_right = 0;

  // All generated ids, the end token included.
  std::vector<TokenId> generated() const;
};

struct AnswerRun {
  std::vector<Answer> answers;  // in the order of the requests
  int64_t prompt_tokens = 0;
  int64_t generated_tokens = 0;
  double seconds = 0;
};

// Errors: those of Model::Step, logits that are not numbers, interruption.
Result<AnswerRun> AnswerAll(Model& model, std::span<const AnswerRequest> requests,
                            const AnswerOptions& options);

}  // namespace nibble
