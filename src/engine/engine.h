// The engine: one thread that owns the model and its sequences, a bounded admission in front of it,
// and a channel back per request. TrySubmit, Ticket and the statistics may be used from any thread;
// tickets must not outlive their engine.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/scheduler.h"

namespace nibble {

struct EngineOptions {
  SchedulerOptions scheduler = {};
  int64_t max_num_queued_reqs = 256;  // requests that may wait beside those that run
  size_t channel_tokens = 256;        // tokens that one request's consumer may lag behind
};

// One submitted request. Letting go of it cancels the request.
class Ticket {
 public:
  explicit Ticket(std::shared_ptr<RequestChannel> channel) : channel_(std::move(channel)) {}
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&& other) noexcept;
  ~Ticket();

  // What has come since the last call. Never blocks.
  RequestEvents Take() { return channel_->Take(); }
  // The work is freed before the engine's next step.
  void Cancel() { channel_->Cancel(); }

 private:
  std::shared_ptr<RequestChannel> channel_;
};

enum class Admission { kAccepted, kFull, kStopped };

struct EngineStats {
  int64_t running = 0;
  int64_t waiting = 0;
  EngineCounters counters;
};

class Engine {
 public:
  Engine(std::unique_ptr<ModelRunner> runner, const EngineOptions& options);
  ~Engine();  // ends after the step that runs; open requests finish as cancelled
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Takes all of `requests` or none. `wake` is called by the engine thread whenever one of them has
  // something to take; it must not block.
  Admission TrySubmit(std::vector<Request> requests, const std::function<void()>& wake,
                      std::vector<Ticket>* tickets);

  int64_t vocab_size() const { return vocab_size_; }
  int64_t max_model_len() const { return max_model_len_; }
  EngineStats stats() const;

 private:
  // What wakes the engine thread. Shared with the channels: a ticket may outlive the engine.
  struct Signal {
    std::mutex mutex;  // guards the engine's members below, too
    std::condition_variable changed;
    bool notified = false;  // something changed since the engine thread last looked

    void Notify();
  };

  void Run();

  const EngineOptions options_;
  std::unique_ptr<ModelRunner> runner_;
  const int64_t vocab_size_;
  const int64_t max_model_len_;

  const std::shared_ptr<Signal> signal_ = std::make_shared<Signal>();
  std::vector<std::unique_ptr<Job>> inbox_;
  bool stop_ = false;
  EngineStats stats_;  // as of the last step; inbox_ comes on top

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace nibble
