#include "base/json.h"

#include <gtest/gtest.h>

namespace nibble::json {
namespace {

std::string ErrorOf(std::string_view text, size_t max_depth = 64) {
  const auto r = Parse(text, "f.json", {.max_depth = max_depth});
  return r.ok() ? "" : r.error().message();
}

TEST(JsonTest, KeepsOrderAndDigits) {
  const Value v =
      Parse(R"({"b":1,"a":[2.50,12345678901234567890123,-0,1e5],"s":"\u00e9\n"})", "f").value();
  EXPECT_EQ(Dump(v), "{\"b\":1,\"a\":[2.50,12345678901234567890123,-0,1e5],\"s\":\"\xC3\xA9\\n\"}");
  EXPECT_EQ(v.Find("b")->as_int(), 1);
  EXPECT_EQ((*v.Find("a")->as_array())[0].as_int(), std::nullopt);
  EXPECT_EQ((*v.Find("a")->as_array())[3].as_double(), 1e5);
  EXPECT_EQ((*v.Find("a")->as_array())[1].as_uint(), std::nullopt);
}

TEST(JsonTest, RefusesWithTheByte) {
  EXPECT_EQ(ErrorOf("{\"a\":1,\"a\":1}"), "f.json: duplicate key \"a\" at byte 9");
  EXPECT_EQ(ErrorOf("{\"a\":"), "f.json: JSON ends early at byte 5");
  EXPECT_EQ(ErrorOf(""), "f.json: JSON ends early at byte 0");
  EXPECT_EQ(ErrorOf("{} x"), "f.json: unexpected byte 0x78 at byte 3 after the JSON value");
  EXPECT_EQ(ErrorOf(std::string_view("{}\0", 3)),
            "f.json: unexpected byte 0x00 at byte 2 after the JSON value");
  EXPECT_EQ(ErrorOf("[\"\xFF\"]"), "f.json: invalid UTF-8 at byte 2");
  for (const char* bad : {"[1,]", "{a:1}", "NaN", "[01]", "// c\n1", "\xEF\xBB\xBF{}",
                          "[\"\\ud800\"]", "+1", "1e999", ".5"}) {
    EXPECT_NE(ErrorOf(bad), "") << bad;
  }
  EXPECT_EQ(ErrorOf("1e-999"), "");
  EXPECT_EQ(ErrorOf(" \n{} \t"), "");
}

TEST(JsonTest, DepthIsBounded) {
  EXPECT_NE(ErrorOf(std::string(200000, '[')).find("nesting deeper than 64"), std::string::npos);
  EXPECT_EQ(ErrorOf(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_NE(ErrorOf(std::string(65, '[') + std::string(65, ']')), "");
}

TEST(JsonTest, DuplicateKeysAreFoundInLargeObjects) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(ErrorOf(text + "\"end\":0}"), "");
  for (const char* key : {"k0", "k14", "k15", "k16", "k17", "k999"}) {
    EXPECT_NE(ErrorOf(text + "\"" + key + "\":0}").find("duplicate key"), std::string::npos) << key;
  }
}

TEST(JsonTest, DuplicateKeysCanBeMerged) {
  const auto merged = [](std::string_view text) {
    return Dump(Parse(text, "f", {.merge_duplicates = true}).value());
  };
  EXPECT_EQ(merged(R"({"a":1,"b":{"c":0},"a":[2],"b":{"d":1,"d":2}})"), R"({"a":[2],"b":{"d":2}})");
  std::string text = "{";
  for (int i = 0; i < 40; ++i)
    text += "\"k" + std::to_string(i % 20) + "\":" + std::to_string(i) + ",";
  text += "\"k0\":\"last\"}";
  const Value v = Parse(text, "f", {.merge_duplicates = true}).value();
  EXPECT_EQ(v.as_object()->size(), 20u);
  EXPECT_EQ(v.as_object()->front(), Member("k0", "last"));
  EXPECT_EQ(v.Find("k19")->as_int(), 39);
}

TEST(JsonTest, ValuesAreBounded) {
  EXPECT_TRUE(Parse("[1,{\"a\":2}]", "f", {.max_values = 4}).ok());
  const auto r = Parse("[1,{\"a\":2}]", "f", {.max_values = 3});
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message(), "f: JSON of more than 3 values at byte 10");
}

TEST(JsonTest, EqualByValue) {
  const auto equal = [](const char* a, const char* b) {
    return EqualByValue(Parse(a, "a").value(), Parse(b, "b").value());
  };
  EXPECT_TRUE(equal(R"({"a":1,"b":[1.0,null]})", R"({"b":[1,null],"a":1e0})"));
  EXPECT_FALSE(equal(R"({"a":1})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(equal("[1,2]", "[2,1]"));
}

TEST(JsonTest, ToldProblemIsOfItsKind) {
  const auto problem = [](std::string_view text) {
    Problem told = Problem::kSyntax;
    EXPECT_FALSE(Parse(text, "t", {.max_depth = 8, .problem = &told}).ok());
    return told;
  };
  EXPECT_EQ(problem("{"), Problem::kSyntax);
  EXPECT_EQ(problem("1 1"), Problem::kSyntax);
  EXPECT_EQ(problem("[[[[[[[[[[1]]]]]]]]]]"), Problem::kTooDeep);
  EXPECT_EQ(problem("{\"a\":1,\"a\":2}"), Problem::kDuplicateKey);
  EXPECT_EQ(problem("\"\xc0\xaf\""), Problem::kInvalidUtf8);
  EXPECT_EQ(problem("\"\\ud800\""), Problem::kInvalidUtf8);
  EXPECT_EQ(problem("\"\\udc00 \""), Problem::kInvalidUtf8);
}

TEST(JsonTest, DumpSortedIndented) {
  Value v;
  v.Set("b", Array{1, "x"});
  v.Set("a", Value(Object{}));
  EXPECT_EQ(DumpSorted(v, Style::kIndented),
            "{\n  \"a\": {},\n  \"b\": [\n    1,\n    \"x\"\n  ]\n}");
}

}  // namespace
}  // namespace nibble::json
