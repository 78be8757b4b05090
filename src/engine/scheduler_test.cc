#include "engine/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "engine/engine.h"

namespace nibble {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;

constexpr TokenId kVocab = 50;
constexpr TokenId kPoison = 49;  // a prompt that ends in it gives NaN logits

// Its next token is a hash of all tokens that the sequence has seen, so any mix-up, gap or leftover
// in the scheduling shows.
class FakeRunner : public ModelRunner {
 public:
  int64_t vocab_size() const override { return kVocab; }
  int64_t max_model_len() const override { return 1000; }
  Result<Slot> Open(const Request&) override {
    if (static_cast<int>(open.size()) == memory) return Unsupported("no memory for a sequence");
    const Slot slot = next_slot_++;
    open[slot] = 17;
    return slot;
  }
  void Close(Slot slot) override { ASSERT_EQ(open.erase(slot), 1u); }
  Status Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) override {
    int64_t tokens = 0;
    rows_.assign(items.size(), std::vector<float>(kVocab));
    results->assign(items.size(), {});
    for (size_t i = 0; i < items.size(); ++i) {
      uint32_t& state = open.at(items[i].slot);
      for (const TokenId id : items[i].tokens)
        state = state * 2654435761u + static_cast<uint32_t>(id);
      tokens += static_cast<int64_t>(items[i].tokens.size());
      for (size_t v = 0; v < kPoison; ++v)
        rows_[i][v] = std::sin(static_cast<float>(state % 9973) * static_cast<float>(v + 1));
      rows_[i][kPoison] = -std::numeric_limits<float>::infinity();
      if (items[i].tokens.back() == kPoison) rows_[i][3] = std::numeric_limits<float>::quiet_NaN();
      (*results)[i].logits = rows_[i];
    }
    step_tokens.push_back(tokens);
    step_items.push_back(items.size());
    return fail ? Status(IoError("the device is gone")) : Status();
  }

  std::map<Slot, uint32_t> open;
  std::vector<int64_t> step_tokens;
  std::vector<size_t> step_items;
  int memory = 1000;
  bool fail = false;

 private:
  Slot next_slot_ = 0;
  std::vector<std::vector<float>> rows_;
};

Request SomeRequest(int i) {
  Request request;
  for (int k = 0; k < 1 + i * 7 % 40; ++k) request.prompt.push_back((i + k * 3) % (kVocab - 1));
  request.max_tokens = 5 + i % 11;
  request.sampling.temperature = i % 2 == 0 ? 0 : 1;
  request.sampling.seed = static_cast<uint64_t>(i);
  return request;
}

struct Handle {
  std::shared_ptr<RequestChannel> channel;
  std::vector<TokenId> tokens;
  std::optional<Finished> finished;
  void Take() {
    RequestEvents events = channel->Take();
    for (const GeneratedToken& token : events.tokens) tokens.push_back(token.id);
    if (events.finished) finished = events.finished;
  }
};

Handle Submit(Scheduler* scheduler, Request request, size_t capacity = 1000) {
  Handle handle{std::make_shared<RequestChannel>(
                    capacity, [] {}, [] {}),
                {},
                {}};
  auto job = std::make_unique<Job>();
  job->request = std::move(request);
  job->channel = handle.channel;
  job->received = EngineClock::now();
  scheduler->Add(std::move(job));
  return handle;
}

std::vector<TokenId> Alone(const Request& request) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {});
  Handle handle = Submit(&scheduler, request);
  while (scheduler.Step()) {
  }
  handle.Take();
  EXPECT_TRUE(handle.finished);
  return handle.tokens;
}

TEST(SchedulerTest, ManyTogetherGetTheTokensOfEachAlone) {
  for (const int64_t budget : {1, 7, 64, 2048}) {
    FakeRunner runner;
    Scheduler scheduler(&runner, {.max_num_seqs = 16, .max_num_batched_tokens = budget});
    std::vector<Handle> handles;
    for (int i = 0; i < 40; ++i) handles.push_back(Submit(&scheduler, SomeRequest(i)));
    while (scheduler.Step()) {
    }
    for (int i = 0; i < 40; ++i) {
      Handle& handle = handles[static_cast<size_t>(i)];
      handle.Take();
      ASSERT_TRUE(handle.finished);
      EXPECT_EQ(handle.finished->reason, FinishReason::kLength);
      EXPECT_EQ(handle.tokens, Alone(SomeRequest(i))) << "request " << i << " budget " << budget;
    }
    EXPECT_THAT(runner.step_tokens, Each(Le(budget)));
    EXPECT_TRUE(runner.open.empty());
  }
}

TEST(SchedulerTest, APromptInChunksLetsOthersDecode) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {.max_num_seqs = 4, .max_num_batched_tokens = 10});
  Request chat = SomeRequest(0);
  chat.max_tokens = 100;
  Handle first = Submit(&scheduler, chat);
  scheduler.Step();
  Request book = SomeRequest(1);
  book.prompt.assign(95, 7);
  Handle second = Submit(&scheduler, book);
  for (int i = 0; i < 10; ++i) scheduler.Step();
  first.Take();
  EXPECT_EQ(first.tokens.size(), 11u);  // a token in every step
  second.Take();
  EXPECT_TRUE(second.tokens.empty());  // 90 of 95
  scheduler.Step();
  second.Take();
  EXPECT_EQ(second.tokens.size(), 1u);
}

TEST(SchedulerTest, FirstComeFirstServed) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {.max_num_seqs = 2, .max_num_batched_tokens = 64});
  std::vector<Handle> handles;
  for (int i = 0; i < 3; ++i) handles.push_back(Submit(&scheduler, SomeRequest(i)));
  scheduler.Step();
  EXPECT_EQ(scheduler.running(), 2u);
  EXPECT_EQ(scheduler.waiting(), 1u);
  handles[2].Take();
  EXPECT_TRUE(handles[2].tokens.empty());
  EXPECT_EQ(runner.step_items, (std::vector<size_t>{2}));
}

TEST(SchedulerTest, CancelFreesWithinOneStep) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {.max_num_seqs = 2, .max_num_batched_tokens = 16});
  Handle running = Submit(&scheduler, SomeRequest(10));
  Handle stays = Submit(&scheduler, SomeRequest(2));
  Handle queued = Submit(&scheduler, SomeRequest(3));
  scheduler.Step();
  running.channel->Cancel();
  queued.channel->Cancel();
  scheduler.Step();
  EXPECT_EQ(runner.open.size(), 1u);
  EXPECT_EQ(scheduler.waiting(), 0u);
  running.Take();
  EXPECT_EQ(running.finished->reason, FinishReason::kCancelled);
  while (scheduler.Step()) {
  }
  stays.Take();
  EXPECT_EQ(stays.tokens, Alone(SomeRequest(2)));
}

TEST(SchedulerTest, EosAndStopIdsEnd) {
  Request request = SomeRequest(4);
  request.max_tokens = 30;
  const std::vector<TokenId> all = Alone(request);
  request.eos_ids = {all[3]};
  std::vector<TokenId> until = Alone(request);
  EXPECT_EQ(until.back(), all[3]);
  EXPECT_LE(until.size(), 4u);
  request.ignore_eos = true;
  EXPECT_EQ(Alone(request), all);
  request.min_tokens = 6;
  request.ignore_eos = false;
  EXPECT_GT(Alone(request).size(), 6u);  // masked until then

  FakeRunner runner;
  Scheduler scheduler(&runner, {});
  request = SomeRequest(4);
  request.stop_ids = {all[0]};
  Handle handle = Submit(&scheduler, request);
  while (scheduler.Step()) {
  }
  RequestEvents events = handle.channel->Take();
  ASSERT_EQ(events.tokens.size(), 1u);
  EXPECT_TRUE(events.tokens[0].ends);
  EXPECT_EQ(events.finished->stop_id, all[0]);
}

TEST(SchedulerTest, NanEndsItsRequestOnly) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {});
  Request poisoned = SomeRequest(5);
  poisoned.prompt.push_back(kPoison);
  Handle bad = Submit(&scheduler, poisoned);
  Handle good = Submit(&scheduler, SomeRequest(6));
  while (scheduler.Step()) {
  }
  bad.Take();
  good.Take();
  EXPECT_EQ(bad.finished->reason, FinishReason::kError);
  EXPECT_THAT(bad.finished->error, ::testing::HasSubstr("NaN"));
  EXPECT_TRUE(bad.tokens.empty());
  EXPECT_EQ(good.tokens, Alone(SomeRequest(6)));
}

TEST(SchedulerTest, AFailedStepEndsItsRequestsWithTheError) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {});
  Handle handle = Submit(&scheduler, SomeRequest(1));
  runner.fail = true;
  scheduler.Step();
  handle.Take();
  EXPECT_EQ(handle.finished->error, "the device is gone");
  runner.fail = false;
  Handle next = Submit(&scheduler, SomeRequest(2));
  while (scheduler.Step()) {
  }
  next.Take();
  EXPECT_EQ(next.tokens, Alone(SomeRequest(2)));
}

TEST(SchedulerTest, WithoutMemoryRequestsWaitForRunningOnes) {
  FakeRunner runner;
  runner.memory = 1;
  Scheduler scheduler(&runner, {});
  Handle a = Submit(&scheduler, SomeRequest(1));
  Handle b = Submit(&scheduler, SomeRequest(2));
  while (scheduler.Step()) {
  }
  a.Take();
  b.Take();
  EXPECT_EQ(a.tokens, Alone(SomeRequest(1)));
  EXPECT_EQ(b.tokens, Alone(SomeRequest(2)));
  runner.memory = 0;
  Handle c = Submit(&scheduler, SomeRequest(3));
  EXPECT_FALSE(scheduler.Step());
  c.Take();
  EXPECT_EQ(c.finished->error, "no memory for a sequence");
}

TEST(SchedulerTest, AFullChannelPausesItsSequenceOnly) {
  FakeRunner runner;
  Scheduler scheduler(&runner, {});
  Request request = SomeRequest(8);
  request.max_tokens = 20;
  Handle slow = Submit(&scheduler, request, 4);
  Handle fast = Submit(&scheduler, request);
  while (scheduler.Step()) {
  }
  fast.Take();
  EXPECT_EQ(fast.tokens.size(), 20u);
  EXPECT_FALSE(slow.finished);
  while (!slow.finished) {
    slow.Take();
    while (scheduler.Step()) {
    }
  }
  EXPECT_EQ(slow.tokens, fast.tokens);
}

// The same through the thread, with consumers on other threads.
TEST(EngineTest, ConcurrentRequestsGetTheTokensOfEachAlone) {
  Engine engine(std::make_unique<FakeRunner>(), {.channel_tokens = 2});
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&engine, i] {
      std::mutex mutex;
      std::condition_variable woken;
      bool ready = false;
      std::vector<Ticket> tickets;
      ASSERT_EQ(engine.TrySubmit(
                    {SomeRequest(i)},
                    [&] {
                      const std::scoped_lock lock(mutex);
                      ready = true;
                      woken.notify_one();
                    },
                    &tickets),
                Admission::kAccepted);
      std::vector<TokenId> tokens;
      while (true) {
        std::unique_lock lock(mutex);
        woken.wait(lock, [&] { return ready; });
        ready = false;
        lock.unlock();
        const RequestEvents events = tickets[0].Take();
        for (const GeneratedToken& token : events.tokens) tokens.push_back(token.id);
        if (events.finished) break;
      }
      EXPECT_EQ(tokens, Alone(SomeRequest(i)));
    });
  }
  for (std::thread& client : clients) client.join();
}

TEST(EngineTest, AdmissionIsBoundedAndTakesAllOrNone) {
  auto owned = std::make_unique<FakeRunner>();
  Engine engine(std::move(owned),
                {.scheduler = {.max_num_seqs = 1}, .max_num_queued_reqs = 2, .channel_tokens = 1});
  Request endless = SomeRequest(1);
  endless.max_tokens = 1000000;
  std::vector<Ticket> tickets;
  const auto wake = [] {};
  EXPECT_EQ(engine.TrySubmit({endless, endless}, wake, &tickets), Admission::kAccepted);
  EXPECT_EQ(engine.TrySubmit({endless, endless}, wake, &tickets), Admission::kFull);
  EXPECT_EQ(tickets.size(), 2u);
  EXPECT_EQ(engine.TrySubmit({endless}, wake, &tickets), Admission::kAccepted);
  EXPECT_EQ(engine.TrySubmit({endless}, wake, &tickets), Admission::kFull);
  tickets.clear();  // cancels
  for (int i = 0; i < 1000 && engine.stats().running + engine.stats().waiting > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(engine.stats().running + engine.stats().waiting, 0);
  EXPECT_EQ(engine.TrySubmit({endless}, wake, &tickets), Admission::kAccepted);
}

}  // namespace
}  // namespace nibble
