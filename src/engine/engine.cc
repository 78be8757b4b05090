#include "engine/engine.h"

#include <utility>

namespace nibble {

Ticket& Ticket::operator=(Ticket&& other) noexcept {
  std::swap(channel_, other.channel_);
  return *this;
}

Ticket::~Ticket() {
  if (channel_) channel_->Cancel();
}

Engine::Engine(std::unique_ptr<ModelRunner> runner, const EngineOptions& options)
    : options_(options),
      runner_(std::move(runner)),
      vocab_size_(runner_->vocab_size()),
      max_model_len_(runner_->max_model_len()),
      thread_([this] { Run(); }) {}

Engine::~Engine() {
  {
    const std::scoped_lock lock(signal_->mutex);
    stop_ = true;
  }
  signal_->changed.notify_one();
  thread_.join();
}

void Engine::Signal::Notify() {
  {
    const std::scoped_lock lock(mutex);
    notified = true;
  }
  changed.notify_one();
}

Admission Engine::TrySubmit(std::vector<Request> requests, const std::function<void()>& wake,
                            std::vector<Ticket>* tickets) {
  const auto now = EngineClock::now();
  {
    const std::scoped_lock lock(signal_->mutex);
    if (stop_) return Admission::kStopped;
    const int64_t open =
        stats_.running + stats_.waiting + static_cast<int64_t>(inbox_.size() + requests.size());
    if (open > options_.scheduler.max_num_seqs + options_.max_num_queued_reqs)
      return Admission::kFull;
    for (Request& request : requests) {
      auto job = std::make_unique<Job>();
      job->request = std::move(request);
      job->received = now;
      job->channel = std::make_shared<RequestChannel>(options_.channel_tokens, wake,
                                                      [signal = signal_] { signal->Notify(); });
      tickets->emplace_back(job->channel);
      inbox_.push_back(std::move(job));
    }
    signal_->notified = true;
  }
  signal_->changed.notify_one();
  return Admission::kAccepted;
}

EngineStats Engine::stats() const {
  const std::scoped_lock lock(signal_->mutex);
  EngineStats stats = stats_;
  stats.waiting += static_cast<int64_t>(inbox_.size());
  return stats;
}

void Engine::Run() {
  Scheduler scheduler(runner_.get(), options_.scheduler);
  std::optional<EngineClock::time_point> due;
  while (true) {
    std::vector<std::unique_ptr<Job>> arrived;
    {
      std::unique_lock lock(signal_->mutex);
      stats_ = {static_cast<int64_t>(scheduler.running()),
                static_cast<int64_t>(scheduler.waiting()), scheduler.counters()};
      const auto changed = [this] { return signal_->notified || stop_; };
      if (!due) {
        signal_->changed.wait(lock, changed);
      } else if (*due > EngineClock::now()) {
        signal_->changed.wait_until(lock, *due, changed);
      }
      if (stop_) break;
      signal_->notified = false;
      arrived.swap(inbox_);
      stats_.waiting += static_cast<int64_t>(arrived.size());
    }
    for (auto& job : arrived) scheduler.Add(std::move(job));
    due = scheduler.Step();
  }
  const std::scoped_lock lock(signal_->mutex);
  for (auto& job : inbox_) scheduler.Add(std::move(job));
  inbox_.clear();
}

}  // namespace nibble
