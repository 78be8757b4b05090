#include "checkpoint/load.h"

#include <cmath>
#include <cstring>

#include "base/check.h"
#include "base/text.h"
#include "formats/bf16.h"

namespace nibble {
namespace {

std::string Named(const StoredTensor& t) {
  return fmt::format("{}: tensor \"{}\"", Escape(t.file->path().string(), 400),
                     Escape(t.info->name));
}

Result<float> LoadScalar(const StoredTensor& t) {
  float value = 0;
  NIBBLE_TRY(t.Read(0, std::as_writable_bytes(std::span(&value, 1))));
  if (!std::isfinite(value) || value <= 0)
    return InvalidInput("{} is {}, expected a positive finite number", Named(t), value);
  return value;
}

}  // namespace

EncodedMatrix LoadedMatrix::view() const {
  EncodedMatrix m;
  m.form = form;
  m.rows = rows;
  m.cols = cols;
  m.data = reinterpret_cast<const uint8_t*>(data.data());
  m.scales = scales.empty() ? nullptr : reinterpret_cast<const uint8_t*>(scales.data());
  m.f32_scales = f32_scales;
  m.tensor_scale = tensor_scale;
  m.input_scale = input_scale;
  return m;
}

Result<LoadedMatrix> LoadMatrix(const StoredModule& stored) {
  const Shape& shape = stored.module.shape;
  return LoadRows(stored, 0, shape.empty() ? 0 : static_cast<int64_t>(shape[0]));
}

Result<LoadedMatrix> LoadRows(const StoredModule& stored, int64_t row_begin, int64_t row_end) {
  const Shape& shape = stored.module.shape;
  if (shape.size() != 2)
    return InvalidInput("{} has shape {}, expected a matrix", Named(stored.weight),
                        ShapeText(shape));
  NIBBLE_CHECK(
      row_begin % 128 == 0 && row_begin <= row_end && static_cast<uint64_t>(row_end) <= shape[0],
      "rows out of range");
  LoadedMatrix m;
  m.form = stored.form;
  m.rows = row_end - row_begin;
  m.cols = static_cast<int64_t>(shape[1]);
  // Rows of weight bytes, and rows of scales: one for each row, or for each 128 in FP8.
  const auto begin = static_cast<uint64_t>(row_begin);
  const auto end = static_cast<uint64_t>(row_end);
  const uint64_t row_bytes = shape[0] == 0 ? 0 : stored.weight.bytes / shape[0];
  m.data.resize((end - begin) * row_bytes);
  NIBBLE_TRY(stored.weight.Read(begin * row_bytes, m.data));
  if (stored.scale) {
    const uint64_t unit = stored.form == Form::kFp8 ? 128 : 1;
    const uint64_t scale_rows = stored.scale.shape[0];
    const uint64_t scale_bytes = scale_rows == 0 ? 0 : stored.scale.bytes / scale_rows;
    m.scales.resize(((end + unit - 1) / unit - begin / unit) * scale_bytes);
    NIBBLE_TRY(stored.scale.Read(begin / unit * scale_bytes, m.scales));
    m.f32_scales = stored.scale.dtype() == DType::kF32;
  }
  if (stored.tensor_scale) {
    NIBBLE_ASSIGN(m.tensor_scale, LoadScalar(stored.tensor_scale));
  }
  if (stored.input_scale) {
    NIBBLE_ASSIGN(m.input_scale, LoadScalar(stored.input_scale));
    m.has_input_scale = true;
  }
  return m;
}

Result<std::vector<float>> LoadVector(const StoredModule& stored) {
  if (stored.form != Form::kBF16 && stored.form != Form::kF32)
    return InvalidInput("{} is stored as {}, expected bf16 or f32", Named(stored.weight),
                        NameOf(stored.form));
  NIBBLE_ASSIGN(const std::vector<std::byte> bytes, stored.weight.ReadAll());
  std::vector<float> values(bytes.size() / (stored.form == Form::kBF16 ? 2 : 4));
  if (stored.form == Form::kF32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + 2 * i, 2);
    values[i] = Bf16ToF32(bits);
  }
  return values;
}

Result<std::vector<int32_t>> LoadIds(const StoredModule& stored, int64_t limit) {
  if (stored.form != Form::kI64)
    return InvalidInput("{} is stored as {}, expected i64", Named(stored.weight),
                        NameOf(stored.form));
  NIBBLE_ASSIGN(const std::vector<std::byte> bytes, stored.weight.ReadAll());
  std::vector<int32_t> ids(bytes.size() / 8);
  for (size_t i = 0; i < ids.size(); ++i) {
    int64_t id = 0;
    std::memcpy(&id, bytes.data() + 8 * i, 8);
    if (id < 0 || id >= limit)
      return InvalidInput("{} holds {} at {}, expected 0 to {}", Named(stored.weight), id, i,
                          limit - 1);
    ids[i] = static_cast<int32_t>(id);
  }
  return ids;
}

}  // namespace nibble
