#include "text/tokenizer_json.h"

#include <optional>
#include <unordered_map>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "text/byte_alphabet.h"

namespace nibble {
namespace {

// Longer added tokens would make matching them slow; the longest known has 40 bytes.
constexpr size_t kMaxAddedBytes = 1024;
// kMaxTokenId symbols, as many merges as arrays of two, and what little else there is.
constexpr size_t kMaxValues = 5 * static_cast<size_t>(kMaxTokenId);

class Reader {
 public:
  Reader(const json::Value& root, std::string_view what) : root_(root), what_(what) {}

  Result<TokenizerModel> Read() {
    NIBBLE_TRY(CheckPipeline());
    NIBBLE_TRY(CheckModelOptions());
    NIBBLE_TRY(ReadVocab());
    NIBBLE_TRY(ReadAddedTokens());
    NIBBLE_TRY(CheckIds());
    NIBBLE_ASSIGN(Bpe bpe, ReadBpe());
    return Assemble(std::move(bpe));
  }

 private:
  struct Id {
    const std::string* symbol = nullptr;   // in model.vocab
    const std::string* content = nullptr;  // of the added token
    bool special = false;
  };

  template <class... Args>
  Error Fail(std::string_view field, fmt::format_string<Args...> f, Args&&... args) const {
    return InvalidInput("{}: {}: {}", what_, field, fmt::format(f, std::forward<Args>(args)...));
  }

  // The member of `object` (nullptr if absent); `object` may be no object at all.
  static const json::Value* Get(const json::Value* object, std::string_view key) {
    return object == nullptr ? nullptr : object->Find(key);
  }
  static bool IsString(const json::Value* value, std::string_view expected) {
    return value != nullptr && value->as_string() != nullptr && *value->as_string() == expected;
  }
  static bool IsFalse(const json::Value* value) {
    return value != nullptr && value->as_bool() == false;
  }

  Status CheckPipeline() {
    if (!root_.is_object())
      return InvalidInput("{}: must be an object, is {}", what_, root_.kind());
    for (const char* field : {"truncation", "padding"}) {
      const json::Value* value = root_.Find(field);
      if (value != nullptr && !value->is_null())
        return Fail(field, "must be null, truncating or padding a prompt is not supported");
    }
    const json::Value* normalizer = root_.Find("normalizer");
    if (normalizer != nullptr && !normalizer->is_null()) {
      const json::Value* members = normalizer->Find("normalizers");
      if (!IsString(normalizer->Find("type"), "Sequence") || members == nullptr ||
          !members->is_array() || !members->as_array()->empty()) {
        return Fail("normalizer", "must be a Sequence without members, text is taken as it is");
      }
    }
    for (const char* field : {"post_processor", "decoder"}) {
      if (!IsString(Get(root_.Find(field), "type"), "ByteLevel"))
        return Fail(field, "must be of type ByteLevel");
    }
    return CheckPreTokenizer();
  }

  Status CheckPreTokenizer() {
    const json::Value* pre = root_.Find("pre_tokenizer");
    const json::Value* list = Get(pre, "pretokenizers");
    if (!IsString(Get(pre, "type"), "Sequence") || list == nullptr || !list->is_array() ||
        list->as_array()->size() != 4) {
      return Fail("pre_tokenizer", "must be a Sequence of Split, Split, Split, ByteLevel");
    }
    const json::Array& steps = *list->as_array();
    for (size_t i = 0; i < 3; ++i) {
      const std::string field = fmt::format("pre_tokenizer.pretokenizers[{}]", i);
      if (!IsString(steps[i].Find("type"), "Split") ||
          !IsString(steps[i].Find("behavior"), "Isolated") || !IsFalse(steps[i].Find("invert"))) {
        return Fail(field, "must be a Split with behavior Isolated and invert false");
      }
      const json::Value* regex = Get(steps[i].Find("pattern"), "Regex");
      if (regex == nullptr || regex->as_string() == nullptr)
        return Fail(field + ".pattern", "must be an object with a string Regex");
      NIBBLE_TRY(TakePattern(i, *regex->as_string(), field + ".pattern.Regex"));
    }
    if (!IsString(steps[3].Find("type"), "ByteLevel") ||
        !IsFalse(steps[3].Find("add_prefix_space")) || !IsFalse(steps[3].Find("use_regex"))) {
      return Fail("pre_tokenizer.pretokenizers[3]",
                  "must be ByteLevel with add_prefix_space and use_regex false");
    }
    return {};
  }

  Status TakePattern(size_t step, std::string_view regex, std::string_view field) {
    bool known = false;
    if (step == 0) {
      known = regex == PreTokenizer::kNumbersByThree || regex == PreTokenizer::kNumbersByOne;
      digits_ = regex == PreTokenizer::kNumbersByOne ? 1 : 3;
    } else {
      known = regex == (step == 1 ? PreTokenizer::kHanAndKana : PreTokenizer::kWords);
    }
    if (known) return {};
    return Fail(field, "unknown split pattern \"{}\", only those of DeepSeek-V4 are built in",
                Escape(regex));
  }

  Status CheckModelOptions() {
    const json::Value* model = root_.Find("model");
    if (!IsString(Get(model, "type"), "BPE")) return Fail("model.type", "must be \"BPE\"");
    for (const char* key :
         {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"}) {
      const json::Value* value = model->Find(key);
      if (value != nullptr && !value->is_null())
        return Fail(fmt::format("model.{}", key), "must be null, is {}", value->kind());
    }
    for (const char* key : {"fuse_unk", "byte_fallback", "ignore_merges"}) {
      const json::Value* value = model->Find(key);
      if (value != nullptr && !IsFalse(value))
        return Fail(fmt::format("model.{}", key), "must be false");
    }
    return {};
  }

  // The entry of an id, made if need be.
  Result<Id*> IdEntry(const json::Value& value, const std::string& field) {
    const auto id = value.as_int();
    if (!id || *id < 0 || *id > kMaxTokenId) {
      const std::string* text = value.as_number_text();
      return Fail(field, "an id must be an integer in 0..{}, is {}", kMaxTokenId,
                  text != nullptr ? Escape(*text, 40) : value.kind());
    }
    if (static_cast<size_t>(*id) >= ids_.size()) ids_.resize(static_cast<size_t>(*id) + 1);
    return &ids_[static_cast<size_t>(*id)];
  }
  TokenId IndexOf(const Id* entry) const { return static_cast<TokenId>(entry - ids_.data()); }

  Status ReadVocab() {
    const json::Value* vocab = root_.Find("model")->Find("vocab");
    if (vocab == nullptr || !vocab->is_object())
      return Fail("model.vocab", "must be an object of symbol -> id");
    symbols_.reserve(vocab->as_object()->size());
    for (const auto& [symbol, value] : *vocab->as_object()) {
      const auto field = [&] { return fmt::format("model.vocab[\"{}\"]", Escape(symbol)); };
      NIBBLE_ASSIGN(Id * entry, IdEntry(value, field()));
      if (entry->symbol != nullptr) {
        return Fail(field(), "id {} is given to \"{}\" too", IndexOf(entry),
                    Escape(*entry->symbol));
      }
      if (symbol.empty()) return Fail(field(), "an empty symbol");
      entry->symbol = &symbol;
      symbols_.emplace(symbol, IndexOf(entry));
    }
    return {};
  }

  Status ReadAddedTokens() {
    const json::Value* added = root_.Find("added_tokens");
    if (added == nullptr) return {};
    if (!added->is_array()) return Fail("added_tokens", "must be an array, is {}", added->kind());
    std::unordered_map<std::string_view, size_t, SeededHash> seen;
    for (size_t i = 0; i < added->as_array()->size(); ++i) {
      const json::Value& token = (*added->as_array())[i];
      const std::string field = fmt::format("added_tokens[{}]", i);
      NIBBLE_TRY(ReadAddedToken(token, field));
      const auto [other, is_new] = seen.emplace(*token.Find("content")->as_string(), i);
      if (!is_new) {
        return Fail(field + ".content", "\"{}\" is added_tokens[{}] already", Escape(other->first),
                    other->second);
      }
    }
    return {};
  }

  Status ReadAddedToken(const json::Value& token, const std::string& field) {
    const json::Value* content = token.Find("content");
    if (content == nullptr || content->as_string() == nullptr)
      return Fail(field + ".content", "must be a string");
    const std::string& text = *content->as_string();
    if (text.empty() || text.size() > kMaxAddedBytes) {
      return Fail(field + ".content", "must have 1 to {} bytes, has {}", kMaxAddedBytes,
                  text.size());
    }
    for (const char* key : {"single_word", "lstrip", "rstrip"}) {
      const json::Value* value = token.Find(key);
      if (value != nullptr && !IsFalse(value))
        return Fail(field + "." + key, "must be false, anything else is not supported");
    }
    const json::Value* special = token.Find("special");
    if (special != nullptr && !special->is_bool())
      return Fail(field + ".special", "must be a boolean, is {}", special->kind());
    const json::Value* id = token.Find("id");
    if (id == nullptr) return Fail(field + ".id", "is missing");
    NIBBLE_ASSIGN(Id * entry, IdEntry(*id, field + ".id"));
    if (entry->content != nullptr) {
      return Fail(field + ".id", "id {} is given to \"{}\" too", IndexOf(entry),
                  Escape(*entry->content));
    }
    const auto symbol = symbols_.find(text);
    if (entry->symbol != nullptr ? *entry->symbol != text : symbol != symbols_.end()) {
      return Fail(field, "id {} and content \"{}\" contradict model.vocab", IndexOf(entry),
                  Escape(text));
    }
    entry->content = &text;
    entry->special = special != nullptr && *special->as_bool();
    return {};
  }

  Status CheckIds() {
    for (const Id& entry : ids_) {
      if (entry.symbol == nullptr && entry.content == nullptr) {
        return Fail("model.vocab", "no symbol and no added token has id {}, of {} ids",
                    IndexOf(&entry), ids_.size());
      }
    }
    return {};
  }

  // The id of a part or result of merge number `i`.
  Result<TokenId> PartOfMerge(size_t i, const char* part, std::string_view symbol) const {
    const auto it = symbols_.find(symbol);
    if (it == symbols_.end()) {
      return Fail(fmt::format("model.merges[{}]", i), "the {} \"{}\" is not in model.vocab", part,
                  Escape(symbol));
    }
    if (ids_[static_cast<size_t>(it->second)].content != nullptr) {
      return Fail(fmt::format("model.merges[{}]", i), "the {} \"{}\" is an added token", part,
                  Escape(symbol));
    }
    return it->second;
  }

  Result<Bpe::Merge> ReadMerge(size_t i, const json::Value& value) const {
    std::string_view left, right;
    if (const std::string* text = value.as_string()) {
      const size_t space = text->find(' ');
      left = std::string_view(*text).substr(0, space);
      if (space != std::string::npos) right = std::string_view(*text).substr(space + 1);
    } else if (const json::Array* pair = value.as_array(); pair != nullptr && pair->size() == 2 &&
                                                           (*pair)[0].as_string() != nullptr &&
                                                           (*pair)[1].as_string() != nullptr) {
      left = *(*pair)[0].as_string();
      right = *(*pair)[1].as_string();
    }
    if (left.empty() || right.empty()) {
      return Fail(fmt::format("model.merges[{}]", i),
                  "must be \"left right\" or [\"left\", \"right\"]");
    }
    Bpe::Merge merge;
    NIBBLE_ASSIGN(merge.left, PartOfMerge(i, "left part", left));
    NIBBLE_ASSIGN(merge.right, PartOfMerge(i, "right part", right));
    NIBBLE_ASSIGN(merge.result, PartOfMerge(i, "result", std::string(left).append(right)));
    return merge;
  }

  Result<Bpe> ReadBpe() const {
    std::array<TokenId, 256> byte_ids{};
    for (size_t b = 0; b < 256; ++b) {
      std::string symbol;
      AppendUtf8(kByteAlphabet[b], &symbol);
      const auto it = symbols_.find(symbol);
      if (it == symbols_.end() || ids_[static_cast<size_t>(it->second)].content != nullptr) {
        return Fail("model.vocab", "the symbol \"{}\" of byte 0x{:02x} {}", symbol, b,
                    it == symbols_.end() ? "is missing" : "is an added token");
      }
      byte_ids[b] = it->second;
    }
    const json::Value* list = root_.Find("model")->Find("merges");
    if (list == nullptr || !list->is_array()) return Fail("model.merges", "must be an array");
    std::vector<Bpe::Merge> merges;
    merges.reserve(list->as_array()->size());
    for (const json::Value& value : *list->as_array()) {
      NIBBLE_ASSIGN(const Bpe::Merge merge, ReadMerge(merges.size(), value));
      merges.push_back(merge);
    }
    Bpe bpe(byte_ids);
    if (const size_t twice = bpe.SetMerges(merges); twice < merges.size()) {
      return Fail(fmt::format("model.merges[{}]", twice), "the same pair has been given before");
    }
    return bpe;
  }

  static void AppendUtf8(char32_t code, std::string* out) {
    if (code < 0x80) {
      *out += static_cast<char>(code);
    } else {
      *out += static_cast<char>(0xC0 | code >> 6);
      *out += static_cast<char>(0x80 | (code & 63));
    }
  }

  Result<TokenizerModel> Assemble(Bpe bpe) const {
    TokenizerModel model{PreTokenizer(digits_), std::move(bpe), {}, {}, {}, {}};
    for (const Id& entry : ids_) {
      model.begin.push_back(static_cast<uint32_t>(model.bytes.size()));
      model.flags.push_back(0);
      if (entry.content != nullptr) {
        model.bytes += *entry.content;
        model.flags.back() = static_cast<uint8_t>(TokenizerModel::kAdded |
                                                  (entry.special ? TokenizerModel::kSpecial : 0));
        model.added.push_back({*entry.content, IndexOf(&entry)});
        continue;
      }
      const auto bytes = BytesOfSymbol(*entry.symbol);
      if (!bytes) {
        return Fail(fmt::format("model.vocab[\"{}\"]", Escape(*entry.symbol)),
                    "a character outside the byte alphabet in a symbol that is no added token");
      }
      model.bytes += *bytes;
    }
    model.begin.push_back(static_cast<uint32_t>(model.bytes.size()));
    return model;
  }

  const json::Value& root_;
  std::string_view what_;
  size_t digits_ = 3;
  std::vector<Id> ids_;
  std::unordered_map<std::string_view, TokenId, SeededHash> symbols_;
};

}  // namespace

Result<TokenizerModel> ParseTokenizerJson(std::string_view text, std::string_view what) {
  NIBBLE_ASSIGN(const json::Value root,
                json::Parse(text, what, {.max_depth = 16, .max_values = kMaxValues}));
  return Reader(root, what).Read();
}

}  // namespace nibble
