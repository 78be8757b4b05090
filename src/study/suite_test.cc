#include "study/suite.h"

#include <gtest/gtest.h>

#include "golden.h"
#include "study/suite_eval.h"
#include "study/suite_score.h"
#include "temp_folder.h"

namespace nibble {
namespace {

constexpr std::string_view kCase =
    R"({"id":"a","skill":"s","messages":[{"role":"user","content":"1+1"}],"expect":{"text":"2"}})";

class SuiteTest : public testing::Test {
 protected:
  Result<std::vector<SuiteCase>> Read(std::string_view text, const SuiteSelection& selection = {}) {
    const std::vector<std::filesystem::path> files = {folder_.Write("s.jsonl", text)};
    return ReadSuite(files, selection);
  }
  // What reading `text` complains about, without the path in front.
  std::string Problem(std::string_view text, const SuiteSelection& selection = {}) {
    const auto cases = Read(text, selection);
    if (cases.ok()) return "";
    const std::string& message = cases.error().message();
    const size_t name = message.find("s.jsonl");
    return name == std::string::npos ? message : message.substr(name);
  }
  // The one expectation of a line.
  Expectation Expect(const std::string& expect) {
    auto cases = Read(R"({"id":"a","skill":"s","ids":[1],"expect":)" + expect + "}");
    EXPECT_TRUE(cases.ok()) << cases.error().message();
    return cases->at(0).expect;
  }

  TempFolder folder_;
};

ReadAnswer InText(std::string content) {
  ReadAnswer answer;
  answer.content = std::move(content);
  return answer;
}

TEST_F(SuiteTest, ReadsEveryField) {
  const auto cases = Read(
      "\n" + std::string(kCase) + "\r\n\n" +
      R"({"id":"b","skill":"t","messages":[{"role":"user","content":"?"}],"thinking":true,"max_tokens":7,)"
      R"("tools":[{"type":"function","function":{"name":"f"}}],"expect":{"tool_calls":[{"name":"f","arguments":{}}]}})");
  ASSERT_TRUE(cases.ok()) << cases.error().message();
  ASSERT_EQ(cases->size(), 2u);
  EXPECT_EQ(cases->at(0).prompt.messages.at(0).content, "1+1");
  EXPECT_EQ(cases->at(0).max_tokens, 256);
  EXPECT_FALSE(cases->at(0).prompt.thinking);
  const SuiteCase& second = cases->at(1);
  EXPECT_TRUE(second.prompt.where.ends_with("s.jsonl:4"));
  EXPECT_EQ(second.max_tokens, 7);
  EXPECT_TRUE(second.prompt.thinking);
  // The tools stand in a system message in front.
  ASSERT_EQ(second.prompt.messages.size(), 2u);
  EXPECT_EQ(second.prompt.messages[0].tools.size(), 1u);
  EXPECT_EQ(second.expect.kind, Expectation::Kind::kToolCalls);
}

TEST_F(SuiteTest, NamesLineAndField) {
  const std::string good = std::string(kCase) + "\n";
  const auto bad = [&](std::string_view fields) { return good + "{" + std::string(fields) + "}"; };
  const std::pair<std::string, std::string_view> kProblems[] = {
      {good + "{\"id\":", "s.jsonl:2: JSON ends early"},
      {good + "[]", "s.jsonl:2: must be an object, is an array"},
      {bad(R"("id":"b","skill":"s","ids":[1])"), "s.jsonl:2: expect is missing"},
      {bad(R"("id":"b","skill":"s","expect":{"text":""})"),
       "s.jsonl:2: needs exactly one of messages, ids"},
      {bad(R"("id":"b","skill":"s","ids":[],"expect":{"text":""})"), "s.jsonl:2: ids must be"},
      {bad(R"("id":"b","skill":"s","ids":[1,-2],"expect":{"text":""})"),
       "s.jsonl:2: ids[1] must be a token id, is -2"},
      {bad(R"("id":"b","skill":"s","messages":[{"role":"x"}],"expect":{"text":""})"),
       "s.jsonl:2: messages[0].role"},
      {bad(R"("id":"b","skill":"s","messages":[],"expect":{"text":""})"), "s.jsonl:2: messages"},
      {bad(R"("skill":"s","ids":[1],"expect":{"text":""})"), "s.jsonl:2: id is missing"},
      {bad(R"("id":"b","ids":[1],"expect":{"text":""})"), "s.jsonl:2: skill is missing"},
      {bad(R"("id":"b","skill":3,"ids":[1],"expect":{"text":""})"), "s.jsonl:2: skill must be"},
      {bad(R"("id":"b","skill":"s","ids":[1],"max_token":3,"expect":{"text":""})"),
       "s.jsonl:2: unknown field \"max_token\""},
      {bad(R"("id":"b","skill":"s","ids":[1],"max_tokens":0,"expect":{"text":""})"),
       "s.jsonl:2: max_tokens must be an integer from 1"},
      {bad(R"("id":"b","skill":"s","ids":[1],"thinking":1,"expect":{"text":""})"),
       "s.jsonl:2: thinking must be a boolean"},
      {bad(R"("id":"b","skill":"s","ids":[1],"tools":[],"expect":{"text":""})"),
       "s.jsonl:2: tools go with messages"},
      {bad(R"("id":"b","skill":"s","ids":[1],"expect":{"text":"","json":1})"),
       "s.jsonl:2: expect must be an object with one of"},
      {bad(R"("id":"b","skill":"s","ids":[1],"expect":{"words":""})"), "s.jsonl:2: expect.words"},
      {bad(R"("id":"b","skill":"s","ids":[1],"expect":{"text":1})"), "s.jsonl:2: expect.text"},
      {bad(R"("id":"b","skill":"s","ids":[1],"expect":{"regex":"(a"})"),
       "s.jsonl:2: expect.regex cannot be read: missing )"},
      {bad(R"("id":"b","skill":"s","ids":[1],"expect":{"tool_calls":[{"name":"f"}]})"),
       "s.jsonl:2: expect.tool_calls[0] must be"},
      {bad(R"("id":"b","skill":"s","ids":[1],"expect":{"tool_calls":[3]})"),
       "s.jsonl:2: expect.tool_calls[0] must be"},
      {bad(R"("id":"a","skill":"s","ids":[1],"expect":{"text":""})"),
       "s.jsonl:2: id \"a\" occurs already at "},
      {"\n \n", "s.jsonl: no cases in it"},
  };
  for (const auto& [text, expected] : kProblems) {
    EXPECT_TRUE(Problem(text).starts_with(expected)) << Problem(text) << "\nfor " << text;
  }
}

TEST_F(SuiteTest, ChoosesSkillsAndTheFirstOfEach) {
  std::string text;
  for (int i = 0; i < 6; ++i) {
    text += fmt::format(R"({{"id":"{0}","skill":"{1}","ids":[1],"expect":{{"text":""}}}})", i,
                        i % 2 == 0 ? "even" : "odd") +
            "\n";
  }
  const auto ids = [&](const SuiteSelection& selection) {
    std::string out;
    for (const SuiteCase& one : Read(text, selection).value()) out += one.prompt.id;
    return out;
  };
  EXPECT_EQ(ids({}), "012345");
  EXPECT_EQ(ids({.limit = 2}), "0123");
  EXPECT_EQ(ids({.skills = {"odd"}}), "135");
  EXPECT_EQ(ids({.skills = {"odd"}, .limit = 1}), "1");
  EXPECT_EQ(Problem(text, {.skills = {"odd", "both"}}),
            "no case has the skill \"both\"; the suite's skills are even, odd");
}

TEST_F(SuiteTest, ComparesTextCharacterByCharacter) {
  const Expectation expect = Expect(R"({"text":"4 apples"})");
  EXPECT_EQ(WhatIsWrong(expect, InText("4 apples")), "");
  EXPECT_EQ(WhatIsWrong(expect, InText("4 apples ")), "another text");
  ReadAnswer call = InText("4 apples");
  call.calls.push_back({"f", "{}"});
  EXPECT_EQ(WhatIsWrong(expect, call), "a tool call instead of text");
  ReadAnswer cut = InText("4 app");
  cut.ids = {5, 6};
  cut.cut_off = true;
  EXPECT_EQ(WhatIsWrong(expect, cut), "another text, cut off after 2 tokens");
}

TEST_F(SuiteTest, FindsPatternsInLinearTime) {
  EXPECT_EQ(WhatIsWrong(Expect(R"({"regex":"^\\d+ apples?$"})"), InText("12 apples")), "");
  EXPECT_EQ(WhatIsWrong(Expect(R"({"regex":"apple"})"), InText("12 apples")), "");
  EXPECT_EQ(WhatIsWrong(Expect(R"({"regex":"^apple"})"), InText("12 apples")), "no match");
  // Exponential for a backtracking engine.
  const Expectation nested = Expect(R"({"regex":"^(a+)+$"})");
  EXPECT_EQ(WhatIsWrong(nested, InText(std::string(100000, 'a') + "b")), "no match");
}

TEST_F(SuiteTest, ComparesJsonByValue) {
  const Expectation expect = Expect(R"({"json":{"a":1,"b":[2,"x"]}})");
  EXPECT_EQ(WhatIsWrong(expect, InText(" {\"b\": [2.0, \"x\"], \"a\": 1}\n")), "");
  EXPECT_EQ(WhatIsWrong(expect, InText(R"({"a":1,"b":["x",2]})")), "another JSON value");
  EXPECT_EQ(WhatIsWrong(expect, InText("{\"a\":1")), "not JSON");
  EXPECT_EQ(WhatIsWrong(Expect(R"({"json":null})"), InText("null")), "");
}

TEST_F(SuiteTest, ComparesToolCallsInOrder) {
  const Expectation expect = Expect(
      R"({"tool_calls":[{"name":"f","arguments":{"n":2,"s":"x"}},{"name":"g","arguments":{}}]})");
  ReadAnswer answer = InText("Let me see.");
  EXPECT_EQ(WhatIsWrong(expect, answer), "0 tool calls instead of 2");
  answer.calls = {{"f", R"({"s": "x", "n": 2.0})"}, {"g", "{}"}};
  EXPECT_EQ(WhatIsWrong(expect, answer), "");
  std::swap(answer.calls[0], answer.calls[1]);
  EXPECT_EQ(WhatIsWrong(expect, answer), "call 1 is of another tool");
  answer.calls = {{"f", R"({"s": "x", "n": "2"})"}, {"g", "{}"}};
  EXPECT_EQ(WhatIsWrong(expect, answer), "call 1 has other arguments");
  EXPECT_EQ(WhatIsWrong(Expect(R"({"tool_calls":[]})"), InText("x")), "");
}

TEST_F(SuiteTest, ComparesIds) {
  const Expectation expect = Expect(R"({"ids":[5,6,7]})");
  ReadAnswer answer;
  answer.ids = {5, 6, 7};
  answer.cut_off = true;
  EXPECT_EQ(WhatIsWrong(expect, answer), "");
  answer.ids[1] = 9;
  EXPECT_EQ(WhatIsWrong(expect, answer), "token 1 differs");
  answer.ids = {5, 6};
  EXPECT_EQ(WhatIsWrong(expect, answer), "2 tokens instead of 3");
}

TEST_F(SuiteTest, ReadsTexts) {
  const std::vector<std::filesystem::path> files = {folder_.Write("t.jsonl", R"({"text":"Once."}
{"id":"x","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
{"ids":[1,2]})")};
  const auto texts = ReadTexts(files);
  ASSERT_TRUE(texts.ok()) << texts.error().message();
  ASSERT_EQ(texts->size(), 3u);
  EXPECT_EQ(texts->at(0).text, "Once.");
  EXPECT_EQ(texts->at(1).messages.size(), 2u);
  folder_.Write("t.jsonl", R"({"text":"a","ids":[1]})");
  EXPECT_TRUE(ReadTexts(files).error().message().ends_with(
      "t.jsonl:1: needs exactly one of messages, ids, text"));
}

TEST(ReadOutputTest, SplitsAsTheServerDoes) {
  const Tokenizer tokenizer = Tokenizer::Load(TestData("text/tokenizer.json")).value();
  const auto controls = OutputParser::FindControls(tokenizer).value();
  const auto read = [&](std::string_view output, bool thinking) {
    return ReadOutput(tokenizer.EncodeSpecial(output).value(), tokenizer, controls, thinking)
        .value();
  };
  const ReadAnswer thought = read("2 and 2.\n</think>It is 4.", true);
  EXPECT_EQ(thought.reasoning, "2 and 2.\n");
  EXPECT_EQ(thought.content, "It is 4.");
  // Not closed: all of it was thought, nothing said.
  EXPECT_EQ(read("It is 4.", true).content, "");
  EXPECT_EQ(read("It is 4.", false).content, "It is 4.");
  const ReadAnswer call = read(
      "Let me see.\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"add\">\n"
      "<｜DSML｜parameter name=\"a\" string=\"false\">2</｜DSML｜parameter>\n"
      "</｜DSML｜invoke>\n</｜DSML｜tool_calls>",
      false);
  EXPECT_EQ(call.content, "Let me see.");
  ASSERT_EQ(call.calls.size(), 1u);
  EXPECT_EQ(call.calls[0].name, "add");
  EXPECT_EQ(call.calls[0].arguments, "{\"a\": 2}");
  EXPECT_EQ(json::Dump(*call.ToJson().Find("tool_calls")),
            R"([{"name":"add","arguments":{"a":2}}])");
  // Somebody else's turn does not count.
  EXPECT_EQ(read("It is 4.<｜User｜>And 3 and 3?", false).content, "It is 4.");
}

SuiteReport SmallReport() {
  SuiteReport report;
  report.run.model = "<b>model</b>";
  report.skills = {{"add & <script>", 4, 3}, {"chat", 2, 2}};
  report.total = {"all", 6, 5};
  report.wrong.push_back({"id<1>", "add & <script>", "another \"text\"",
                          json::Object{{"text", "<"}}, json::Object{{"content", "&"}}});
  return report;
}

TEST(SuiteReportTest, PageEscapesEverything) {
  const auto page = ToHtml({ToJson(SmallReport())}, {"a<b>"});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->find("<script"), std::string::npos);
  EXPECT_EQ(page->find("<b>"), std::string::npos);
  EXPECT_NE(page->find("add &amp; &lt;script&gt;"), std::string::npos);
  EXPECT_NE(page->find("id&lt;1&gt;"), std::string::npos);
  EXPECT_NE(page->find("75.00 %  (3 of 4)"), std::string::npos);
  EXPECT_NE(page->find("a&lt;b&gt;"), std::string::npos);
}

TEST(SuiteReportTest, PageRefusesWhatIsNoResult) {
  const auto page =
      ToHtml({ToJson(SmallReport()), json::Object{{"rows", json::Array{}}}}, {"a.json", "b.json"});
  ASSERT_FALSE(page.ok());
  EXPECT_TRUE(page.error().message().starts_with("b.json: no result of nibble eval --json"));
  // Fields of the wrong kind are left blank.
  json::Value odd = ToJson(SmallReport());
  odd.Set("skills", json::Array{json::Value(1), json::Object{{"skill", 3}}});
  odd.Set("wrong", json::Array{json::Value("x")});
  odd.Set("run", json::Value(1));
  EXPECT_TRUE(ToHtml({odd}, {"odd"}).ok());
}

TEST(SuiteReportTest, TableHasEverySkillAndTheWhole) {
  const std::string text = ToText(SmallReport());
  EXPECT_NE(text.find("chat                          2      2  100.00 %"), std::string::npos)
      << text;
  EXPECT_NE(text.find("all                           6      5   83.33 %"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace nibble
