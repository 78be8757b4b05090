#include "base/thread_pool.h"

#include <algorithm>
#include <system_error>

namespace nibble {
namespace {

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Some ten microseconds, or until `ready`.
template <class Ready>
bool SpinUntil(const Ready& ready) {
  constexpr int kSpins = 1000;
  for (int i = 0; i < kSpins; ++i) {
    if (ready()) return true;
    Pause();
  }
  return ready();
}

}  // namespace

ThreadPool::ThreadPool(size_t threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  workers_.reserve(threads - 1);
  for (size_t worker = 1; worker < threads; ++worker) {
    try {
      workers_.emplace_back([this, worker] { Run(worker); });
    } catch (const std::system_error&) {
      break;  // no more threads to be had: the ones that run do the work
    }
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_all();
  for (std::thread& t : workers_) t.join();
}

void ThreadPool::ParallelFor(size_t tasks, const std::function<void(size_t, size_t)>& fn) {
  if (tasks == 0) return;
  if (workers_.empty() || tasks == 1) {
    for (size_t task = 0; task < tasks; ++task) fn(task, 0);
    return;
  }
  fn_ = &fn;
  tasks_ = tasks;
  next_ = 0;
  state_ = state_ / kGeneration * kGeneration + kGeneration + kOpen;
  // Whoever parks counts itself first and looks at state_ afterwards, so nobody is missed.
  if (parked_ > 0) {
    { const std::lock_guard lock(mutex_); }
    work_.notify_all();
  }
  Drain(0);
  state_ &= ~kOpen;
  const auto empty = [this] { return state_ % kOpen == 0; };
  if (SpinUntil(empty)) return;
  std::unique_lock lock(mutex_);
  owner_parked_ = true;
  done_.wait(lock, empty);
  owner_parked_ = false;
}

void ThreadPool::ParallelRanges(int64_t count, int64_t grain,
                                const std::function<void(int64_t, int64_t, size_t)>& fn) {
  constexpr int64_t kRangesPerThread = 8;
  if (count <= 0) return;
  const int64_t most = static_cast<int64_t>(size()) * kRangesPerThread;
  const int64_t ranges = std::clamp<int64_t>(count / std::max<int64_t>(grain, 1), 1, most);
  if (ranges == 1 || workers_.empty()) return fn(0, count, 0);
  ParallelFor(static_cast<size_t>(ranges), [&](size_t task, size_t worker) {
    const auto i = static_cast<int64_t>(task);
    fn(count * i / ranges, count * (i + 1) / ranges, worker);
  });
}

bool ThreadPool::IsOpenAfter(uint64_t seen) const {
  const uint64_t state = state_;
  return (state & kOpen) != 0 && state / kGeneration != seen;
}

// The state of a loop later than generation `seen` that was open a moment ago, or of any when the
// pool stops.
uint64_t ThreadPool::WaitForWork(uint64_t seen) {
  const auto ready = [&] { return stop_ || IsOpenAfter(seen); };
  if (!SpinUntil(ready)) {
    std::unique_lock lock(mutex_);
    ++parked_;
    work_.wait(lock, ready);
    --parked_;
  }
  return state_;
}

void ThreadPool::Run(size_t worker) {
  uint64_t seen = 0;
  while (true) {
    uint64_t state = WaitForWork(seen);
    if (stop_) return;
    while ((state & kOpen) != 0 && !state_.compare_exchange_weak(state, state + 1)) {
    }
    if ((state & kOpen) == 0) continue;  // the others were faster
    seen = state / kGeneration;
    Drain(worker);
    const bool last = --state_ % kOpen == 0;
    if (last && owner_parked_) {
      { const std::lock_guard lock(mutex_); }
      done_.notify_one();
    }
  }
}

void ThreadPool::Drain(size_t worker) {
  for (size_t task = next_.fetch_add(1); task < tasks_; task = next_.fetch_add(1))
    (*fn_)(task, worker);
}

}  // namespace nibble
