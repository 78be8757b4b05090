// Routes without sockets: states of the server, and what a failing model does to a request.
#include "server/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>

namespace nibble {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Collects an answer; its executor is the test's own thread.
class FakeExchange : public HttpExchange {
 public:
  void Send(HttpResponse r) override {
    response = std::move(r);
    ended = true;
  }
  void BeginStream(std::string_view, const HttpHeaders&) override { response.status = 200; }
  void Write(std::string_view data) override { streamed += data; }
  void EndStream(bool is_intact) override {
    ended = true;
    intact = is_intact;
  }
  size_t unsent_bytes() const override { return 0; }
  void Post(std::function<void()> task) override {
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
    posted_.notify_one();
  }
  void RunUntilEnded() {
    while (!ended) {
      std::unique_lock lock(mutex_);
      posted_.wait(lock, [this] { return !tasks_.empty(); });
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  HttpResponse response;
  std::string streamed;
  bool ended = false;
  bool intact = false;

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
};

// Token 7 until `good` tokens are out, then NaN.
class FailingRunner : public ModelRunner {
 public:
  explicit FailingRunner(int good) : good_(good) {}
  int64_t vocab_size() const override { return 10; }
  int64_t max_model_len() const override { return 100; }
  Result<Slot> Open(const Request&) override { return 0; }
  void Close(Slot) override {}
  Status Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) override {
    logits_.assign(10, 0.0f);
    logits_[7] = good_-- > 0 ? 1.0f : std::numeric_limits<float>::quiet_NaN();
    results->assign(items.size(), RunnerResult{logits_});
    return {};
  }

 private:
  int good_;
  std::vector<float> logits_;
};

HttpRequest Post(std::string path, std::string body) {
  HttpRequest request;
  request.head.method = "POST";
  request.head.path = std::move(path);
  request.body = std::move(body);
  return request;
}

HttpRequest Get(std::string path) {
  HttpRequest request;
  request.head.method = "GET";
  request.head.path = std::move(path);
  return request;
}

ServiceOptions Options() {
  ServiceOptions options;
  options.models = {"tiny"};
  return options;
}

std::shared_ptr<FakeExchange> Ask(Service* service, HttpRequest request) {
  auto exchange = std::make_shared<FakeExchange>();
  const auto work = service->Handle(std::move(request), exchange);
  exchange->RunUntilEnded();
  return exchange;
}

TEST(ServiceTest, StatesOfTheServer) {
  Service service(Options(), nullptr);
  const std::string body = R"({"prompt":[1],"max_tokens":2,"temperature":0})";
  EXPECT_EQ(Ask(&service, Get("/health"))->response.status, 200);
  auto reply = Ask(&service, Get("/ready"));
  EXPECT_EQ(reply->response.status, 503);
  EXPECT_THAT(reply->response.body, HasSubstr("loading"));
  reply = Ask(&service, Post("/v1/completions", body));
  EXPECT_EQ(reply->response.status, 503);
  EXPECT_THAT(reply->response.body, HasSubstr(R"("code":"loading")"));
  EXPECT_EQ(reply->response.headers.at(0).first, "Retry-After");

  Engine engine(std::make_unique<FailingRunner>(1000), {});
  service.SetReady(&engine);
  EXPECT_EQ(Ask(&service, Get("/ready"))->response.status, 200);
  reply = Ask(&service, Post("/v1/completions", body));
  EXPECT_EQ(reply->response.status, 200);
  EXPECT_THAT(reply->response.body, HasSubstr(R"("token_ids":[7,7])"));

  service.StartDraining();
  EXPECT_EQ(Ask(&service, Get("/ready"))->response.status, 503);
  reply = Ask(&service, Post("/v1/completions", body));
  EXPECT_THAT(reply->response.body, HasSubstr(R"("code":"draining")"));
  EXPECT_EQ(service.open_generations(), 0);
}

TEST(ServiceTest, NanInTheLogitsEndsTheRequestWithAnError) {
  for (const bool stream : {false, true}) {
    Service service(Options(), nullptr);
    Engine engine(std::make_unique<FailingRunner>(3), {});
    service.SetReady(&engine);
    const auto reply = Ask(
        &service, Post("/v1/completions", fmt::format(R"({{"prompt":[1],"stream":{}}})", stream)));
    if (stream && !reply->streamed.empty()) {
      EXPECT_THAT(reply->streamed, HasSubstr(R"(data: {"error":{"message":)"));
      EXPECT_THAT(reply->streamed, Not(HasSubstr("[DONE]")));
      EXPECT_FALSE(reply->intact);
    } else {
      EXPECT_EQ(reply->response.status, 500);
      EXPECT_THAT(reply->response.headers, Contains(testing::Pair("x-should-retry", "false")));
      EXPECT_THAT(reply->response.body, HasSubstr("NaN"));
    }
    EXPECT_EQ(service.open_generations(), 0);
  }
}

TEST(ServiceTest, AnEngineThatStopsTellsItsRequests) {
  Service service(Options(), nullptr);
  auto engine = std::make_unique<Engine>(std::make_unique<FailingRunner>(1 << 30),
                                         EngineOptions{.channel_tokens = 1});
  service.SetReady(engine.get());
  auto exchange = std::make_shared<FakeExchange>();
  auto work = service.Handle(
      Post("/v1/completions", R"({"prompt":[1],"max_tokens":90,"ignore_eos":true})"), exchange);
  engine.reset();
  exchange->RunUntilEnded();
  EXPECT_TRUE(exchange->response.status == 503 || exchange->response.status == 200);
}

TEST(ServiceTest, HeadsAreCheckedBeforeBodies) {
  ServiceOptions options = Options();
  options.keys.Add("secret");
  Service service(std::move(options), nullptr);
  const auto status = [&](std::string method, std::string path, HttpHeaders headers) {
    HttpHead head;
    head.method = std::move(method);
    head.path = std::move(path);
    head.headers = std::move(headers);
    head.has_body = head.method == "POST";
    const auto response = service.CheckHead(head);
    return response ? response->status : 0;
  };
  const std::pair<std::string, std::string> key = {"authorization", "BEARER secret"};
  const std::pair<std::string, std::string> type = {"content-type", "application/json"};
  EXPECT_EQ(status("GET", "/health", {}), 0);
  EXPECT_EQ(status("GET", "/nothing", {}), 401);
  EXPECT_EQ(status("GET", "/nothing", {key}), 404);
  EXPECT_EQ(status("POST", "/tokenize", {type}), 401);
  EXPECT_EQ(status("POST", "/tokenize", {key}), 415);
  EXPECT_EQ(status("POST", "/tokenize", {key, type}), 0);
  EXPECT_EQ(status("POST", "/tokenize", {key, type, {"content-encoding", "gzip"}}), 415);
  EXPECT_EQ(status("POST", "/tokenize", {key, type, {"expect", "x"}}), 417);
  EXPECT_EQ(status("GET", "/tokenize", {key}), 405);
  EXPECT_EQ(status("OPTIONS", "/tokenize", {}), 204);
  EXPECT_EQ(status("HEAD", "/v1/models", {key}), 0);
  EXPECT_EQ(status("GET", "/v1/models", {key, key}), 401);
}

}  // namespace
}  // namespace nibble
