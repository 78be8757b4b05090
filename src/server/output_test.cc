// From tokens to what a client reads: stop strings, choices, replies and chunks.
#include <gtest/gtest.h>

#include "golden.h"
#include "server/choice_output.h"
#include "server/reply.h"
#include "server/sse.h"
#include "server/stop_matcher.h"

namespace nibble {
namespace {

std::string Released(StopMatcher* matcher, const std::vector<std::string>& pieces) {
  std::string out;
  for (const std::string& piece : pieces) matcher->Push(piece, &out);
  if (!matcher->matched()) matcher->Finish(&out);
  return out;
}

TEST(StopMatcherTest, TheCutsDoNotMatter) {
  const std::vector<std::string> stops = {"END", "abcX", "bc"};
  for (const std::string text :
       {"one END two", "zabc more", "aabcX", "EEND", "no stop EN", "END"}) {
    StopMatcher whole(stops, false);
    const std::string expected = Released(&whole, {text});
    for (size_t i = 0; i <= text.size(); ++i) {
      for (size_t j = i; j <= text.size(); ++j) {
        StopMatcher cut(stops, false);
        EXPECT_EQ(Released(&cut, {text.substr(0, i), text.substr(i, j - i), text.substr(j)}),
                  expected)
            << text << " " << i << " " << j;
        EXPECT_EQ(cut.matched(), whole.matched());
      }
    }
  }
}

TEST(StopMatcherTest, HoldsBackOnlyWhatMayStillMatch) {
  StopMatcher matcher({"STOP"}, false);
  std::string out;
  matcher.Push("a ST", &out);
  EXPECT_EQ(out, "a ");
  matcher.Push("ART SSTO", &out);
  EXPECT_EQ(out, "a START S");
  matcher.Push("P rest", &out);
  EXPECT_EQ(out, "a START S");
  EXPECT_EQ(matcher.match(), "STOP");
  matcher.Push("more", &out);
  EXPECT_EQ(out, "a START S");
  StopMatcher including({"STOP"}, true);
  EXPECT_EQ(Released(&including, {"a S", "TOP b"}), "a STOP");
}

class ChoiceOutputTest : public testing::Test {
 protected:
  ChoiceOutputTest() : tokenizer_(Tokenizer::Load(TestData("text")).value()) {
    controls_ = OutputParser::FindControls(tokenizer_).value();
  }
  TextDelta Run(ChoiceOutput* output, std::string_view text) {
    TextDelta out;
    for (const TokenId id : tokenizer_.EncodeSpecial(text).value()) {
      output->Push(id, false, &out);
      if (output->ended()) break;
    }
    output->Finish(&out);
    return out;
  }
  Tokenizer tokenizer_;
  OutputParser::Controls controls_;
};

TEST_F(ChoiceOutputTest, SplitsAndCountsReasoning) {
  ChoiceOutput output(&tokenizer_, &controls_, {.split = ThinkingMode::kThinking, .stop = {"no"}});
  const TextDelta out = Run(&output, "no way</think>yes and no more");
  EXPECT_EQ(out.reasoning, "no way");
  EXPECT_EQ(out.content, "yes and ");
  EXPECT_EQ(*output.stop_string(), "no");
  EXPECT_EQ(output.reasoning_tokens(),
            static_cast<int64_t>(tokenizer_.EncodePlain("no way").value().size()));
}

TEST_F(ChoiceOutputTest, AnotherTurnsIdEndsIt) {
  ChoiceOutput output(&tokenizer_, &controls_, {.split = ThinkingMode::kChat});
  EXPECT_EQ(Run(&output, "done<｜User｜>next").content, "done");
  EXPECT_TRUE(output.ended());
  EXPECT_EQ(output.stop_string(), nullptr);
}

TEST_F(ChoiceOutputTest, PlainTextShowsWhatItIsAskedTo) {
  ChoiceOutput plain(&tokenizer_, &controls_, {});
  EXPECT_EQ(Run(&plain, "a<think>b<｜end▁of▁sentence｜>").content, "a<think>b");
  ChoiceOutput all(&tokenizer_, &controls_,
                   {.split = ThinkingMode::kChat, .skip_special_tokens = false});
  EXPECT_EQ(Run(&all, "a</think>b").content, "a</think>b");
  ChoiceOutput none(nullptr, nullptr, {});
  TextDelta out;
  none.Push(5, false, &out);
  none.Finish(&out);
  EXPECT_TRUE(out.empty());
}

TEST_F(ChoiceOutputTest, TheIdThatEndsIsNoText) {
  ChoiceOutput output(&tokenizer_, &controls_, {});
  TextDelta out;
  output.Push(40, false, &out);
  output.Push(41, true, &out);
  EXPECT_EQ(out.content, tokenizer_.Bytes(40));
  ChoiceOutput including(&tokenizer_, &controls_, {.include_stop = true});
  out = {};
  including.Push(41, true, &out);
  EXPECT_EQ(out.content, tokenizer_.Bytes(41));
}

TEST(ReplyTest, ChatReply) {
  const ReplyHead head{true, "chatcmpl-1", 7, "m", "f"};
  ReplyChoice choice;
  choice.reasoning = "r";
  choice.calls = {{"call_1", "f", "{}"}};
  choice.finish_reason = "tool_calls";
  const json::Value reply = ReplyJson(head, {choice}, {.prompt_tokens = 3, .completion_tokens = 2});
  EXPECT_EQ(json::Dump(*reply.Find("choices")),
            R"([{"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"r",)"
            R"("reasoning":"r","refusal":null,"tool_calls":[{"id":"call_1","type":"function",)"
            R"("function":{"name":"f","arguments":"{}"}}]},"logprobs":null,)"
            R"("finish_reason":"tool_calls","stop_reason":null}])");
  EXPECT_EQ(reply.Find("usage")->Find("total_tokens")->as_int(), 5);
  EXPECT_EQ(*reply.Find("object")->as_string(), "chat.completion");
}

TEST(ReplyTest, EventsAreOneLine) {
  const ReplyHead head{true, "chatcmpl-1", 7, "m", "f"};
  const std::string event = SseEvent(ChunkJson(head, 0, {.content = "a\n\nb"}));
  EXPECT_EQ(event,
            R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":7,"model":"m",)"
            R"("system_fingerprint":"f","choices":[{"index":0,"delta":{"content":"a\n\nb"},)"
            "\"logprobs\":null,\"finish_reason\":null}]}\n\n");
  const ReplyHead plain{false, "cmpl-1", 7, "m", "f"};
  EXPECT_EQ(
      json::Dump(
          *ChunkJson(plain, 1, {.finish_reason = "stop", .stop_reason = "x"}).Find("choices")),
      R"([{"index":1,"text":"","logprobs":null,"finish_reason":"stop","stop_reason":"x"}])");
}

}  // namespace
}  // namespace nibble
