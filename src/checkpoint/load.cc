#include "checkpoint/load.h"

#include <cmath>
#include <cstring>

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
  if (shape.size() != 2)
    return InvalidInput("{} has shape {}, expected a matrix", Named(stored.weight),
                        ShapeText(shape));
  LoadedMatrix m;
  m.form = stored.form;
  m.rows = static_cast<int64_t>(shape[0]);
  m.cols = static_cast<int64_t>(shape[1]);
  NIBBLE_ASSIGN(m.data, stored.weight.ReadAll());
  if (stored.scale) {
    NIBBLE_ASSIGN(m.scales, stored.scale.ReadAll());
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
