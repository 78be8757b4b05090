// The bounded channel between the engine thread and whoever consumes one request's tokens. The
// engine asks HasRoom before it lets a sequence go on, so a slow consumer pauses its own sequence
// and nothing else; nothing is ever dropped or blocked.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

#include "engine/request.h"

namespace nibble {

class RequestChannel {
 public:
  // `wake` is called by the engine thread, without locks held, when there is something to take
  // after the consumer has taken all; it must not block. `resume` is called by the consumer's
  // thread when a full channel has room again or the request was cancelled.
  RequestChannel(size_t capacity, std::function<void()> wake, std::function<void()> resume)
      : capacity_(capacity), wake_(std::move(wake)), resume_(std::move(resume)) {}

  // Engine side.
  bool HasRoom() const;
  void Push(GeneratedToken token);
  void Finish(Finished finished);
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  // Tells the consumer, if it does not know yet. Called once per step, after all pushes.
  void Flush();

  // Consumer side.
  RequestEvents Take();
  void Cancel();

 private:
  const size_t capacity_;
  const std::function<void()> wake_;
  const std::function<void()> resume_;
  std::atomic<bool> cancelled_ = false;
  mutable std::mutex mutex_;
  RequestEvents events_;
  bool woken_ = false;  // the consumer was told and has not taken since
};

}  // namespace nibble
