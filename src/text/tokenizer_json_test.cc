#include "text/tokenizer_json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "base/json.h"
#include "golden.h"
#include "text/tokenizer.h"

namespace nibble {
namespace {

json::Value SmallTokenizer() {
  static const json::Value value =
      json::ParseFile(TestData("text/tokenizer.json"), kMaxTokenizerFileBytes).value();
  return value;
}

using Change = std::function<void(json::Value*)>;

std::string ErrorOf(const Change& change) {
  json::Value value = SmallTokenizer();
  change(&value);
  const auto r = ParseTokenizerJson(json::Dump(value), "tokenizer.json");
  return r.ok() ? "" : r.error().message();
}

json::Value* At(json::Value* value, std::initializer_list<const char*> path) {
  for (const char* key : path) {
    value =
        key[0] >= '0' && key[0] <= '9' ? &(*value->as_array())[std::stoul(key)] : value->Find(key);
  }
  return value;
}

Change Put(std::initializer_list<const char*> path, const char* key, json::Value what) {
  const std::vector<const char*> keys(path);
  return [keys, key, what](json::Value* v) {
    for (const char* k : keys) v = At(v, {k});
    v->Set(key, what);
  };
}

Change PutMerge(json::Value merge) {
  return [merge](json::Value* v) { (*At(v, {"model", "merges"})->as_array())[7] = merge; };
}

TEST(TokenizerJson, RefusesWhatItWouldMisunderstand) {
  const std::pair<const char*, Change> cases[] = {
      {"truncation: must be null", Put({}, "truncation", json::Object{})},
      {"padding: must be null", Put({}, "padding", json::Object{})},
      {"normalizer: must be a Sequence", Put({}, "normalizer", json::Object{{"type", "NFC"}})},
      {"normalizer: must be a Sequence",
       Put({"normalizer"}, "normalizers", json::Array{json::Object{{"type", "NFC"}}})},
      {"post_processor: must be of type ByteLevel",
       Put({"post_processor"}, "type", "TemplateProcessing")},
      {"decoder: must be of type ByteLevel", Put({}, "decoder", nullptr)},
      {"pre_tokenizer: must be a Sequence", Put({"pre_tokenizer"}, "type", "Metaspace")},
      {"pre_tokenizer: must be a Sequence",
       Put({"pre_tokenizer"}, "pretokenizers", json::Array{1, 2, 3})},
      {"pre_tokenizer.pretokenizers[1]: must be a Split",
       Put({"pre_tokenizer", "pretokenizers", "1"}, "behavior", "Removed")},
      {"pre_tokenizer.pretokenizers[2]: must be a Split",
       Put({"pre_tokenizer", "pretokenizers", "2"}, "invert", true)},
      {"pre_tokenizer.pretokenizers[2].pattern: must be an object",
       Put({"pre_tokenizer", "pretokenizers", "2"}, "pattern", "x")},
      {"pre_tokenizer.pretokenizers[0].pattern.Regex: unknown split pattern \"(a+)+$\"",
       Put({"pre_tokenizer", "pretokenizers", "0", "pattern"}, "Regex", "(a+)+$")},
      {"pre_tokenizer.pretokenizers[1].pattern.Regex: unknown split pattern",
       Put({"pre_tokenizer", "pretokenizers", "1", "pattern"}, "Regex", "\\p{N}")},
      {"pre_tokenizer.pretokenizers[3]: must be ByteLevel",
       Put({"pre_tokenizer", "pretokenizers", "3"}, "add_prefix_space", true)},
      {"model.type: must be \"BPE\"", Put({"model"}, "type", "Unigram")},
      {"model.type: must be \"BPE\"", Put({}, "model", json::Array{})},
      {"model.dropout: must be null, is a number", Put({"model"}, "dropout", 0.1)},
      {"model.unk_token: must be null, is a string", Put({"model"}, "unk_token", "<unk>")},
      {"model.byte_fallback: must be false", Put({"model"}, "byte_fallback", true)},
      {"model.fuse_unk: must be false", Put({"model"}, "fuse_unk", 1)},
      {"model.ignore_merges: must be false", Put({"model"}, "ignore_merges", true)},
      {"model.vocab: must be an object", Put({"model"}, "vocab", json::Array{})},
      {"model.merges: must be an array", Put({"model"}, "merges", "x")},
      {"model.vocab[\"zzq\"]: an id must be an integer in 0..1048576, is 1048577",
       Put({"model", "vocab"}, "zzq", 1048577)},
      {"model.vocab[\"zzq\"]: an id must be an integer in 0..1048576, is -1",
       Put({"model", "vocab"}, "zzq", -1)},
      {"model.vocab[\"zzq\"]: an id must be an integer in 0..1048576, is 4096.5",
       Put({"model", "vocab"}, "zzq", 4096.5)},
      {"model.vocab[\"zzq\"]: an id must be an integer in 0..1048576, is a string",
       Put({"model", "vocab"}, "zzq", "4096")},
      {"model.vocab[\"zzq\"]: id 300 is given to ", Put({"model", "vocab"}, "zzq", 300)},
      {"model.vocab: no symbol and no added token has id 4096, of 4098 ids",
       Put({"model", "vocab"}, "zzq", 4097)},
      {"model.vocab[\"哈\"]: a character outside the byte alphabet",
       Put({"model", "vocab"}, "哈", 4096)},
      {"model.vocab[\"a b\"]: a character outside the byte alphabet",
       Put({"model", "vocab"}, "a b", 4096)},
      {"model.vocab[\"\"]: an empty symbol", Put({"model", "vocab"}, "", 4096)},
      {"model.vocab: the symbol \"a\" of byte 0x61 is missing",
       [](json::Value* v) {
         const json::Value id = *At(v, {"model", "vocab", "a"});
         At(v, {"model", "vocab"})->Erase("a");
         At(v, {"model", "vocab"})->Set("zzq", id);
       }},
      {"model.merges[7]: the left part \"zzq\" is not in model.vocab", PutMerge("zzq a")},
      {"model.merges[7]: the right part \"zzq\" is not in model.vocab", PutMerge("a zzq")},
      {"model.merges[7]: the result \"qqz\" is not in model.vocab",
       [](json::Value* v) {
         At(v, {"model", "vocab"})->Set("qq", 4096);
         PutMerge("qq z")(v);
       }},
      {"model.merges[7]: must be \"left right\"", PutMerge("a")},
      {"model.merges[7]: must be \"left right\"", PutMerge("a ")},
      {"model.merges[7]: must be \"left right\"", PutMerge(json::Array{"a", "b", "c"})},
      {"model.merges[7]: must be \"left right\"", PutMerge(7)},
      {"model.merges[7]: the same pair has been given before",
       [](json::Value* v) { PutMerge((*At(v, {"model", "merges"})->as_array())[3])(v); }},
      {"added_tokens: must be an array", Put({}, "added_tokens", json::Object{})},
      {"added_tokens[5].content: must be a string", Put({"added_tokens", "5"}, "content", 1)},
      {"added_tokens[5].content: must have 1 to 1024 bytes, has 0",
       Put({"added_tokens", "5"}, "content", "")},
      {"added_tokens[5].content: must have 1 to 1024 bytes, has 2000",
       Put({"added_tokens", "5"}, "content", std::string(2000, 'x'))},
      {"added_tokens[5].lstrip: must be false", Put({"added_tokens", "5"}, "lstrip", true)},
      {"added_tokens[5].rstrip: must be false", Put({"added_tokens", "5"}, "rstrip", true)},
      {"added_tokens[5].single_word: must be false",
       Put({"added_tokens", "5"}, "single_word", true)},
      {"added_tokens[5].special: must be a boolean", Put({"added_tokens", "5"}, "special", "yes")},
      {"added_tokens[5].id: an id must be an integer",
       Put({"added_tokens", "5"}, "id", json::Value(-3))},
      {"added_tokens[5].id: is missing",
       [](json::Value* v) { At(v, {"added_tokens", "5"})->Erase("id"); }},
      {"added_tokens[5].id: id 0 is given to ", Put({"added_tokens", "5"}, "id", 0)},
      {"added_tokens[5].content: \"<｜begin▁of▁sentence｜>\" is added_tokens[0] already",
       [](json::Value* v) {
         At(v, {"model", "vocab"})->Erase("<｜begin▁of▁sentence｜>");
         At(v, {"added_tokens", "5"})->Set("content", "<｜begin▁of▁sentence｜>");
       }},
      {"added_tokens[0]: id 0 and content \"<bos>\" contradict model.vocab",
       Put({"added_tokens", "0"}, "content", "<bos>")},
      {"added_tokens[5]: id 3970 and content \"a\" contradict model.vocab",
       Put({"added_tokens", "5"}, "content", "a")},
      {"the symbol \"a\" of byte 0x61 is an added token",
       [](json::Value* v) {
         At(v, {"added_tokens"})
             ->as_array()
             ->push_back(json::Object{{"id", *At(v, {"model", "vocab", "a"})}, {"content", "a"}});
       }},
      {"model.merges[0]: the result \"ĠĠ\" is an added token",
       [](json::Value* v) {
         At(v, {"added_tokens"})
             ->as_array()
             ->push_back(json::Object{{"id", *At(v, {"model", "vocab", "ĠĠ"})}, {"content", "ĠĠ"}});
       }},
  };
  for (const auto& [expected, change] : cases) {
    const std::string error = ErrorOf(change);
    EXPECT_TRUE(error.starts_with("tokenizer.json: ")) << error;
    EXPECT_NE(error.find(expected), std::string::npos) << expected << "\n" << error;
  }
}

TEST(TokenizerJson, AcceptsBothSpellingsOfMerges) {
  json::Value value = SmallTokenizer();
  for (json::Value& merge : *At(&value, {"model", "merges"})->as_array()) {
    const std::string text = *merge.as_string();
    const size_t space = text.find(' ');
    merge = json::Array{text.substr(0, space), text.substr(space + 1)};
  }
  const auto pairs = Tokenizer::Parse(json::Dump(value), "pairs");
  const auto strings = Tokenizer::Load(TestData("text/tokenizer.json"));
  const std::string text = "The quick brown fox, 12345 times;\n\n  def f(x):\n\treturn x\n";
  EXPECT_EQ(pairs->EncodePlain(text).value(), strings->EncodePlain(text).value());
}

TEST(TokenizerJson, OneDigitToAPiece) {
  json::Value value = SmallTokenizer();
  Put({"pre_tokenizer", "pretokenizers", "0", "pattern"}, "Regex", "\\p{N}")(&value);
  const auto tokenizer = Tokenizer::Parse(json::Dump(value), "t").value();
  EXPECT_EQ(tokenizer.Pieces("a1234 ½x").size(), 8u);
  const auto ids = tokenizer.EncodePlain("1234").value();
  EXPECT_EQ(ids.size(), 4u);
}

TEST(TokenizerJson, IsNotJsonOrTooLarge) {
  EXPECT_EQ(ParseTokenizerJson("{\"model\":", "f").error().message(),
            "f: JSON ends early at byte 9");
  EXPECT_EQ(ParseTokenizerJson("[]", "f").error().message(), "f: must be an object, is an array");
  EXPECT_NE(ParseTokenizerJson(std::string(100, '['), "f").error().message().find("deeper than 16"),
            std::string::npos);
  std::string many = "[";
  for (int i = 0; i < 6000000; ++i) many += "0,";
  EXPECT_NE(ParseTokenizerJson(many + "0]", "f").error().message().find("more than"),
            std::string::npos);
  EXPECT_FALSE(Tokenizer::Load("/does/not/exist").ok());
  const std::filesystem::path huge = std::filesystem::path(::testing::TempDir()) / "huge.json";
  std::ofstream(huge).put('{');
  std::filesystem::resize_file(huge, uint64_t{1} << 30);
  const auto r = Tokenizer::Load(huge);
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().message().find("huge.json"), std::string::npos) << r.error().message();
  std::filesystem::remove(huge);
}

}  // namespace
}  // namespace nibble
