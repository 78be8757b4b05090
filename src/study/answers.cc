#include "study/answers.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/model_runner.h"
#include "engine/sampler.h"
#include "engine/scheduler.h"

namespace nibble {
namespace {

// The model as the scheduler's runner, with the MTP block following and counted.
class AnswerRunner : public ModelRunner {
 public:
  AnswerRunner(Model& model, const AnswerOptions& options, std::vector<Answer>* answers)
      : model_(model), options_(options), answers_(*answers) {}

  int64_t vocab_size() const override { return model_.config().vocab_size; }
  int64_t max_model_len() const override { return model_.config().max_position_embeddings; }

  Result<Slot> Open(const Request& request) override {
    if (free_.empty()) {
      free_.push_back(static_cast<Slot>(slots_.size()));
      slots_.push_back({model_.NewSequence(), nullptr});
    }
    const Slot slot = free_.back();
    free_.pop_back();
    slots_[static_cast<size_t>(slot)].sequence->Reset();
    slots_[static_cast<size_t>(slot)].answer = &answers_[request.sampling.choice];
    return slot;
  }
  void Close(Slot slot) override { free_.push_back(slot); }

  Status Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) override {
    std::vector<StepItem> steps;
    for (const RunnerItem& item : items) {
      steps.push_back({.sequence = slots_[static_cast<size_t>(item.slot)].sequence.get(),
                       .tokens = item.tokens,
                       .logits = item.wants_token ? Logits::kLast : Logits::kNone,
                       .mtp = options_.mtp});
    }
    NIBBLE_ASSIGN(last_, model_.Step(steps, {.input_amax = options_.input_amax}));
    results->assign(items.size(), {});
    for (size_t i = 0; i < items.size(); ++i) {
      (*results)[i].logits = last_[i].logits;
      if (items[i].wants_token)
        CountDraft(last_[i], slots_[static_cast<size_t>(items[i].slot)].answer);
    }
    return {};
  }

 private:
  struct SlotState {
    std::unique_ptr<Sequence> sequence;
    Answer* answer;
  };

  // The last row of the MTP block has read the last token and the streams before it: it predicts
  // the same token as the trunk's row.
  void CountDraft(const StepResult& result, Answer* answer) const {
    const auto vocabulary = static_cast<size_t>(vocab_size());
    if (result.mtp_logits.size() < vocabulary) return;
    const auto draft = GreedyToken(std::span(result.mtp_logits).last(vocabulary));
    ++answer->drafted;
    answer->drafted_right += draft && draft == GreedyToken(result.logits);
  }

  Model& model_;
  const AnswerOptions& options_;
  std::vector<Answer>& answers_;
  std::vector<SlotState> slots_;
  std::vector<Slot> free_;
  std::vector<StepResult> last_;  // owns the logits that the last results point into
};

std::unique_ptr<Job> JobOf(const AnswerRequest& request, size_t index,
                           const AnswerOptions& options) {
  auto job = std::make_unique<Job>();
  job->request.prompt = request.prompt;
  job->request.max_tokens = request.max_tokens;
  job->request.eos_ids = options.end_ids;
  job->request.sampling.temperature = 0;
  job->request.sampling.choice = static_cast<uint32_t>(index);  // tells the runner which it is
  // Emptied after every step, on this thread: nobody to wake.
  job->channel = std::make_shared<RequestChannel>(/*capacity=*/2, [] {}, [] {});
  job->received = EngineClock::now();
  return job;
}

// An answer in the making.
struct Open {
  const AnswerRequest* request;
  Answer* answer;
  std::shared_ptr<RequestChannel> channel;
  bool done = false;

  Status Take() {
    const RequestEvents events = channel->Take();
    for (const GeneratedToken& token : events.tokens) {
      if (token.ends) {
        answer->ended = true;
        answer->end_id = token.id;
      } else {
        answer->tokens.push_back(token.id);
      }
    }
    done = events.finished.has_value();
    if (done && events.finished->reason == FinishReason::kError)
      return InvalidInput("{}: {}", request->where, events.finished->error);
    return {};
  }
};

}  // namespace

std::vector<TokenId> Answer::generated() const {
  std::vector<TokenId> ids = tokens;
  if (ended) ids.push_back(end_id);
  return ids;
}

Result<AnswerRun> AnswerAll(Model& model, std::span<const AnswerRequest> requests,
                            const AnswerOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  AnswerRun run;
  run.answers.resize(requests.size());
  AnswerRunner runner(model, options, &run.answers);
  Scheduler scheduler(&runner, {.max_num_seqs = options.batch,
                                .max_num_batched_tokens = options.prefill_chunk + options.batch});
  std::vector<Open> open;
  size_t next = 0;
  while (next < requests.size() || !open.empty()) {
    if (options.stop != nullptr && *options.stop != 0)
      return Error(ErrorCode::kInterrupted, "interrupted");
    for (; open.size() < static_cast<size_t>(options.batch) && next < requests.size(); ++next) {
      auto job = JobOf(requests[next], next, options);
      open.push_back({&requests[next], &run.answers[next], job->channel});
      scheduler.Add(std::move(job));
    }
    scheduler.Step();
    for (Open& one : open) {
      NIBBLE_TRY(one.Take());
      if (one.done && options.on_answer) options.on_answer();
    }
    std::erase_if(open, [](const Open& one) { return one.done; });
  }
  run.prompt_tokens = static_cast<int64_t>(scheduler.counters().prompt_tokens);
  run.generated_tokens = static_cast<int64_t>(scheduler.counters().generated_tokens);
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return run;
}

}  // namespace nibble
