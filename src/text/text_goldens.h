// Where the vectors of the text tests lie: the small tokenizer and reduced vectors in tests/data,
// the real DeepSeek-V4 tokenizer and all vectors in ../shared.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "golden.h"
#include "text/tokenizer.h"

namespace nibble {

struct TextGoldens {
  std::string name;
  std::string ids_key;  // "ids_small" or "ids_v4" in vectors for both tokenizers
  std::filesystem::path tokenizer, tokenizer_cases, detokenize, chat_cases, chat_differences,
      json_text, templates, output_cases, output_streaming;
};
inline void PrintTo(const TextGoldens& goldens, std::ostream* out) { *out << goldens.name; }

inline std::vector<TextGoldens> AllTextGoldens() {
  const auto data = [](const char* name) { return TestData("text") / name; };
  const auto golden = [](const char* name) { return SharedData("golden") / name; };
  TextGoldens reduced{"reduced",
                      "ids_small",
                      data("tokenizer.json"),
                      data("tokenizer_cases.json"),
                      data("detokenize.json"),
                      data("chat_cases.json"),
                      data("chat_differences.json"),
                      data("json_text.json"),
                      data("chat_templates.json"),
                      data("output_cases.json"),
                      data("output_streaming.json")};
  TextGoldens small{"small",
                    "ids_small",
                    golden("tokenizer_small/tokenizer.json"),
                    golden("tokenizer/small.json"),
                    golden("tokenizer/detokenize_small.json"),
                    golden("chat_encoding/cases.json"),
                    golden("chat_encoding/differences.json"),
                    golden("chat_encoding/json_text.json"),
                    golden("chat_encoding/templates.json"),
                    golden("output_parsing/cases.json"),
                    golden("output_parsing/streaming.json")};
  TextGoldens v4 = small;
  v4.name = "v4";
  v4.ids_key = "ids_v4";
  v4.tokenizer = SharedData("data/deepseek_v4_tokenizer/tokenizer.json");
  v4.tokenizer_cases = golden("tokenizer/v4.json");
  v4.detokenize = golden("tokenizer/detokenize_v4.json");
  return {reduced, small, v4};
}

// A test over all sets; those in ../shared skip loudly without it.
class TextGoldenTest : public ::testing::TestWithParam<TextGoldens> {
 protected:
  void SetUp() override {
    if (GetParam().name != "reduced") {
      NIBBLE_REQUIRE_SHARED("golden/tokenizer");
    }
  }
  static Tokenizer LoadTokenizer() { return Tokenizer::Load(GetParam().tokenizer).value(); }
  static json::Value ReadJson(const std::filesystem::path& path) {
    return json::ParseFile(path, uint64_t{64} << 20).value();
  }
  // The `cases` of a vector file.
  static json::Array ReadCases(const std::filesystem::path& path) {
    return *ReadJson(path).Find("cases")->as_array();
  }
};

inline std::string TextGoldensName(const ::testing::TestParamInfo<TextGoldens>& info) {
  return info.param.name;
}

inline std::string StringAt(const json::Value& value, std::string_view key) {
  return *value.Find(key)->as_string();
}

inline std::vector<TokenId> IdsOf(const json::Value& list) {
  std::vector<TokenId> ids;
  for (const json::Value& id : *list.as_array()) ids.push_back(static_cast<TokenId>(*id.as_int()));
  return ids;
}

}  // namespace nibble
