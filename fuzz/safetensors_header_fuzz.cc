// The header of a .safetensors file. The first byte chooses where the header is cut into pieces,
// the next three the size of the data section; the rest is the header.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/check.h"
#include "checkpoint/safetensors_header.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const uint64_t data_bytes = data[1] | data[2] * 256u | (data[3] & 15u) * 65536u;
  const std::string_view header(reinterpret_cast<const char*>(data + 4), size - 4);
  const auto whole = nibble::ParseSafetensorsHeader(header, data_bytes, "fuzz");

  // The same verdict however the header arrives.
  nibble::SafetensorsHeaderParser parser("fuzz", header.size(), data_bytes);
  const size_t piece = data[0] % 32 + 1;
  nibble::Status fed;
  for (size_t at = 0; at < header.size() && fed.ok(); at += piece)
    fed = parser.Feed(header.substr(at, piece));
  const bool ok = fed.ok() && parser.Finish().ok();
  NIBBLE_CHECK(ok == whole.ok(), "the verdict depends on the pieces");
  if (!whole.ok()) {
    NIBBLE_CHECK(whole.error().message().find('\n') == std::string::npos, "a message of two lines");
    return 0;
  }

  // What is accepted covers the data section exactly.
  uint64_t at = 8 + header.size();
  for (const nibble::TensorInfo& t : whole->tensors) {
    NIBBLE_CHECK(t.begin == at, "a hole or an overlap");
    NIBBLE_CHECK(nibble::ByteCount(t.dtype, t.shape) == t.bytes, "a wrong size");
    at += t.bytes;
  }
  NIBBLE_CHECK(at == 8 + header.size() + data_bytes, "a tail");
  return 0;
}
