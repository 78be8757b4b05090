#include "text/chat_encoding.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "text/chat_templates.h"
#include "text/control_strings.h"
#include "text/text_goldens.h"

namespace nibble {
namespace {

class ChatGoldens : public TextGoldenTest {};
INSTANTIATE_TEST_SUITE_P(All, ChatGoldens, ::testing::ValuesIn(AllTextGoldens()), TextGoldensName);

struct Request {
  std::vector<Message> messages;
  ChatOptions options;
  EncodingProfile profile = EncodingProfile::kPreview;
};

Result<Request> RequestOf(const json::Value& c) {
  Request request;
  NIBBLE_ASSIGN(request.messages, MessagesFromJson(*c.Find("messages"), "messages"));
  const json::Value& options = *c.Find("options");
  NIBBLE_ASSIGN(request.options.thinking_mode,
                ParseThinkingMode(StringAt(options, "thinking_mode")));
  if (const json::Value* drop = options.Find("drop_thinking"))
    request.options.drop_thinking = *drop->as_bool();
  if (const json::Value* effort = options.Find("reasoning_effort"); effort && !effort->is_null()) {
    NIBBLE_ASSIGN(request.options.effort, ParseEffort(*effort->as_string()));
  }
  if (const json::Value* profile = options.Find("profile")) {
    NIBBLE_ASSIGN(request.profile, ParseEncodingProfile(*profile->as_string()));
  }
  return request;
}

Result<std::vector<Run>> Render(const Result<Request>& request) {
  if (!request.ok()) return request.error();
  return RenderChat(request->messages, request->options, request->profile);
}

std::string Join(const std::vector<Run>& runs) {
  std::string text;
  for (const Run& run : runs) text += run.text;
  return text;
}

// Neighbours of one kind joined, empty ones left out.
std::vector<Run> Joined(const std::vector<Run>& runs) {
  std::vector<Run> out;
  for (const Run& run : runs) {
    if (run.text.empty()) continue;
    if (out.empty() || out.back().trusted != run.trusted) out.push_back({run.trusted, {}});
    out.back().text += run.text;
  }
  return out;
}

std::vector<Run> RunsOf(const json::Value& list) {
  std::vector<Run> runs;
  for (const json::Value& run : *list.as_array()) {
    const json::Array& pair = *run.as_array();
    runs.push_back({*pair[0].as_bool(), *pair[1].as_string()});
  }
  return Joined(runs);
}

TEST_P(ChatGoldens, EncodesAsTheVendor) {
  const Tokenizer tokenizer = LoadTokenizer();
  const json::Array cases = ReadCases(GetParam().chat_cases);
  int with_runs = 0;
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    const Request request = RequestOf(c).value();
    const auto runs = RenderChat(request.messages, request.options, request.profile).value();
    EXPECT_EQ(Join(runs), StringAt(c, c.Find("prompt") != nullptr ? "prompt" : "vendor_prompt"));
    if (const json::Value* expected = c.Find("runs")) {
      EXPECT_EQ(Joined(runs), RunsOf(*expected));
      ++with_runs;
    }
    const auto encoder = ChatEncoder::Create(&tokenizer, request.profile).value();
    EXPECT_EQ(encoder.Encode(request.messages, request.options).value(),
              IdsOf(*c.Find(GetParam().ids_key)));
  }
  EXPECT_EQ(cases.size(), GetParam().name == "reduced" ? 106u : 182u);
  EXPECT_EQ(with_runs, 25);
}

TEST_P(ChatGoldens, GoesItsOwnWayWhereTheVendorFails) {
  const Tokenizer tokenizer = LoadTokenizer();
  const json::Array cases = ReadCases(GetParam().chat_differences);
  int refused = 0;
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    const Result<Request> request = RequestOf(c);
    const auto runs = Render(request);
    if (const json::Value* field = c.Find("error_field")) {
      ++refused;
      ASSERT_FALSE(runs.ok());
      EXPECT_NE(runs.error().message().find(*field->as_string()), std::string::npos)
          << runs.error().message();
      continue;
    }
    EXPECT_EQ(Join(runs.value()), StringAt(c, "prompt"));
    const auto encoder = ChatEncoder::Create(&tokenizer, request->profile).value();
    EXPECT_EQ(encoder.Encode(request->messages, request->options).value(),
              IdsOf(*c.Find(GetParam().ids_key)));
  }
  EXPECT_EQ(cases.size(), 16u);
  EXPECT_EQ(refused, 7);
}

TEST_P(ChatGoldens, WritesJsonAsPython) {
  const json::Array cases = ReadCases(GetParam().json_text);
  for (const json::Value& c : cases) {
    SCOPED_TRACE(StringAt(c, "id"));
    const auto value = json::Parse(StringAt(c, "in"), "in", {.merge_duplicates = true});
    EXPECT_EQ(PromptJson(value.value()), StringAt(c, "out"));
  }
  EXPECT_EQ(cases.size(), 59u);
}

TEST_P(ChatGoldens, KeepsTheFixedTexts) {
  const json::Value templates = ReadJson(GetParam().templates);
  EXPECT_EQ(chat_templates::kToolsHead, StringAt(templates, "tools_head"));
  EXPECT_EQ(chat_templates::kToolsTail, StringAt(templates, "tools_tail"));
  EXPECT_EQ(chat_templates::kResponseFormat, StringAt(templates, "response_format"));
  EXPECT_EQ(chat_templates::kEffortA, StringAt(templates, "effort_a"));
  EXPECT_EQ(chat_templates::kEffortB, StringAt(templates, "effort_b"));
}

// Every added token, in every field that a client fills, stays text.
TEST_P(ChatGoldens, ControlIdsComeOnlyFromTheScaffold) {
  const Tokenizer tokenizer = LoadTokenizer();
  const auto encoder = ChatEncoder::Create(&tokenizer, EncodingProfile::kPreview).value();
  const auto controls_of = [&](const std::string& text) {
    json::Value function = json::Object{{"name", text}, {"description", text}};
    std::vector<Message> messages(5);
    messages[0].role = MessageRole::kSystem;
    messages[0].content = text;
    messages[0].tools = {function};
    messages[0].response_format = json::Object{{text, text}};
    messages[1].content = text;
    messages[2].role = MessageRole::kAssistant;
    messages[2].content = messages[2].reasoning_content = text;
    messages[2].tool_calls = {{text, text, json::Object{{text, text}, {"n", json::Array{text}}}},
                              {"2", text, text}};
    messages[3].role = MessageRole::kTool;
    messages[3].content = messages[3].tool_call_id = text;
    messages[4].role = MessageRole::kLatestReminder;
    messages[4].content = text;
    std::vector<TokenId> controls = encoder.Encode(messages, {}).value();
    std::erase_if(controls, [&](TokenId id) { return !tokenizer.IsAdded(id); });
    return controls;
  };
  const auto benign = controls_of("x");
  EXPECT_EQ(benign.size(), 35u);
  int added = 0;
  for (TokenId id = 0; id < tokenizer.size(); ++id) {
    if (!tokenizer.IsAdded(id) || (GetParam().name == "v4" && id % 16 != 0 && ++added > 131))
      continue;
    EXPECT_EQ(controls_of(std::string(tokenizer.Bytes(id))), benign) << tokenizer.Bytes(id);
  }
  // Neighbouring client texts do not glue into one either.
  const std::string think(control::kThink);
  EXPECT_EQ(controls_of(think.substr(3) + think.substr(0, 3)), benign);
}

TEST(ChatMessage, ErrorsBeginWithThePath) {
  const auto error = [](const char* text) {
    const auto r = MessagesFromJson(json::Parse(text, "t").value(), "messages");
    return r.ok() ? std::string() : r.error().message();
  };
  EXPECT_EQ(error("{}"), "messages: must be an array, is an object");
  EXPECT_EQ(error("[null]"), "messages[0]: must be an object, is null");
  EXPECT_EQ(error("[{}]"), "messages[0].role: is missing");
  EXPECT_EQ(error(R"([{"role":"user"},{"role":"wizard"}])"),
            "messages[1].role: must be one of system, user, assistant, tool, developer, "
            "latest_reminder, is \"wizard\"");
  EXPECT_EQ(error(R"([{"role":"user","content":1}])"),
            "messages[0].content: must be a string, is a number");
  EXPECT_EQ(error(R"([{"role":"user","content":[{"type":"text"},"x"]}])"),
            "messages[0].content[1]: must be an object, is a string");
  EXPECT_EQ(error(R"([{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}])"),
            "messages[0].tool_calls[0].function.arguments: must be a string of JSON or an object");
  EXPECT_EQ(error(R"([{"role":"assistant","tool_calls":[{"function":{"arguments":""}}]}])"),
            "messages[0].tool_calls[0].function.name: must be a string");
  EXPECT_EQ(error(R"([{"role":"system","tools":[{"function":{}},{}]}])"),
            "messages[0].tools[1].function: must be an object");
  EXPECT_EQ(error(R"([{"role":"user","content":[{"type":"image_url"}]}])"), "");
}

TEST(ChatMessage, EffortOfARequestByProfile) {
  const auto effort = [](EncodingProfile profile, const char* name) {
    return EffortFromRequest(profile, name).value();
  };
  using enum EncodingProfile;
  for (const char* name : {"minimal", "low", "medium", "high"})
    EXPECT_EQ(effort(kPreview, name), Effort::kHigh);
  for (const char* name : {"xhigh", "max"}) EXPECT_EQ(effort(kPreview, name), Effort::kMax);
  for (const char* name : {"minimal", "low"}) EXPECT_EQ(effort(kRefresh, name), Effort::kLow);
  for (const char* name : {"medium", "high", "xhigh"})
    EXPECT_EQ(effort(kRefresh, name), Effort::kHigh);
  EXPECT_EQ(effort(kRefresh, "max"), Effort::kMax);
  EXPECT_FALSE(EffortFromRequest(kPreview, "none").ok());
}

TEST(ChatMessage, ToolsGoToTheSystemMessage) {
  std::vector<Message> messages(1);
  AddToSystemMessage({}, std::nullopt, &messages);
  EXPECT_EQ(messages.size(), 1u);
  AddToSystemMessage({json::Object{}}, std::nullopt, &messages);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].role, MessageRole::kSystem);
  EXPECT_EQ(messages[0].tools.size(), 1u);
  AddToSystemMessage({}, json::Value(true), &messages);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].response_format, json::Value(true));
}

TEST(EncodingProfile, IsToldByTheVendorsEncoder) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "profile";
  std::filesystem::remove_all(folder);
  EXPECT_EQ(DetectEncodingProfile(folder).value(), EncodingProfile::kPreview);
  std::filesystem::create_directories(folder / "encoding");
  const auto file = folder / "encoding" / "encoding_dsv4.py";
  ASSERT_TRUE(WriteFileAtomically(file, "def encode(): pass\n").ok());
  EXPECT_EQ(DetectEncodingProfile(folder).value(), EncodingProfile::kPreview);
  ASSERT_TRUE(WriteFileAtomically(file, "REASONING_EFFORT_PROMPTS = {}\n").ok());
  EXPECT_EQ(DetectEncodingProfile(folder).value(), EncodingProfile::kRefresh);
  ASSERT_TRUE(WriteFileAtomically(file, std::string((1 << 20) + 1, '#')).ok());
  EXPECT_FALSE(DetectEncodingProfile(folder).ok());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace nibble
