#include "text/tokenizer.h"

#include <unordered_map>

#include "base/file.h"
#include "base/text.h"
#include "text/detokenizer.h"
#include "text/tokenizer_json.h"

namespace nibble {
namespace {

// Pieces of one text and their ids, so that a word that comes again is looked up. Keys and values
// are places in the text and in the ids made from it: nothing is copied, nothing outlives the call.
class PieceCache {
 public:
  explicit PieceCache(size_t text_bytes) : slots_(text_bytes < kMinTextBytes ? 0 : kSlots) {}

  void Encode(const Bpe& bpe, std::string_view piece, std::vector<TokenId>* ids) {
    if (slots_.empty() || piece.size() < 2 || piece.size() > kMaxPieceBytes) {
      bpe.Encode(piece, ids);
      return;
    }
    Slot& slot = slots_[std::hash<std::string_view>()(piece) % kSlots];
    if (slot.piece == piece) {
      for (uint32_t i = 0; i < slot.count; ++i) ids->push_back((*ids)[slot.first + i]);
      return;
    }
    slot = {piece, ids->size(), 0};
    bpe.Encode(piece, ids);
    slot.count = static_cast<uint32_t>(ids->size() - slot.first);
  }

 private:
  static constexpr size_t kMinTextBytes = 2048;  // below, making the table costs more than it saves
  static constexpr size_t kSlots = 4096;
  static constexpr size_t kMaxPieceBytes = 48;
  struct Slot {
    std::string_view piece;
    size_t first = 0;
    uint32_t count = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace

struct Tokenizer::Impl {
  explicit Impl(TokenizerModel m) : model(std::move(m)), all_added(model.added) {
    for (const ControlString& c : model.added) added_ids.emplace(c.text, c.id);
  }
  TokenizerModel model;
  ControlMatcher all_added;
  std::unordered_map<std::string_view, TokenId> added_ids;  // views into model.added
};

Tokenizer::Tokenizer(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::Load(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto file = std::filesystem::is_directory(path, ignored) ? path / "tokenizer.json" : path;
  NIBBLE_ASSIGN(const std::string text, ReadSmallFile(file, kMaxTokenizerFileBytes));
  return Parse(text, Escape(file.string(), 400));
}

Result<Tokenizer> Tokenizer::Parse(std::string_view tokenizer_json, std::string_view what) {
  NIBBLE_ASSIGN(TokenizerModel model, ParseTokenizerJson(tokenizer_json, what));
  return Tokenizer(std::make_unique<const Impl>(std::move(model)));
}

TokenId Tokenizer::size() const { return static_cast<TokenId>(impl_->model.flags.size()); }

Result<std::vector<TokenId>> Tokenizer::EncodePlain(std::string_view text) const {
  const Run run{false, std::string(text)};
  return EncodeRuns({&run, 1}, impl_->all_added);
}

Result<std::vector<TokenId>> Tokenizer::EncodeSpecial(std::string_view text) const {
  const Run run{true, std::string(text)};
  return EncodeRuns({&run, 1}, impl_->all_added);
}

Result<std::vector<TokenId>> Tokenizer::EncodeRuns(std::span<const Run> runs,
                                                   const ControlMatcher& controls) const {
  // All plain text in one string, and where which control id interrupts it.
  struct Control {
    size_t at;
    TokenId id;
  };
  std::string plain;
  std::vector<Control> interrupts;
  size_t before = 0;  // bytes of the runs before this one
  for (const Run& run : runs) {
    if (const size_t bad = FindInvalidUtf8(run.text); bad != std::string_view::npos)
      return InvalidInput("text: invalid UTF-8 at byte {}", before + bad);
    before += run.text.size();
    size_t at = 0;
    while (run.trusted) {
      const auto match = controls.Find(run.text, at);
      if (!match) break;
      plain.append(run.text, at, match->begin - at);
      interrupts.push_back({plain.size(), match->id});
      at = match->end;
    }
    plain.append(run.text, at);
  }
  if (plain.size() > Bpe::kMaxPieceBytes)
    return InvalidInput("text: {} bytes, at most {} are supported", plain.size(),
                        Bpe::kMaxPieceBytes);

  std::vector<TokenId> ids;
  ids.reserve(plain.size() / 4 + interrupts.size());
  PieceCache cache(plain.size());
  size_t at = 0;
  const auto encode_until = [&](size_t end) {
    auto reader = impl_->model.pre_tokenizer.Read(std::string_view(plain).substr(at, end - at));
    for (std::string_view piece; reader.Next(&piece);) cache.Encode(impl_->model.bpe, piece, &ids);
    at = end;
  };
  for (const Control& control : interrupts) {
    encode_until(control.at);
    ids.push_back(control.id);
  }
  encode_until(plain.size());
  return ids;
}

std::string_view Tokenizer::Bytes(TokenId id) const {
  NIBBLE_CHECK(Contains(id), "id outside the vocabulary");
  return impl_->model.Bytes(id);
}

bool Tokenizer::IsAdded(TokenId id) const {
  return Contains(id) && (impl_->model.flags[static_cast<size_t>(id)] & TokenizerModel::kAdded);
}

bool Tokenizer::IsSpecial(TokenId id) const {
  return Contains(id) && (impl_->model.flags[static_cast<size_t>(id)] & TokenizerModel::kSpecial);
}

std::optional<TokenId> Tokenizer::FindAdded(std::string_view content) const {
  const auto it = impl_->added_ids.find(content);
  return it == impl_->added_ids.end() ? std::nullopt : std::optional<TokenId>(it->second);
}

Result<std::string> Tokenizer::Decode(std::span<const TokenId> ids, bool skip_special) const {
  std::string text;
  Utf8Stream stream;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!Contains(ids[i]))
      return InvalidInput("ids[{}]: {} is outside the vocabulary 0..{}", i, ids[i], size() - 1);
    if (IsAdded(ids[i])) stream.Finish(&text);
    if (skip_special && IsSpecial(ids[i])) continue;
    stream.Push(Bytes(ids[i]), &text);
  }
  stream.Finish(&text);
  return text;
}

std::vector<std::string_view> Tokenizer::Pieces(std::string_view text) const {
  std::vector<std::string_view> pieces;
  auto reader = impl_->model.pre_tokenizer.Read(text);
  for (std::string_view piece; reader.Next(&piece);) pieces.push_back(piece);
  return pieces;
}

}  // namespace nibble
