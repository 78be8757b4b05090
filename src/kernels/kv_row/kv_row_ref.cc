#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/fp8_block.h"
#include "formats/mxfp4.h"
#include "kernels/hadamard/hadamard.h"
#include "kernels/kv_row/kv_row.h"
#include "kernels/numerics_policy.h"

namespace nibble {
namespace {

constexpr int64_t kKvBlock = 64;

int64_t PlainDims(const RowLayout& layout) { return layout.width - layout.rope_dim; }

int64_t PackedBytes(const RowLayout& layout) {
  if (layout.kind == RowKind::kIndex) return layout.width / 2 + layout.width / 32;
  const int64_t scales = (PlainDims(layout) + kKvBlock - 1) / kKvBlock;
  return PlainDims(layout) + 2 * layout.rope_dim + (scales + 7) / 8 * 8;
}

void Pack(const RowLayout& layout, const float* x, uint8_t* row) {
  const auto width = static_cast<size_t>(layout.width);
  if (layout.kind == RowKind::kIndex) {
    QuantizeMxfp4(std::span(x, width), row, row + width / 2);
    return;
  }
  const auto plain = static_cast<size_t>(PlainDims(layout));
  const auto rope = static_cast<size_t>(layout.rope_dim);
  std::memset(row, 0, static_cast<size_t>(PackedBytes(layout)));
  QuantizeFp8Activations(std::span(x, plain), kKvBlock, row, row + plain + 2 * rope);
  for (size_t i = 0; i < rope; ++i) {
    const uint16_t code = Bf16FromF32(x[plain + i]);
    std::memcpy(row + plain + 2 * i, &code, sizeof code);
  }
}

void Unpack(const RowLayout& layout, const uint8_t* row, float* out) {
  const auto width = static_cast<size_t>(layout.width);
  if (layout.kind == RowKind::kIndex) {
    DequantizeMxfp4(row, row + width / 2, std::span(out, width));
    return;
  }
  const auto plain = static_cast<size_t>(PlainDims(layout));
  const auto rope = static_cast<size_t>(layout.rope_dim);
  const uint8_t* scales = row + plain + 2 * rope;
  for (size_t i = 0; i < plain; ++i) {
    out[i] = E4m3ToF32(row[i]) * E8m0ToF32(scales[i / kKvBlock]);
  }
  for (size_t i = 0; i < rope; ++i) {
    uint16_t code = 0;
    std::memcpy(&code, row + plain + 2 * i, sizeof code);
    out[plain + i] = Bf16ToF32(code);
  }
}

}  // namespace

template <class N>
int64_t RowBytes(const RowLayout& layout) {
  if constexpr (N::kPacksKv) return PackedBytes(layout);
  return layout.width * static_cast<int64_t>(sizeof(typename N::Real));
}

template <class N>
void FinishRow(const RowLayout& layout, typename N::Real* x) {
  if (layout.kind == RowKind::kIndex) HadamardRef<N>(x, layout.width);
  if constexpr (N::kQuantizes) {
    const int64_t count = layout.kind == RowKind::kIndex ? layout.width : PlainDims(layout);
    std::vector<float> values(static_cast<size_t>(count));
    std::transform(x, x + count, values.begin(), [](auto v) { return static_cast<float>(v); });
    if (layout.kind == RowKind::kIndex) {
      FakeQuantizeMxfp4(values);
    } else {
      FakeQuantizeFp8(values, kKvBlock);
    }
    std::copy(values.begin(), values.end(), x);
  }
}

template <class N>
void EncodeRow(const RowLayout& layout, const typename N::Real* x, uint8_t* row) {
  if constexpr (N::kPacksKv) {
    Pack(layout, x, row);
  } else {
    std::memcpy(row, x, static_cast<size_t>(RowBytes<N>(layout)));
  }
}

template <class N>
void DecodeRow(const RowLayout& layout, const uint8_t* row, typename N::Acc* out) {
  if constexpr (N::kPacksKv) {
    Unpack(layout, row, out);
  } else {
    using Real = typename N::Real;
    for (int64_t i = 0; i < layout.width; ++i) {
      Real value;
      std::memcpy(&value, row + static_cast<size_t>(i) * sizeof(Real), sizeof(Real));
      out[i] = value;
    }
  }
}

#define NIBBLE_INSTANTIATE(N)                                             \
  template int64_t RowBytes<N>(const RowLayout&);                         \
  template void FinishRow<N>(const RowLayout&, N::Real*);                 \
  template void EncodeRow<N>(const RowLayout&, const N::Real*, uint8_t*); \
  template void DecodeRow<N>(const RowLayout&, const uint8_t*, N::Acc*);
NIBBLE_FOR_ALL_NUMERICS(NIBBLE_INSTANTIATE)

}  // namespace nibble
