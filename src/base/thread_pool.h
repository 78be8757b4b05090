// A fixed set of threads for data-parallel loops. Waiting threads park (no spinning): they may
// share cores with other processes. One owner calls ParallelFor at a time; it is passed down by
// reference, there is no global pool.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nibble {

class ThreadPool {
 public:
  // `threads` >= 1 counts the caller too: ThreadPool(1) starts no thread. 0 means the machine's
  // core count.
  explicit ThreadPool(size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  size_t size() const { return workers_.size() + 1; }

  // Calls fn(task, worker) for every task in [0, tasks), each once, workers in [0, size()); returns
  // when all are done. Tasks are taken in rising order, so uneven ones balance. `fn` must not
  // throw.
  void ParallelFor(size_t tasks, const std::function<void(size_t task, size_t worker)>& fn);

 private:
  void Run(size_t worker);
  void Drain(size_t worker);

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::vector<std::thread> workers_;
  const std::function<void(size_t, size_t)>* fn_ = nullptr;
  size_t tasks_ = 0;
  size_t next_ = 0;
  size_t running_ = 0;
  uint64_t generation_ = 0;
  bool stop_ = false;
};

}  // namespace nibble
