// JSON to structs: what the e2e tests over HTTP cannot see of it, the values themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/chat_request.h"
#include "server/completion_request.h"
#include "server/token_requests.h"

namespace nibble {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ProtocolLimits Limits() {
  ProtocolLimits limits;
  limits.models = {"tiny", "other"};
  limits.vocab_size = 100;
  limits.max_model_len = 1000;
  return limits;
}

json::Value Json(std::string_view text) { return json::Parse(text, "test").value(); }

CompletionRequest Completion(std::string_view text, ProtocolLimits limits = Limits()) {
  std::optional<ApiError> error;
  CompletionRequest request = ParseCompletionRequest(Json(text), limits, &error);
  EXPECT_FALSE(error) << error->message;
  return request;
}

// With the fields `extra` beside one user message.
ChatRequest Chat(std::string_view extra, const ChatDefaults& defaults = {}) {
  std::optional<ApiError> error;
  const std::string text =
      fmt::format(R"({{"messages":[{{"role":"user","content":"hi"}}]{}}})", extra);
  ChatRequest request = ParseChatRequest(Json(text), Limits(), defaults, &error);
  EXPECT_FALSE(error) << error->message;
  return request;
}

ApiError ErrorOf(std::string_view text, ProtocolLimits limits = Limits()) {
  std::optional<ApiError> error;
  ParseCompletionRequest(Json(text), limits, &error);
  EXPECT_TRUE(error) << text;
  return error.value_or(ApiError());
}

TEST(ProtocolTest, DefaultsOfACompletion) {
  const CompletionRequest request = Completion(R"({"prompt":"a"})");
  EXPECT_EQ(request.fields.model, "tiny");
  EXPECT_EQ(request.fields.max_tokens, 16);
  EXPECT_EQ(request.fields.n, 1);
  EXPECT_EQ(request.fields.sampling.temperature, 1);
  EXPECT_FALSE(request.fields.stream);
  EXPECT_FALSE(request.fields.has_seed);
  EXPECT_TRUE(request.add_special_tokens);
}

TEST(ProtocolTest, EveryFieldArrives) {
  const CompletionRequest request = Completion(
      R"({"model":"other","prompt":[1,2],"max_tokens":7,"min_tokens":2,"temperature":0.5,"top_p":0.25,
          "top_k":-1,"min_p":0.125,"presence_penalty":-2,"frequency_penalty":2,
          "repetition_penalty":1.5,"logit_bias":{"99":-100},"seed":-9223372036854775808,"n":2,
          "stop":["x","y"],"stop_token_ids":[3],"include_stop_str_in_output":true,
          "ignore_eos":true,"skip_special_tokens":false,"return_token_ids":true,"stream":true,
          "stream_options":{"include_usage":true,"include_obfuscation":false},"request_id":"r.1",
          "add_special_tokens":false,"user":null,"best_of":2})");
  const GenerationFields& f = request.fields;
  EXPECT_EQ(f.model, "other");
  EXPECT_EQ(std::get<1>(request.prompts.at(0)), (std::vector<TokenId>{1, 2}));
  EXPECT_EQ(f.max_tokens, 7);
  EXPECT_EQ(f.min_tokens, 2);
  EXPECT_EQ(f.sampling.temperature, 0.5);
  EXPECT_EQ(f.sampling.top_p, 0.25);
  EXPECT_EQ(f.sampling.top_k, 0);
  EXPECT_EQ(f.sampling.min_p, 0.125);
  EXPECT_EQ(f.sampling.presence_penalty, -2);
  EXPECT_EQ(f.sampling.frequency_penalty, 2);
  EXPECT_EQ(f.sampling.repetition_penalty, 1.5);
  EXPECT_EQ(f.sampling.logit_bias.at(0), std::make_pair(TokenId{99}, -100.0));
  EXPECT_EQ(f.sampling.seed, uint64_t{1} << 63);
  EXPECT_TRUE(f.has_seed);
  EXPECT_EQ(f.n, 2);
  EXPECT_THAT(f.stop, ElementsAre("x", "y"));
  EXPECT_THAT(f.stop_token_ids, ElementsAre(3));
  EXPECT_TRUE(f.include_stop_str_in_output && f.ignore_eos && f.return_token_ids);
  EXPECT_TRUE(f.stream && f.include_usage);
  EXPECT_FALSE(f.skip_special_tokens || request.add_special_tokens || f.continuous_usage_stats);
  EXPECT_EQ(f.request_id, "r.1");
}

TEST(ProtocolTest, PromptsInFourForms) {
  EXPECT_EQ(Completion(R"({"prompt":"a"})").prompts.size(), 1u);
  EXPECT_EQ(Completion(R"({"prompt":["a","b"]})").prompts.size(), 2u);
  EXPECT_EQ(Completion(R"({"prompt":[1,2]})").prompts.size(), 1u);
  EXPECT_EQ(Completion(R"({"prompt":[[1,2],[3]]})").prompts.size(), 2u);
  EXPECT_EQ(ErrorOf(R"({"prompt":[[1,2],[]]})").param, "prompt[1]");
  EXPECT_EQ(ErrorOf(R"({"prompt":[[1,2],[100]]})").param, "prompt[1][0]");
}

TEST(ProtocolTest, MessagesNameFieldValueAndRange) {
  EXPECT_EQ(ErrorOf(R"({"prompt":"a","temperature":-1})").message,
            "temperature must be a number in [0, 2], got -1");
  EXPECT_EQ(ErrorOf(R"({"prompt":"a","top_p":0})").message,
            "top_p must be a number in (0, 1], got 0");
  EXPECT_EQ(ErrorOf(R"({"prompt":"a","n":"x"})").message,
            "n must be an integer in [1, 16], got \"x\"");
  const ApiError unknown = ErrorOf("{\"prompt\":\"a\",\"x\\n\":1}");
  EXPECT_EQ(unknown.message, "unknown field x\\n");
  const std::string long_value =
      fmt::format(R"({{"prompt":"a","stop":{{"{}":1}}}})", std::string(5000, 'x'));
  EXPECT_LT(ErrorOf(long_value).message.size(), 200u);
}

TEST(ProtocolTest, UnknownFieldsCanBeAllowed) {
  ProtocolLimits limits = Limits();
  EXPECT_EQ(ErrorOf(R"({"prompt":"a","extra":1})", limits).code, "unknown_field");
  limits.allow_unknown_fields = true;
  Completion(R"({"prompt":"a","extra":1})", limits);
  EXPECT_EQ(ErrorOf(R"({"prompt":"a","echo":true})", limits).code, "unsupported_parameter");
}

TEST(ProtocolTest, TokensAreCappedToTheContext) {
  std::optional<ApiError> error;
  EXPECT_EQ(TokensToGenerate(std::nullopt, 10, Limits(), &error), 990);
  EXPECT_EQ(TokensToGenerate(int64_t{1} << 53, 10, Limits(), &error), 990);
  EXPECT_EQ(TokensToGenerate(5, 10, Limits(), &error), 5);
  EXPECT_FALSE(error);
  EXPECT_EQ(TokensToGenerate(5, 1000, Limits(), &error), std::nullopt);
  EXPECT_EQ(error->code, "context_length_exceeded");
}

TEST(ProtocolTest, ThinkingIsResolvedInOrder) {
  const auto thinks = [](std::string_view extra) {
    return Chat(extra).conversation.options.thinking_mode == ThinkingMode::kThinking;
  };
  EXPECT_TRUE(thinks(""));
  EXPECT_FALSE(thinks(R"(,"reasoning_effort":"none")"));
  EXPECT_TRUE(thinks(R"(,"reasoning_effort":"minimal")"));
  EXPECT_FALSE(thinks(R"(,"chat_template_kwargs":{"thinking":false})"));
  EXPECT_FALSE(
      thinks(R"(,"chat_template_kwargs":{"enable_thinking":false},"reasoning_effort":"high")"));
  EXPECT_TRUE(
      thinks(R"(,"thinking":{"type":"enabled"},"chat_template_kwargs":{"thinking":false})"));
  EXPECT_FALSE(thinks(R"(,"thinking":{"type":"disabled"},"reasoning_effort":"max")"));
  EXPECT_FALSE(thinks(R"(,"chat_template_kwargs":{"reasoning_effort":"none"})"));
}

TEST(ProtocolTest, EffortFollowsTheProfile) {
  const auto effort = [](std::string_view extra, EncodingProfile profile) {
    return Chat(extra, {.profile = profile}).conversation.options.effort;
  };
  EXPECT_EQ(effort("", EncodingProfile::kPreview), Effort::kHigh);
  EXPECT_EQ(effort(R"(,"reasoning_effort":"xhigh")", EncodingProfile::kPreview), Effort::kMax);
  EXPECT_EQ(effort(R"(,"reasoning_effort":"xhigh")", EncodingProfile::kRefresh), Effort::kHigh);
  EXPECT_EQ(effort(R"(,"reasoning_effort":"minimal")", EncodingProfile::kRefresh), Effort::kLow);
}

TEST(ProtocolTest, MessagesBecomeTheEncodersStructs) {
  std::optional<ApiError> error;
  const json::Value body = Json(R"({"messages":[
      {"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
      {"role":"user","content":"q","name":"n"},
      {"role":"assistant","content":null,"reasoning":"r","tool_calls":[
        {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
        {"id":"c2","function":{"name":"g","arguments":{}}}]},
      {"role":"tool","tool_call_id":"c2","content":"2"},
      {"role":"tool","tool_call_id":"c1","content":"1"},
      {"role":"assistant","content":"So","prefix":true}],
      "tools":[{"type":"function","function":{"name":"f"}}],"max_tokens":3,"max_completion_tokens":4})");
  const ChatRequest request = ParseChatRequest(body, Limits(), {}, &error);
  ASSERT_FALSE(error) << error->message;
  const std::vector<Message>& m = request.conversation.messages;
  ASSERT_EQ(m.size(), 6u);
  EXPECT_EQ(m[0].role, MessageRole::kSystem);
  EXPECT_EQ(m[0].content, "a\n\nb");
  EXPECT_EQ(m[0].tools.size(), 1u);
  EXPECT_EQ(m[2].reasoning_content, "r");
  EXPECT_EQ(m[2].tool_calls.size(), 2u);
  EXPECT_EQ(m[3].tool_call_id, "c2");
  EXPECT_TRUE(m[5].wo_eos);
  EXPECT_EQ(request.fields.max_tokens, 4);
}

TEST(ProtocolTest, ToolChoiceNoneHidesTheTools) {
  const ChatRequest request =
      Chat(R"(,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none")");
  EXPECT_EQ(request.conversation.messages.size(), 1u);
  EXPECT_THAT(request.conversation.messages[0].tools, IsEmpty());
}

TEST(ProtocolTest, ErrorsHaveOpenAisShape) {
  EXPECT_EQ(
      ErrorBody({.status = 429, .code = "queue_full", .message = "a \"b\""}),
      R"({"error":{"message":"a \"b\"","type":"rate_limit_error","param":null,"code":"queue_full"}})");
  EXPECT_EQ(ErrorTypeOf(413), "invalid_request_error");
  EXPECT_EQ(ErrorTypeOf(503), "overloaded_error");
}

}  // namespace
}  // namespace nibble
