#include <fmt/ranges.h>

#include "base/check.h"
#include "base/json.h"
#include "base/text.h"
#include "checkpoint/name_index.h"
#include "checkpoint/safetensors.h"

namespace nibble {
namespace {

using Entry = SafetensorsWriter::Entry;

Status CheckNames(const std::vector<Entry>& entries, const std::string& what) {
  NameIndex names;
  uint32_t duplicate = 0;
  const auto name_at = [&](uint32_t i) -> std::string_view { return entries[i].name; };
  if (!names.Build(static_cast<uint32_t>(entries.size()), name_at, &duplicate))
    return InvalidInput("{}: tensor \"{}\" twice", what, Escape(entries[duplicate].name));
  if (names.Find("__metadata__", name_at))
    return InvalidInput("{}: a tensor cannot be named __metadata__", what);
  return {};
}

void AppendMetadata(std::map<std::string, std::string> metadata, std::string* out) {
  metadata.emplace("format", "pt");
  *out += "\"__metadata__\":{";
  for (const auto& [key, value] : metadata) {
    if (out->back() != '{') *out += ',';
    json::AppendString(key, out);
    *out += ':';
    json::AppendString(value, out);
  }
  *out += '}';
}

}  // namespace

Result<SafetensorsWriter> SafetensorsWriter::Create(
    const std::filesystem::path& path, const std::vector<Entry>& entries,
    const std::map<std::string, std::string>& metadata) {
  const std::string what = Escape(path.string(), 400);
  NIBBLE_TRY(CheckNames(entries, what));
  std::string head = "{";
  AppendMetadata(metadata, &head);
  std::vector<uint64_t> begins = {0};
  for (const Entry& e : entries) {
    const auto bytes = ByteCount(e.dtype, e.shape);
    uint64_t end = 0;
    if (!bytes || __builtin_add_overflow(begins.back(), *bytes, &end)) {
      return InvalidInput("{}: tensor \"{}\": {}{} has no size in bytes that fits", what,
                          Escape(e.name), NameOf(e.dtype), ShapeText(e.shape));
    }
    head += ',';
    json::AppendString(e.name, &head);
    head += fmt::format(R"(:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", NameOf(e.dtype),
                        fmt::join(e.shape, ","), begins.back(), end);
    begins.push_back(end);
  }
  head += '}';
  head.append((8 - head.size() % 8) % 8, ' ');
  if (head.size() > kMaxSafetensorsHeaderBytes) {
    return InvalidInput("{}: its header would be {} bytes, over the limit {}: use more shards",
                        what, head.size(), kMaxSafetensorsHeaderBytes);
  }
  std::string prefix(8, '\0');
  for (size_t i = 0; i < 8; ++i) prefix[i] = static_cast<char>(head.size() >> (8 * i) & 0xFF);
  head.insert(0, prefix);
  for (uint64_t& begin : begins) {
    if (__builtin_add_overflow(begin, head.size(), &begin) || begin > INT64_MAX)
      return InvalidInput("{}: larger than a file can be", what);
  }

  NIBBLE_ASSIGN(AtomicFile file, AtomicFile::Create(path, begins.back()));
  NIBBLE_TRY(file.WriteAt(0, std::as_bytes(std::span(head))));
  SafetensorsWriter writer(std::move(file));
  writer.head_ = std::move(head);
  writer.file_bytes_ = begins.back();
  writer.begins_ = std::move(begins);
  writer.written_bytes_ = std::make_unique<std::atomic<uint64_t>>(writer.head_.size());
  return writer;
}

Status SafetensorsWriter::Write(size_t index, uint64_t offset, std::span<const std::byte> data) {
  NIBBLE_CHECK(index + 1 < begins_.size(), "no such entry");
  const uint64_t size = begins_[index + 1] - begins_[index];
  NIBBLE_CHECK(offset <= size && data.size() <= size - offset, "write beyond the tensor");
  NIBBLE_TRY(file_.WriteAt(begins_[index] + offset, data));
  *written_bytes_ += data.size();
  return {};
}

Status SafetensorsWriter::Commit() {
  NIBBLE_CHECK(*written_bytes_ == file_bytes_, "some payload was not written, or written twice");
  return file_.Commit(file_bytes_, std::as_bytes(std::span(head_)));
}

}  // namespace nibble
