// The JSON header of a safetensors file, parsed piece by piece: neither the header's text nor a
// document tree is ever in memory as a whole, so that the largest allowed header stays well below
// 300 MB.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "checkpoint/name_index.h"
#include "tensor/dtype.h"

namespace nibble {

struct TensorInfo {
  std::string name;
  DType dtype = DType::kU8;
  Shape shape;
  uint64_t begin = 0;  // offset in the file (not in the data section)
  uint64_t bytes = 0;
};

// The largest header the reference reader accepts, and so do we.
inline constexpr uint64_t kMaxSafetensorsHeaderBytes = 100'000'000;
// Limits of ours that keep a hostile header's memory in bounds; no real file comes near.
inline constexpr size_t kMaxTensorRank = 16;
inline constexpr size_t kMaxMetadataEntries = 100'000;

struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  // in the order of their data
  NameIndex by_name;                // positions in `tensors`
  std::map<std::string, std::string> metadata;
};

// Takes the header's bytes in any number of pieces. Not thread-safe.
class SafetensorsHeaderParser {
 public:
  // `what` names the file in errors; `header_bytes` is what the 8-byte prefix says (at most
  // kMaxSafetensorsHeaderBytes), `data_bytes` what follows the header in the file.
  SafetensorsHeaderParser(std::string what, uint64_t header_bytes, uint64_t data_bytes);
  ~SafetensorsHeaderParser();

  Status Feed(std::string_view piece);
  // After the last piece: checks that the tensors tile the data section without hole or overlap.
  Result<SafetensorsHeader> Finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The whole header at once, for tests and fuzzing.
Result<SafetensorsHeader> ParseSafetensorsHeader(std::string_view header, uint64_t data_bytes,
                                                 std::string_view what);

}  // namespace nibble
