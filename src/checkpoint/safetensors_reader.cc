#include <algorithm>

#include "base/text.h"
#include "checkpoint/safetensors.h"

namespace nibble {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;

}  // namespace

Result<SafetensorsFile> SafetensorsFile::Open(const std::filesystem::path& path) {
  NIBBLE_ASSIGN(InputFile file, InputFile::Open(path));
  const std::string what = Escape(path.string(), 400);
  const uint64_t size = file.size_bytes();
  if (size < 8) return InvalidInput("{}: file too small: {} bytes, need >= 8 + header", what, size);
  unsigned char prefix[8];
  NIBBLE_TRY(file.ReadAt(0, std::as_writable_bytes(std::span(prefix))));
  uint64_t header_bytes = 0;
  for (size_t i = 0; i < 8; ++i) header_bytes |= uint64_t{prefix[i]} << (8 * i);
  if (header_bytes > size - 8) {
    return InvalidInput("{}: {}header length {} exceeds file size {}{}", what,
                        size == 8 ? "file too small, need >= 8 + header: " : "", header_bytes, size,
                        header_bytes > kMaxSafetensorsHeaderBytes
                            ? fmt::format(" and is over the limit {}: not a safetensors file",
                                          kMaxSafetensorsHeaderBytes)
                            : " (truncated, or not a safetensors file?)");
  }
  if (header_bytes > kMaxSafetensorsHeaderBytes) {
    return InvalidInput("{}: header length {} over the limit {}", what, header_bytes,
                        kMaxSafetensorsHeaderBytes);
  }
  SafetensorsHeaderParser parser(what, header_bytes, size - 8 - header_bytes);
  std::string piece;
  for (uint64_t done = 0; done < header_bytes; done += piece.size()) {
    piece.resize(std::min<uint64_t>(kPieceBytes, header_bytes - done));
    NIBBLE_TRY(file.ReadAt(8 + done, std::as_writable_bytes(std::span(piece))));
    NIBBLE_TRY(parser.Feed(piece));
  }
  NIBBLE_ASSIGN(SafetensorsHeader header, parser.Finish());
  return SafetensorsFile(std::move(file), std::move(header));
}

const TensorInfo* SafetensorsFile::Find(std::string_view name) const {
  const auto position = header_.by_name.Find(
      name, [&](uint32_t i) -> std::string_view { return header_.tensors[i].name; });
  return position ? &header_.tensors[*position] : nullptr;
}

Status SafetensorsFile::Read(const TensorInfo& tensor, uint64_t offset,
                             std::span<std::byte> out) const {
  if (offset > tensor.bytes || out.size() > tensor.bytes - offset) {
    return InvalidInput("{}: tensor \"{}\": bytes {} to {} asked for, it has {}",
                        Escape(path().string(), 400), Escape(tensor.name), offset,
                        offset + out.size(), tensor.bytes);
  }
  return file_.ReadAt(tensor.begin + offset, out);
}

Result<std::vector<std::byte>> SafetensorsFile::ReadAll(const TensorInfo& tensor) const {
  std::vector<std::byte> bytes(tensor.bytes);
  NIBBLE_TRY(Read(tensor, 0, bytes));
  return bytes;
}

}  // namespace nibble
