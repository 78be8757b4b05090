#include "formats/form.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"
#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/fp8_block.h"
#include "formats/mxfp4.h"
#include "formats/nvfp4.h"

namespace nibble {
namespace {

// Bytes come from files at any alignment.
template <class T>
T Load(const uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof(T));
  return value;
}

// The two values of every byte of codes.
constexpr auto kPairs = [] {
  std::array<std::array<float, 2>, 256> pairs{};
  for (size_t byte = 0; byte < 256; ++byte)
    pairs[byte] = {kE2m1Values[byte & 15u], kE2m1Values[byte >> 4]};
  return pairs;
}();

// One block of N values.
template <size_t N, class T>
void DecodeCodes(const uint8_t* packed, T scale, T* out) {
  std::array<float, 2> pairs[N / 2];
  for (size_t i = 0; i < N / 2; ++i) pairs[i] = kPairs[packed[i]];
  for (size_t i = 0; i < N; ++i) out[i] = static_cast<T>(pairs[i / 2][i % 2]) * scale;
}

template <class T>
void DecodeFp8(const EncodedMatrix& m, size_t row, size_t cols, T* out) {
  const uint8_t* codes = m.data + row * cols;
  const size_t blocks = static_cast<size_t>(Fp8Blocks(m.cols));
  const size_t first = row / kFp8Block * blocks;
  for (size_t b = 0; b < blocks; ++b) {
    const T scale = static_cast<T>(m.f32_scales ? Load<float>(m.scales + 4 * (first + b))
                                                : E8m0ToF32(m.scales[first + b]));
    const size_t end = std::min(cols, (b + 1) * kFp8Block);
    for (size_t i = b * kFp8Block; i < end; ++i)
      out[i] = static_cast<T>(E4m3ToF32(codes[i])) * scale;
  }
}

template <class T>
void Decode(const EncodedMatrix& m, int64_t row_index, std::span<T> out) {
  NIBBLE_CHECK(row_index >= 0 && row_index < m.rows && out.size() == static_cast<size_t>(m.cols),
               "row or output size");
  const size_t row = static_cast<size_t>(row_index);
  const size_t cols = out.size();
  switch (m.form) {
    case Form::kBF16:
      for (size_t i = 0; i < cols; ++i)
        out[i] = static_cast<T>(Bf16ToF32(Load<uint16_t>(m.data + 2 * (row * cols + i))));
      return;
    case Form::kF32:
      for (size_t i = 0; i < cols; ++i)
        out[i] = static_cast<T>(Load<float>(m.data + 4 * (row * cols + i)));
      return;
    case Form::kFp8:
      return DecodeFp8(m, row, cols, out.data());
    case Form::kMxfp4: {
      const size_t first = row * (cols / kMxfp4Block);
      for (size_t b = 0; b < cols / kMxfp4Block; ++b) {
        DecodeCodes<kMxfp4Block>(m.data + (first + b) * (kMxfp4Block / 2),
                                 static_cast<T>(E8m0ToF32(m.scales[first + b])),
                                 out.data() + b * kMxfp4Block);
      }
      return;
    }
    case Form::kNvfp4: {
      const size_t first = row * (cols / kNvfp4Block);
      const T tensor_scale = static_cast<T>(m.tensor_scale);
      for (size_t b = 0; b < cols / kNvfp4Block; ++b) {
        const T scale = static_cast<T>(E4m3ToF32(m.scales[first + b])) * tensor_scale;
        DecodeCodes<kNvfp4Block>(m.data + (first + b) * (kNvfp4Block / 2), scale,
                                 out.data() + b * kNvfp4Block);
      }
      return;
    }
    case Form::kI64:
      break;
  }
  NIBBLE_CHECK(false, "only weights can be decoded");
}

}  // namespace

std::string_view NameOf(Form form) {
  switch (form) {
    case Form::kBF16:
      return "bf16";
    case Form::kF32:
      return "f32";
    case Form::kI64:
      return "i64";
    case Form::kFp8:
      return "fp8";
    case Form::kMxfp4:
      return "mxfp4";
    case Form::kNvfp4:
      return "nvfp4";
  }
  NIBBLE_CHECK(false, "not a form");
}

void DecodeRow(const EncodedMatrix& m, int64_t row, std::span<double> out) { Decode(m, row, out); }
void DecodeRow(const EncodedMatrix& m, int64_t row, std::span<float> out) { Decode(m, row, out); }

}  // namespace nibble
