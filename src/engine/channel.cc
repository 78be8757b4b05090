#include "engine/channel.h"

namespace nibble {

bool RequestChannel::HasRoom() const {
  const std::scoped_lock lock(mutex_);
  return events_.tokens.size() < capacity_;
}

void RequestChannel::Push(GeneratedToken token) {
  const std::scoped_lock lock(mutex_);
  events_.tokens.push_back(token);
}

void RequestChannel::Finish(Finished finished) {
  const std::scoped_lock lock(mutex_);
  events_.finished = std::move(finished);
}

void RequestChannel::Flush() {
  {
    const std::scoped_lock lock(mutex_);
    if (woken_ || (events_.tokens.empty() && !events_.finished)) return;
    woken_ = true;
  }
  wake_();
}

RequestEvents RequestChannel::Take() {
  RequestEvents events;
  bool was_full = false;
  {
    const std::scoped_lock lock(mutex_);
    was_full = events_.tokens.size() >= capacity_;
    std::swap(events, events_);
    woken_ = false;
  }
  if (was_full && !events.finished) resume_();
  return events;
}

void RequestChannel::Cancel() {
  if (!cancelled_.exchange(true, std::memory_order_acq_rel)) resume_();
}

}  // namespace nibble
