#include "tensor/dtype.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace nibble {
namespace {

struct Row {
  std::string_view name;
  uint32_t bits;
};

// In the order of the enum.
constexpr std::array<Row, 22> kRows = {{
    {"BOOL", 8},        {"U8", 8},          {"I8", 8},      {"U16", 16},    {"I16", 16},
    {"U32", 32},        {"I32", 32},        {"U64", 64},    {"I64", 64},    {"F4", 4},
    {"F6_E2M3", 6},     {"F6_E3M2", 6},     {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8},
    {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F16", 16},    {"BF16", 16},   {"F32", 32},
    {"F64", 64},        {"C64", 64},
}};

}  // namespace

uint32_t BitsOf(DType dtype) { return kRows[static_cast<size_t>(dtype)].bits; }
std::string_view NameOf(DType dtype) { return kRows[static_cast<size_t>(dtype)].name; }

std::optional<DType> DTypeFromName(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

std::string SupportedDTypes() {
  std::string out;
  for (const Row& row : kRows) {
    if (!out.empty()) out += ", ";
    out += row.name;
  }
  return out;
}

std::optional<uint64_t> ElementCount(const Shape& shape) {
  // A zero dimension makes the tensor empty, but a product that overflows before it is still
  // refused: a hostile shape such as [2^40, 2^40, 0] has no honest writer.
  uint64_t count = 1;
  for (const uint64_t dim : shape) {
    if (__builtin_mul_overflow(count, dim, &count)) return std::nullopt;
  }
  return count;
}

std::optional<uint64_t> ByteCount(DType dtype, const Shape& shape) {
  const auto count = ElementCount(shape);
  uint64_t bits = 0;
  if (!count || __builtin_mul_overflow(*count, uint64_t{BitsOf(dtype)}, &bits) || bits % 8 != 0)
    return std::nullopt;
  return bits / 8;
}

std::string ShapeText(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

}  // namespace nibble
