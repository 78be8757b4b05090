#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>

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

}  // namespace
}  // namespace nibble
