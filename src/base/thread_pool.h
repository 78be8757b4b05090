// A fixed set of threads for data-parallel loops. A waiting thread spins for some ten microseconds,
// the time that waking it would take, so that the many short loops of a model's step follow each
// other closely; then it parks: it may share its core with other processes. One owner calls
// ParallelFor at a time; it is passed down by reference, there is no global pool.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nibble {

class ThreadPool {
 public:
  // `threads` >= 1 counts the caller too: ThreadPool(1) starts no thread. 0 means the machine's
  // core count. Fewer where the system grants no more: size() tells.
  explicit ThreadPool(size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  size_t size() const { return workers_.size() + 1; }

  // Calls fn(task, worker) for every task in [0, tasks), each once, workers in [0, size()); returns
  // when all are done. Tasks are taken in rising order, so uneven ones balance; a thread that wakes
  // late finds nothing left and is not waited for. `fn` must not throw.
  void ParallelFor(size_t tasks, const std::function<void(size_t task, size_t worker)>& fn);

  // Calls fn(begin, end, worker) for ranges that cover [0, count), each of at least `grain` items
  // unless there are fewer: for items so small that handing out each alone would cost more than
  // they do. `grain` is what takes some ten microseconds.
  void ParallelRanges(int64_t count, int64_t grain,
                      const std::function<void(int64_t begin, int64_t end, size_t worker)>& fn);

 private:
  void Run(size_t worker);
  void Drain(size_t worker);
  bool IsOpenAfter(uint64_t seen) const;
  uint64_t WaitForWork(uint64_t seen);

  // One loop at a time: its generation above the lowest 32 bits, kOpen while tasks may be taken,
  // and in the lowest bits the number of workers inside. Workers enter and leave by changing it, so
  // fn_ and tasks_ change only while nobody is inside.
  static constexpr uint64_t kGeneration = uint64_t{1} << 32;
  static constexpr uint64_t kOpen = uint64_t{1} << 31;
  std::atomic<uint64_t> state_{0};
  std::atomic<size_t> next_{0};
  const std::function<void(size_t, size_t)>* fn_ = nullptr;
  size_t tasks_ = 0;

  std::mutex mutex_;  // of parking only
  std::condition_variable work_;
  std::condition_variable done_;
  std::atomic<size_t> parked_{0};
  std::atomic<bool> owner_parked_{false};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
};

}  // namespace nibble
