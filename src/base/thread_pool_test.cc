#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace nibble {
namespace {

TEST(ThreadPoolTest, EveryTaskOnce) {
  for (const size_t threads : {1u, 2u, 5u}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    for (const size_t tasks : {0u, 1u, 3u, 1000u}) {
      std::vector<std::atomic<int>> counts(tasks);
      pool.ParallelFor(tasks, [&](size_t task, size_t worker) {
        EXPECT_LT(worker, threads);
        ++counts[task];
      });
      for (const auto& c : counts) EXPECT_EQ(c, 1);
    }
  }
}

// Loops that follow each other at once, and after pauses in which the workers park: every task of
// every loop is seen by the time the loop returns.
TEST(ThreadPoolTest, ManyShortLoops) {
  for (const size_t threads : {2u, 4u}) {
    ThreadPool pool(threads);
    for (size_t loop = 0; loop < 3000; ++loop) {
      const size_t tasks = loop % 7 + 1;
      std::atomic<size_t> sum = 0;
      pool.ParallelFor(tasks, [&](size_t task, size_t) { sum += task + 1; });
      ASSERT_EQ(sum, tasks * (tasks + 1) / 2) << loop;
      if (loop % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
}

// A slow worker is waited for as long as it holds a task.
TEST(ThreadPoolTest, WaitsForTheLastTask) {
  ThreadPool pool(3);
  for (int loop = 0; loop < 5; ++loop) {
    std::atomic<int> done = 0;
    pool.ParallelFor(3, [&](size_t, size_t worker) {
      if (worker != 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      ++done;
    });
    EXPECT_EQ(done, 3);
  }
}

TEST(ThreadPoolTest, RangesCoverEverythingOnce) {
  for (const size_t threads : {1u, 3u}) {
    ThreadPool pool(threads);
    for (const int64_t count : {0, 1, 5, 64, 1000}) {
      std::vector<std::atomic<int>> counts(static_cast<size_t>(count));
      std::atomic<int> ranges = 0;
      pool.ParallelRanges(count, 20, [&](int64_t begin, int64_t end, size_t worker) {
        EXPECT_LT(worker, threads);
        EXPECT_GE(end - begin, std::min<int64_t>(count, 20));
        ++ranges;
        for (int64_t i = begin; i < end; ++i) ++counts[static_cast<size_t>(i)];
      });
      for (const auto& c : counts) EXPECT_EQ(c, 1);
      EXPECT_EQ(ranges,
                count == 0 ? 0 : (threads == 1 ? 1 : std::clamp<int>(int(count) / 20, 1, 24)));
    }
  }
}

}  // namespace
}  // namespace nibble
