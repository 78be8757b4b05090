// Who takes part in the next step: first come, first served, many sequences decoding side by side,
// prompts taken in chunks between them so that a long one does not hold up the others' tokens. No
// threads here: the engine thread owns it and calls Step over and over.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "engine/channel.h"
#include "engine/model_runner.h"
#include "engine/sampler.h"

namespace nibble {

struct SchedulerOptions {
  int64_t max_num_seqs = 16;              // sequences running at once
  int64_t max_num_batched_tokens = 2048;  // tokens per step, prompt chunks included
};

// A request on its way through the engine.
struct Job {
  Request request;
  std::shared_ptr<RequestChannel> channel;
  EngineClock::time_point received;

  // The scheduler's, from here on.
  Slot slot = -1;
  int64_t prefilled = 0;  // tokens of the prompt that the runner has
  int64_t generated = 0;
  TokenId last = -1;  // the token to feed next
  TokenCounts counts;
  bool done = false;
  EngineClock::time_point scheduled, first_token, last_token;
};

struct EngineCounters {
  uint64_t prompt_tokens = 0;     // of prompts run through the model
  uint64_t generated_tokens = 0;  // sampled
  uint64_t steps = 0;
  uint64_t finished[4] = {};  // by FinishReason
};

class Scheduler {
 public:
  Scheduler(ModelRunner* runner, const SchedulerOptions& options);
  ~Scheduler();  // open jobs end as cancelled

  void Add(std::unique_ptr<Job> job);

  // One step: drops what was cancelled, admits what fits, runs and samples. Returns when the next
  // step is due: now (time_point::min()) while there is work, a later instant when every sequence
  // waits for its ReadyAt, nullopt when only a new job, a cancel or a consumer can change anything.
  std::optional<EngineClock::time_point> Step();

  size_t running() const { return running_.size(); }
  size_t waiting() const { return waiting_.size(); }
  const EngineCounters& counters() const { return counters_; }

 private:
  void DropCancelled();
  void Admit();
  // Fills batch_ and items_.
  void BuildBatch();
  void AddToBatch(Job* job, int64_t tokens);
  void Deliver(Job* job, const RunnerResult& result);
  std::optional<TokenId> Choose(const Job& job, const RunnerResult& result) const;
  void EndJob(Job* job, Finished finished);
  std::optional<EngineClock::time_point> NextDue() const;

  ModelRunner* const runner_;
  const SchedulerOptions options_;
  std::deque<std::unique_ptr<Job>> waiting_;
  std::vector<std::unique_ptr<Job>> running_;  // in the order of their admission
  std::vector<Job*> batch_;
  std::vector<RunnerItem> items_;
  std::vector<RunnerResult> results_;
  bool freed_ = false;  // a slot was closed in this step
  EngineCounters counters_;
};

}  // namespace nibble
