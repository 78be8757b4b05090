#include "engine/scheduler.h"

#include <algorithm>

namespace nibble {
namespace {

double MsBetween(EngineClock::time_point from, EngineClock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

bool Holds(const std::vector<TokenId>& ids, TokenId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool PromptDone(const Job& job) {
  return job.prefilled == static_cast<int64_t>(job.request.prompt.size());
}

bool HasPenalties(const SamplingParams& p) {
  return p.repetition_penalty != 1 || p.presence_penalty != 0 || p.frequency_penalty != 0;
}

}  // namespace

Scheduler::Scheduler(ModelRunner* runner, const SchedulerOptions& options)
    : runner_(runner), options_(options) {
  NIBBLE_CHECK(options.max_num_seqs > 0 && options.max_num_batched_tokens > 0,
               "a scheduler needs room for one sequence and one token");
}

Scheduler::~Scheduler() {
  const auto end = [this](const std::unique_ptr<Job>& job) {
    EndJob(job.get(), {.reason = FinishReason::kCancelled});
    job->channel->Flush();
  };
  std::for_each(running_.begin(), running_.end(), end);
  std::for_each(waiting_.begin(), waiting_.end(), end);
}

void Scheduler::Add(std::unique_ptr<Job> job) {
  NIBBLE_CHECK(!job->request.prompt.empty() && job->request.max_tokens > 0,
               "a request has a prompt and room for a token");
  waiting_.push_back(std::move(job));
}

std::optional<EngineClock::time_point> Scheduler::Step() {
  freed_ = false;
  DropCancelled();
  Admit();
  BuildBatch();
  if (!items_.empty()) {
    ++counters_.steps;
    const Status status = runner_->Step(items_, &results_);
    for (size_t i = 0; i < batch_.size(); ++i) {
      Job* job = batch_[i];
      if (!status.ok()) {
        EndJob(job, {.reason = FinishReason::kError, .error = status.error().message()});
      } else if (items_[i].wants_token) {
        Deliver(job, results_[i]);
      }
    }
    for (Job* job : batch_) job->channel->Flush();
    std::erase_if(running_, [](const auto& job) { return job->done; });
  }
  return NextDue();
}

void Scheduler::DropCancelled() {
  const auto drop = [this](const std::unique_ptr<Job>& job) {
    if (!job->channel->cancelled()) return false;
    EndJob(job.get(), {.reason = FinishReason::kCancelled});
    return true;
  };
  std::erase_if(running_, drop);
  std::erase_if(waiting_, drop);
}

void Scheduler::Admit() {
  while (!waiting_.empty() && static_cast<int64_t>(running_.size()) < options_.max_num_seqs) {
    Job& job = *waiting_.front();
    const Result<Slot> slot = runner_->Open(job.request);
    if (!slot.ok()) {
      // Memory comes back when a running sequence ends; with none running it never will.
      if (!running_.empty()) return;
      EndJob(&job, {.reason = FinishReason::kError, .error = slot.error().message()});
      job.channel->Flush();
      waiting_.pop_front();
      continue;
    }
    job.slot = *slot;
    job.scheduled = EngineClock::now();
    if (HasPenalties(job.request.sampling)) {
      auto& ids = job.counts.prompt;
      ids = job.request.prompt;
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    }
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

// Tokens first, prompts with what is left of the budget: nobody's next token waits for somebody
// else's prompt. An eighth is kept for prompts, so that many decoding sequences cannot shut them
// out.
void Scheduler::BuildBatch() {
  batch_.clear();
  items_.clear();
  const auto now = EngineClock::now();
  std::vector<Job*> decoding;
  std::vector<Job*> prefilling;
  for (auto& job : running_) {
    if (runner_->ReadyAt(job->slot) > now || !job->channel->HasRoom()) continue;
    (PromptDone(*job) ? decoding : prefilling).push_back(job.get());
  }
  int64_t budget = options_.max_num_batched_tokens;
  const int64_t reserved = prefilling.empty() ? 0 : std::max<int64_t>(1, budget / 8);
  const auto decodes = std::min(decoding.size(), static_cast<size_t>(budget - reserved));
  for (size_t i = 0; i < decodes; ++i) AddToBatch(decoding[i], 1);
  budget -= static_cast<int64_t>(decodes);
  for (Job* job : prefilling) {
    if (budget == 0) break;
    const int64_t left = static_cast<int64_t>(job->request.prompt.size()) - job->prefilled;
    AddToBatch(job, std::min(left, budget));
    budget -= static_cast<int64_t>(items_.back().tokens.size());
  }
  // Whoever found no room in this step goes first in the next.
  if (decodes < decoding.size()) {
    std::rotate(running_.begin(), running_.begin() + static_cast<std::ptrdiff_t>(decodes),
                running_.end());
  }
}

void Scheduler::AddToBatch(Job* job, int64_t tokens) {
  RunnerItem item{.slot = job->slot, .tokens = {&job->last, 1}, .wants_token = true};
  if (!PromptDone(*job)) {
    item.tokens = std::span(job->request.prompt)
                      .subspan(static_cast<size_t>(job->prefilled), static_cast<size_t>(tokens));
    job->prefilled += tokens;
    item.wants_token = PromptDone(*job);
    counters_.prompt_tokens += static_cast<uint64_t>(tokens);
  }
  batch_.push_back(job);
  items_.push_back(item);
}

std::optional<TokenId> Scheduler::Choose(const Job& job, const RunnerResult& result) const {
  if (result.token >= 0) return result.token;
  const Request& request = job.request;
  std::vector<TokenId> masked;
  if (job.generated < request.min_tokens) {
    masked = request.stop_ids;
    if (!request.ignore_eos)
      masked.insert(masked.end(), request.eos_ids.begin(), request.eos_ids.end());
  }
  return SampleToken(result.logits, request.sampling, job.counts, masked,
                     static_cast<uint64_t>(job.generated));
}

void Scheduler::Deliver(Job* job, const RunnerResult& result) {
  const Request& request = job->request;
  const std::optional<TokenId> token = Choose(*job, result);
  if (!token) {
    EndJob(job, {.reason = FinishReason::kError,
                 .error = "the model's logits hold a NaN or infinity; generation was stopped"});
    return;
  }
  job->last = *token;
  job->last_token = EngineClock::now();
  if (job->generated++ == 0) job->first_token = job->last_token;
  if (HasPenalties(request.sampling)) ++job->counts.generated[*token];
  ++counters_.generated_tokens;

  // The mask of min_tokens does not bind a runner that chooses by itself.
  const bool may_end = job->generated > request.min_tokens;
  const bool is_eos = may_end && !request.ignore_eos && Holds(request.eos_ids, *token);
  const bool is_stop = may_end && !is_eos && Holds(request.stop_ids, *token);
  job->channel->Push({.id = *token, .ends = is_eos || is_stop});
  if (is_eos) {
    EndJob(job, {.reason = FinishReason::kStop});
  } else if (is_stop) {
    EndJob(job, {.reason = FinishReason::kStop, .stop_id = *token});
  } else if (job->generated == request.max_tokens) {
    EndJob(job, {.reason = FinishReason::kLength});
  }
}

void Scheduler::EndJob(Job* job, Finished finished) {
  const auto now = EngineClock::now();
  RequestTimings& t = finished.timings;
  const bool was_scheduled = job->slot >= 0;
  t.queue_ms = MsBetween(job->received, was_scheduled ? job->scheduled : now);
  if (job->generated > 0) {
    t.prefill_ms = MsBetween(job->scheduled, job->first_token);
    t.decode_ms = MsBetween(job->first_token, job->last_token);
  }
  ++counters_.finished[static_cast<size_t>(finished.reason)];
  if (was_scheduled) runner_->Close(job->slot);
  freed_ = freed_ || was_scheduled;
  job->slot = -1;
  job->done = true;
  job->channel->Finish(std::move(finished));
}

std::optional<EngineClock::time_point> Scheduler::NextDue() const {
  if (freed_ && !waiting_.empty()) return EngineClock::time_point::min();
  std::optional<EngineClock::time_point> due;
  for (const auto& job : running_) {
    if (!job->channel->HasRoom()) continue;
    const auto ready = runner_->ReadyAt(job->slot);
    if (!due || ready < *due) due = ready;
  }
  return due;
}

}  // namespace nibble
