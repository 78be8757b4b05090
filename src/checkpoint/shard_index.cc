#include "checkpoint/shard_index.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <unordered_map>

#include "base/file.h"
#include "base/json.h"
#include "base/json_events.h"
#include "base/text.h"
#include "checkpoint/name_index.h"

namespace nibble {
namespace {

class IndexHandler final : public json::EventHandler {
 public:
  std::string BeginObject() override;
  std::string EndObject() override;
  std::string BeginArray() override;
  std::string EndArray() override { return EndObject(); }
  std::string Key(std::string& text) override;
  std::string Scalar(Kind kind, std::string& text) override;

  ShardIndex index;
  bool has_weight_map = false;

 private:
  enum class Place : uint8_t { kDocument, kTop, kMetadata, kWeightMap, kSkip };

  std::string AddEntry(std::string& shard);

  Place place_ = Place::kDocument;
  Place before_skip_ = Place::kTop;
  size_t skip_depth_ = 0;
  std::string key_;
  bool has_metadata_ = false;
  std::unordered_map<std::string, uint32_t> shard_numbers_;
};

std::string HasType(std::string_view key, std::string_view kind, std::string_view expected) {
  return fmt::format("{} is {}, expected {}", key, kind, expected);
}

std::string IndexHandler::BeginObject() {
  if (place_ == Place::kDocument) {
    place_ = Place::kTop;
  } else if (place_ == Place::kTop && key_ == "weight_map") {
    place_ = Place::kWeightMap;
  } else if (place_ == Place::kTop && key_ == "metadata") {
    place_ = Place::kMetadata;
  } else {
    return BeginArray();  // nothing of interest, or an error
  }
  return {};
}

std::string IndexHandler::BeginArray() {
  if (place_ == Place::kDocument) return HasType("the index", "an array", "an object");
  if (place_ == Place::kTop && (key_ == "weight_map" || key_ == "metadata"))
    return HasType(key_, "an array", "an object");
  if (place_ == Place::kWeightMap) {
    return HasType(fmt::format("weight_map[\"{}\"]", Escape(key_)), "not a string",
                   "the name of a shard");
  }
  if (place_ == Place::kMetadata && key_ == "total_size")
    return HasType("metadata.total_size", "not a number", "an unsigned integer");
  if (place_ != Place::kSkip) before_skip_ = place_;
  place_ = Place::kSkip;
  ++skip_depth_;
  return {};
}

std::string IndexHandler::EndObject() {
  if (place_ == Place::kSkip) {
    if (--skip_depth_ == 0) place_ = before_skip_;
  } else {
    place_ = place_ == Place::kTop ? Place::kDocument : Place::kTop;
  }
  return {};
}

std::string IndexHandler::Key(std::string& text) {
  if (place_ == Place::kSkip) return {};
  if (place_ == Place::kTop && text == "weight_map" && std::exchange(has_weight_map, true))
    return "duplicate key \"weight_map\"";
  if (place_ == Place::kTop && text == "metadata" && std::exchange(has_metadata_, true))
    return "duplicate key \"metadata\"";
  if (place_ == Place::kMetadata && text == "total_size" && index.total_size)
    return "duplicate key \"total_size\"";
  key_ = std::move(text);
  return {};
}

std::string IndexHandler::AddEntry(std::string& shard) {
  if (index.entries.size() == kMaxIndexEntries)
    return fmt::format("weight_map has more than {} entries", kMaxIndexEntries);
  auto it = shard_numbers_.find(shard);
  if (it == shard_numbers_.end()) {
    if (index.shards.size() == kMaxShards)
      return fmt::format("weight_map names more than {} shards", kMaxShards);
    if (shard.empty() || shard == "." || shard == ".." ||
        shard.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) {
      return fmt::format(
          "tensor \"{}\": shard path \"{}\" escapes the model folder or is not a plain file name",
          Escape(key_), Escape(shard));
    }
    it = shard_numbers_.emplace(shard, static_cast<uint32_t>(index.shards.size())).first;
    index.shards.push_back(std::move(shard));
  }
  index.entries.push_back({std::move(key_), it->second});
  return {};
}

std::string IndexHandler::Scalar(Kind kind, std::string& text) {
  switch (place_) {
    case Place::kDocument:
      return HasType("the index", json::KindText(kind), "an object");
    case Place::kTop:
      if (key_ == "weight_map" || (key_ == "metadata" && kind != Kind::kNull))
        return HasType(key_, json::KindText(kind), "an object");
      return {};
    case Place::kMetadata: {
      if (key_ != "total_size") return {};
      uint64_t size = 0;
      const auto r = std::from_chars(text.data(), text.data() + text.size(), size);
      if (kind != Kind::kNumber || r.ec != std::errc() || r.ptr != text.data() + text.size()) {
        return HasType("metadata.total_size",
                       kind == Kind::kNumber ? Escape(text, 60) : std::string(json::KindText(kind)),
                       "an unsigned integer");
      }
      index.total_size = size;
      return {};
    }
    case Place::kWeightMap:
      if (kind != Kind::kString) {
        return HasType(fmt::format("weight_map[\"{}\"]", Escape(key_)), json::KindText(kind),
                       "the name of a shard");
      }
      return AddEntry(text);
    case Place::kSkip:
      return {};
  }
  return {};
}

// Shards in sorted order, entries renumbered.
void SortShards(ShardIndex* index) {
  std::vector<uint32_t> order(index->shards.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return index->shards[a] < index->shards[b]; });
  std::vector<uint32_t> place(order.size());
  std::vector<std::string> sorted(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted[i] = std::move(index->shards[order[i]]);
  }
  index->shards = std::move(sorted);
  for (ShardIndex::Entry& e : index->entries) e.shard = place[e.shard];
}

Result<ShardIndex> Finish(json::EventParser* parser, IndexHandler* handler) {
  NIBBLE_TRY(parser->Finish());
  ShardIndex& index = handler->index;
  if (!handler->has_weight_map) return InvalidInput("{}: weight_map is missing", parser->what());
  if (index.entries.empty()) return InvalidInput("{}: weight_map is empty", parser->what());
  NameIndex names;
  uint32_t duplicate = 0;
  const auto name_at = [&](uint32_t i) -> std::string_view { return index.entries[i].tensor; };
  if (!names.Build(static_cast<uint32_t>(index.entries.size()), name_at, &duplicate)) {
    return InvalidInput("{}: duplicate key \"{}\" in weight_map", parser->what(),
                        Escape(name_at(duplicate)));
  }
  SortShards(&index);
  return std::move(index);
}

}  // namespace

Result<ShardIndex> ParseShardIndex(std::string_view text, std::string_view what) {
  IndexHandler handler;
  json::EventParser parser(std::string(what), 64, &handler);
  NIBBLE_TRY(parser.Feed(text));
  return Finish(&parser, &handler);
}

Result<ShardIndex> LoadShardIndex(const std::filesystem::path& path) {
  NIBBLE_ASSIGN(const InputFile file, InputFile::Open(path));
  const std::string what = Escape(path.string(), 400);
  if (file.size_bytes() > kMaxIndexBytes) {
    return InvalidInput("{}: {} bytes, over the limit of {} for a shard index", what,
                        file.size_bytes(), kMaxIndexBytes);
  }
  IndexHandler handler;
  json::EventParser parser(what, 64, &handler);
  std::string piece;
  for (uint64_t done = 0; done < file.size_bytes(); done += piece.size()) {
    piece.resize(std::min<uint64_t>(1 << 20, file.size_bytes() - done));
    NIBBLE_TRY(file.ReadAt(done, std::as_writable_bytes(std::span(piece))));
    NIBBLE_TRY(parser.Feed(piece));
  }
  return Finish(&parser, &handler);
}

std::string ShardIndexText(std::vector<std::pair<std::string, std::string>> entries,
                           uint64_t total_size) {
  std::sort(entries.begin(), entries.end());
  std::string out = fmt::format(
      "{{\n  \"metadata\": {{\n    \"total_size\": {}\n  }},\n  \"weight_map\": {{", total_size);
  for (const auto& [tensor, shard] : entries) {
    out += out.back() == '{' ? "\n    " : ",\n    ";
    json::AppendString(tensor, &out);
    out += ": ";
    json::AppendString(shard, &out);
  }
  out += "\n  }\n}\n";
  return out;
}

}  // namespace nibble
