// Element types as the safetensors format names them, and shapes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nibble {

enum class DType : uint8_t {
  kBool,
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kU64,
  kI64,
  kF4,
  kF6E2M3,
  kF6E3M2,
  kF8E5M2,
  kF8E4M3,
  kF8E8M0,
  kF8E4M3Fnuz,
  kF8E5M2Fnuz,
  kF16,
  kBF16,
  kF32,
  kF64,
  kC64,
};

// Bits per element: 4 and 6 for the sub-byte types.
uint32_t BitsOf(DType dtype);
// The safetensors spelling, for example "F8_E4M3".
std::string_view NameOf(DType dtype);
std::optional<DType> DTypeFromName(std::string_view name);
// All spellings, comma separated, for messages.
std::string SupportedDTypes();

using Shape = std::vector<uint64_t>;

// Product of the dimensions (1 for a scalar), or nullopt when it overflows 64 bits.
std::optional<uint64_t> ElementCount(const Shape& shape);
// Bytes of a tensor; nullopt when the count overflows or the bits do not fill whole bytes.
std::optional<uint64_t> ByteCount(DType dtype, const Shape& shape);
// "[2, 3]", "[]".
std::string ShapeText(const Shape& shape);

}  // namespace nibble
