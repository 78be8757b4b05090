#include "text/output_parser.h"

#include <gtest/gtest.h>

#include <random>

#include "text/text_goldens.h"

namespace nibble {
namespace {

class OutputGoldens : public TextGoldenTest {};
INSTANTIATE_TEST_SUITE_P(All, OutputGoldens, ::testing::ValuesIn(AllTextGoldens()),
                         TextGoldensName);

// One event of a generated stream: text, or a control id.
struct Event {
  std::string text;
  std::optional<TokenId> control;
};

Event EventOf(const json::Value& piece, const Tokenizer& tokenizer) {
  const json::Array& pair = *piece.as_array();
  const std::string& text = *pair[1].as_string();
  if (*pair[0].as_string() == "t") return {text, std::nullopt};
  return {text, tokenizer.FindAdded(text).value()};
}

std::string KindName(OutputDelta::Kind kind) {
  return kind == OutputDelta::Kind::kReasoning ? "reasoning_content" : "content";
}

// A message as `expect` in the vectors has it, without finish_reason.
class Collector {
 public:
  void Add(const std::vector<OutputDelta>& deltas) {
    for (const OutputDelta& delta : deltas) {
      if (delta.kind == OutputDelta::Kind::kToolCall) {
        calls_.push_back(
            json::Object{{"name", delta.call.name}, {"arguments", delta.call.arguments}});
        EXPECT_TRUE(json::Parse(delta.call.arguments, "arguments").ok());
      } else {
        EXPECT_FALSE(delta.text.empty());
        (delta.kind == OutputDelta::Kind::kReasoning ? reasoning_ : content_) += delta.text;
      }
    }
  }
  std::string Message() const {
    return json::Dump(json::Object{
        {"reasoning_content", reasoning_}, {"content", content_}, {"tool_calls", calls_}});
  }

 private:
  std::string reasoning_, content_;
  json::Array calls_;
};

std::string Expected(const json::Value& c) {
  json::Value expect = *c.Find("expect");
  expect.Erase("finish_reason");
  return json::Dump(expect);
}

ThinkingMode ModeOf(const json::Value& c) { return ParseThinkingMode(StringAt(c, "mode")).value(); }

std::string Parse(OutputParser parser, const std::vector<Event>& events) {
  Collector message;
  for (const Event& event : events)
    message.Add(event.control ? parser.PushControl(*event.control) : parser.PushText(event.text));
  message.Add(parser.Finish());
  return message.Message();
}

// The events with text number `which` cut at byte `at`, on a character border.
std::vector<Event> Cut(const std::vector<Event>& events, size_t which, size_t at) {
  std::vector<Event> out = events;
  out[which].text.resize(at);
  out.insert(out.begin() + static_cast<ptrdiff_t>(which) + 1,
             {events[which].text.substr(at), std::nullopt});
  return out;
}

bool IsBorder(const std::string& text, size_t at) {
  return at == text.size() || (text[at] & 0xC0) != 0x80;
}

std::vector<Event> SingleCharacters(const std::vector<Event>& events) {
  std::vector<Event> out;
  for (const Event& event : events) {
    if (event.control) {
      out.push_back(event);
      continue;
    }
    for (size_t begin = 0, end = 1; begin < event.text.size(); begin = end, ++end) {
      while (!IsBorder(event.text, end)) ++end;
      out.push_back({event.text.substr(begin, end - begin), std::nullopt});
    }
  }
  return out;
}

TEST_P(OutputGoldens, SplitsEveryMessageInEveryCut) {
  const Tokenizer tokenizer = LoadTokenizer();
  const auto controls = OutputParser::FindControls(tokenizer).value();
  const json::Array cases = ReadCases(GetParam().output_cases);
  int cuts = 0;
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    const OutputParser fresh(&tokenizer, controls, ModeOf(c));
    const std::string expected = Expected(c);
    std::vector<Event> events;
    for (const json::Value& piece : *c.Find("segments")->as_array())
      events.push_back(EventOf(piece, tokenizer));
    EXPECT_EQ(Parse(fresh, events), expected);
    EXPECT_EQ(Parse(fresh, SingleCharacters(events)), expected);
    for (size_t which = 0; which < events.size(); ++which) {
      if (events[which].control) continue;
      for (size_t at = 1; at < events[which].text.size(); ++at) {
        if (!IsBorder(events[which].text, at)) continue;
        ASSERT_EQ(Parse(fresh, Cut(events, which, at)), expected) << which << " at " << at;
        ++cuts;
      }
    }
    OutputParser parser = fresh;
    Collector message;
    for (const TokenId id : IdsOf(*c.Find(GetParam().ids_key)))
      message.Add(parser.Push(id).value());
    EXPECT_EQ(parser.ended(), StringAt(c, "end") == "eos");
    message.Add(parser.Finish());
    EXPECT_EQ(message.Message(), expected);
    EXPECT_EQ(static_cast<size_t>(parser.tool_call_count()),
              c.Find("expect")->Find("tool_calls")->as_array()->size());
  }
  EXPECT_EQ(cases.size(), 87u);
  EXPECT_GT(cuts, 7000);
}

json::Array DeltasOf(const std::vector<OutputDelta>& deltas, int* index) {
  json::Array out;
  for (const OutputDelta& delta : deltas) {
    if (delta.kind == OutputDelta::Kind::kToolCall) {
      const json::Value call = json::Object{
          {"index", (*index)++}, {"name", delta.call.name}, {"arguments", delta.call.arguments}};
      out.push_back(json::Array{"tool_call", call});
    } else {
      out.push_back(json::Array{KindName(delta.kind), delta.text});
    }
  }
  return out;
}

TEST_P(OutputGoldens, HoldsNoMoreAndReleasesNoMore) {
  const Tokenizer tokenizer = LoadTokenizer();
  const auto controls = OutputParser::FindControls(tokenizer).value();
  const json::Array cases = ReadCases(GetParam().output_streaming);
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    OutputParser parser(&tokenizer, controls, ModeOf(c));
    int index = 0;
    for (const json::Value& step : *c.Find("steps")->as_array()) {
      const Event event = EventOf(*step.Find("piece"), tokenizer);
      const auto deltas =
          event.control ? parser.PushControl(*event.control) : parser.PushText(event.text);
      EXPECT_EQ(json::Dump(DeltasOf(deltas, &index)), json::Dump(*step.Find("deltas")))
          << event.text;
    }
    EXPECT_EQ(json::Dump(DeltasOf(parser.Finish(), &index)), json::Dump(*c.Find("final")));
  }
  EXPECT_EQ(cases.size(), 12u);
}

// Damaged outputs: whatever comes, the result does not depend on the cuts and arguments parse.
TEST(OutputParser, RandomOutputsDoNotDependOnTheCuts) {
  const Tokenizer tokenizer = Tokenizer::Load(TestData("text/tokenizer.json")).value();
  const auto controls = OutputParser::FindControls(tokenizer).value();
  const char* texts[] = {"\n",
                         "<",
                         "</",
                         "\n\n<",
                         "tool_calls>\n",
                         "invoke",
                         " name=\"",
                         "f",
                         "\">",
                         "parameter",
                         " string=\"true\">",
                         " string=\"false\">",
                         "1",
                         ">",
                         "\"",
                         "é",
                         "tool",
                         "in"};
  const TokenId ids[] = {controls.dsml, controls.dsml,  controls.dsml,      controls.dsml,
                         controls.dsml, controls.think, controls.think_end, 2};
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::vector<Event> events;
    for (int i = 0; i < 30; ++i) {
      if (random() % 4 == 0) {
        events.push_back({"", ids[random() % std::size(ids)]});
      } else if (!events.empty() && !events.back().control) {
        events.back().text += texts[random() % std::size(texts)];
      } else {
        events.push_back({texts[random() % std::size(texts)], std::nullopt});
      }
    }
    const OutputParser fresh(&tokenizer, controls,
                             round % 2 ? ThinkingMode::kChat : ThinkingMode::kThinking);
    ASSERT_EQ(Parse(fresh, events), Parse(fresh, SingleCharacters(events)));
  }
}

TEST(OutputParser, CountsWhatWasMalformed) {
  const Tokenizer tokenizer = Tokenizer::Load(TestData("text/tokenizer.json")).value();
  const auto controls = OutputParser::FindControls(tokenizer).value();
  OutputParser parser(&tokenizer, controls, ThinkingMode::kThinking);
  const auto push = [&](std::string_view text) {
    for (const TokenId id : tokenizer.EncodeSpecial(text).value())
      ASSERT_TRUE(parser.Push(id).ok());
  };
  push(
      "r<think><｜DSML｜invoke name=\"f\"><｜DSML｜parameter name=\"x\" "
      "string=\"false\">a</｜DSML｜parameter>");
  push("<｜DSML｜parameter name=\"x\" string=\"true\">b</｜DSML｜parameter></｜DSML｜invoke>");
  push("<｜DSML｜invoke name=\"\"></｜DSML｜invoke><｜DSML｜invoke name=\"g\">");
  parser.Finish();
  EXPECT_EQ(parser.malformed().stray_controls, 1);
  EXPECT_EQ(parser.malformed().block_in_reasoning, 1);
  EXPECT_EQ(parser.malformed().values_not_json, 1);
  EXPECT_EQ(parser.malformed().repeated_keys, 1);
  EXPECT_EQ(parser.malformed().unreadable_calls, 1);
  EXPECT_EQ(parser.malformed().incomplete_calls, 1);
  EXPECT_EQ(parser.malformed().total(), 6);
  EXPECT_EQ(parser.tool_call_count(), 1);
}

}  // namespace
}  // namespace nibble
