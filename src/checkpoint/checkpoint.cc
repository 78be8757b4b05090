#include "checkpoint/checkpoint.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace nibble {
namespace {

std::string Quoted(std::string_view name) { return "\"" + Escape(name) + "\""; }

constexpr size_t kExpertParts = 3;

// 0, 1, 2 for w1, w2, w3.
size_t ExpertPart(Role role) {
  return static_cast<size_t>(role) - static_cast<size_t>(Role::kExpertW1);
}

}  // namespace

Status StoredTensor::Read(uint64_t offset_in_part, std::span<std::byte> out) const {
  if (offset_in_part > bytes || out.size() > bytes - offset_in_part) {
    return InvalidInput("{}: tensor {}: bytes {} to {} asked for, there are {}",
                        Escape(file->path().string(), 400), Quoted(info->name), offset_in_part,
                        offset_in_part + out.size(), bytes);
  }
  return file->Read(*info, offset + offset_in_part, out);
}

Result<std::vector<std::byte>> StoredTensor::ReadAll() const {
  std::vector<std::byte> data(bytes);
  NIBBLE_TRY(Read(0, data));
  return data;
}

std::optional<StoredTensor> Checkpoint::Find(std::string_view tensor_name) const {
  const auto position = by_name_.Find(tensor_name, [&](uint32_t i) { return NameAt(i); });
  if (!position) return std::nullopt;
  const Tensor& t = tensors_[*position];
  return StoredTensor{t.info, shards_[t.shard].get(), 0, t.info->bytes, t.info->shape};
}

std::optional<size_t> Checkpoint::SlotOf(Role role, int32_t layer, int32_t expert) const {
  const auto experts = static_cast<size_t>(config_.n_routed_experts);
  const bool is_expert = Module{.role = role}.IsRoutedExpert();
  if (layer < -1 || static_cast<size_t>(layer + 1) > config_.compress_ratios.size())
    return std::nullopt;
  if (is_expert != (expert >= 0) || (is_expert && static_cast<size_t>(expert) >= experts))
    return std::nullopt;
  if (layer < 0) return is_expert ? std::nullopt : std::optional(static_cast<size_t>(role));
  const size_t per_block = kRoleCount + kExpertParts * experts;
  const size_t block = kRoleCount + static_cast<size_t>(layer) * per_block;
  if (!is_expert) return block + static_cast<size_t>(role);
  return block + kRoleCount + kExpertParts * static_cast<size_t>(expert) + ExpertPart(role);
}

bool Checkpoint::HasModule(Role role, int32_t layer, int32_t expert) const {
  const auto slot = SlotOf(role, layer, expert);
  return slot && slots_[*slot].parts[static_cast<size_t>(Part::kWeight)] != kAbsent;
}

Result<StoredModule> Checkpoint::FindModule(Role role, int32_t layer, int32_t expert) const {
  Module module{
      .role = role, .layer = layer, .expert = expert, .mtp = layer >= config_.num_hidden_layers};
  const auto slot = SlotOf(role, layer, expert);
  auto shape = slot ? ShapeOf(config_, role, layer) : std::nullopt;
  if (!shape) {
    return NotFound("{}: this model has no {} in layer {}", Escape(folder_.string(), 400),
                    RowOf(role).official, layer);
  }
  module.shape = std::move(*shape);
  if (!HasModule(role, layer, expert)) {
    return NotFound("{}: tensor {}{} is missing", Escape(folder_.string(), 400),
                    BaseName(module, names_, config_), RowOf(role).suffixed ? ".weight" : "");
  }
  return Assemble(module, slots_[*slot]);
}

// The part of the tensor at `position` that belongs to `module`: all of it, or one expert's range
// of a fused stack [E, rows, cols], whose gate_up_proj holds w1 in the first half of the rows and
// w3 in the second.
Result<StoredTensor> Checkpoint::PartOf(const Module& module, uint32_t position, Part part) const {
  const Tensor& t = tensors_[position];
  StoredTensor out{t.info, shards_[t.shard].get(), 0, t.info->bytes, t.info->shape};
  if (!t.name->fused) return out;
  const auto experts = static_cast<uint64_t>(config_.n_routed_experts);
  const auto expert = static_cast<uint64_t>(module.expert);
  const bool halves = module.role != Role::kExpertW2;
  const bool second = module.role == Role::kExpertW3;
  const uint64_t elements = *ElementCount(out.shape);
  const uint64_t element_bytes = BitsOf(out.dtype()) / 8;
  if (part == Part::kTensorScale || part == Part::kInputScale) {
    if (elements == 1) return out;  // one for all
    const uint64_t each = halves && elements == 2 * experts ? 2 : 1;
    if (elements != each * experts) {
      return InvalidInput(
          "{}: tensor {} has shape {}, expected one value, or one for each of {} "
          "experts",
          Escape(out.file->path().string(), 400), Quoted(out.info->name), ShapeText(out.shape),
          experts);
    }
    out.offset = (expert * each + (each == 2 && second ? 1 : 0)) * element_bytes;
    out.bytes = element_bytes;
    out.shape = {};
    return out;
  }
  if (out.shape.size() != 3 || out.shape[0] != experts || (halves && out.shape[1] % 2 != 0) ||
      element_bytes == 0) {
    return InvalidInput("{}: tensor {} has shape {}, expected [{}, {}, columns]",
                        Escape(out.file->path().string(), 400), Quoted(out.info->name),
                        ShapeText(out.shape), experts, halves ? "2 x rows" : "rows");
  }
  const uint64_t rows = halves ? out.shape[1] / 2 : out.shape[1];
  const uint64_t row_bytes = out.shape[2] * element_bytes;
  out.offset = (expert * out.shape[1] + (second ? rows : 0)) * row_bytes;
  out.bytes = rows * row_bytes;
  out.shape = {rows, out.shape[2]};
  return out;
}

namespace {

std::string Named(const StoredTensor& t) {
  return fmt::format("{}: tensor {}", Escape(t.file->path().string(), 400), Quoted(t.info->name));
}

Status CheckShape(const StoredTensor& t, const Shape& expected, std::string_view why) {
  if (t.shape == expected) return {};
  return InvalidInput("{} has shape {}{}, expected {} ({})", Named(t), ShapeText(t.shape),
                      t.shape == t.info->shape ? "" : " for each expert", ShapeText(expected), why);
}

// One value, as [] or [1].
Status CheckScalar(const StoredTensor& t) {
  if (t.dtype() == DType::kF32 && ElementCount(t.shape) == 1 && t.shape.size() <= 1) return {};
  return InvalidInput("{} is {}{}, expected one F32 value", Named(t), NameOf(t.dtype()),
                      ShapeText(t.shape));
}

// What a weight's dtype and siblings say.
Result<Form> FormOf(const StoredModule& m) {
  const bool quantised = m.scale || m.tensor_scale || m.input_scale;
  switch (m.weight.dtype()) {
    case DType::kBF16:
    case DType::kF32:
    case DType::kI64:
      if (quantised) {
        const StoredTensor& extra = m.scale          ? m.scale
                                    : m.tensor_scale ? m.tensor_scale
                                                     : m.input_scale;
        return InvalidInput("{} is a scale, but its weight is {} and needs none", Named(extra),
                            NameOf(m.weight.dtype()));
      }
      return m.weight.dtype() == DType::kBF16  ? Form::kBF16
             : m.weight.dtype() == DType::kF32 ? Form::kF32
                                               : Form::kI64;
    case DType::kF8E4M3:
      if (!m.scale)
        return InvalidInput("{} is F8_E4M3, but it has no scale (.scale or .weight_scale_inv)",
                            Named(m.weight));
      return Form::kFp8;
    case DType::kI8:
    case DType::kU8:
      if (!m.scale) {
        return InvalidInput("{} holds 4-bit codes, but it has no scale (.scale, or .weight_scale)",
                            Named(m.weight));
      }
      if (m.scale.dtype() == DType::kF8E8M0 && !m.tensor_scale) return Form::kMxfp4;
      if (!m.tensor_scale)
        return InvalidInput("{} has no .weight_scale_2 beside it", Named(m.scale));
      return Form::kNvfp4;
    default:
      return Unsupported("{} is stored as {}, which nibble does not read as a weight",
                         Named(m.weight), NameOf(m.weight.dtype()));
  }
}

Status CheckStored(const StoredModule& m) {
  const Shape& s = m.module.shape;
  const CatalogueRow& row = RowOf(m.module.role);
  const bool packed = m.form == Form::kMxfp4 || m.form == Form::kNvfp4;
  const bool quantised = packed || m.form == Form::kFp8;
  if (quantised && (!row.suffixed || s.size() != 2)) {
    return InvalidInput("{} is stored as {}, expected {}", Named(m.weight), NameOf(m.form),
                        NameOf(row.native));
  }
  if ((m.form == Form::kI64) != (row.native == Form::kI64)) {
    return InvalidInput("{} is {}, expected {}", Named(m.weight), NameOf(m.weight.dtype()),
                        NameOf(row.native));
  }
  if (!packed) NIBBLE_TRY(CheckShape(m.weight, s, "from the config"));
  if (!quantised) return {};
  const std::string form = fmt::format("{} of {}", NameOf(m.form), ShapeText(s));
  if (m.form == Form::kFp8) {
    if (m.scale.dtype() != DType::kF8E8M0 && m.scale.dtype() != DType::kF32) {
      return InvalidInput("{} is {}, expected F8_E8M0 or F32", Named(m.scale),
                          NameOf(m.scale.dtype()));
    }
    return CheckShape(m.scale, {(s[0] + 127) / 128, (s[1] + 127) / 128}, form);
  }
  const uint64_t block = m.form == Form::kMxfp4 ? 32 : 16;
  const DType scale_type = m.form == Form::kMxfp4 ? DType::kF8E8M0 : DType::kF8E4M3;
  if (s[1] % block != 0) {
    return InvalidInput("{}: K={} is not a multiple of the {} block {}", Named(m.weight), s[1],
                        m.form == Form::kMxfp4 ? "MXFP4" : "NVFP4", block);
  }
  NIBBLE_TRY(CheckShape(m.weight, {s[0], s[1] / 2}, form));
  if (m.scale.dtype() != scale_type) {
    return InvalidInput("{} is {}, expected {}", Named(m.scale), NameOf(m.scale.dtype()),
                        NameOf(scale_type));
  }
  NIBBLE_TRY(CheckShape(m.scale, {s[0], s[1] / block}, form));
  if (m.tensor_scale) NIBBLE_TRY(CheckScalar(m.tensor_scale));
  if (m.input_scale) NIBBLE_TRY(CheckScalar(m.input_scale));
  return {};
}

}  // namespace

Result<StoredModule> Checkpoint::Assemble(const Module& module, const Slot& slot) const {
  StoredModule m;
  m.module = module;
  const std::pair<Part, StoredTensor*> parts[] = {{Part::kWeight, &m.weight},
                                                  {Part::kScale, &m.scale},
                                                  {Part::kTensorScale, &m.tensor_scale},
                                                  {Part::kInputScale, &m.input_scale}};
  for (const auto& [part, member] : parts) {
    const uint32_t position = slot.parts[static_cast<size_t>(part)];
    if (position == kAbsent) continue;
    NIBBLE_ASSIGN(*member, PartOf(module, position, part));
  }
  if (!m.weight) {
    const StoredTensor& orphan = m.scale          ? m.scale
                                 : m.tensor_scale ? m.tensor_scale
                                                  : m.input_scale;
    return InvalidInput("{} is a scale without its weight", Named(orphan));
  }
  NIBBLE_ASSIGN(m.form, FormOf(m));
  NIBBLE_TRY(CheckStored(m));
  return m;
}

std::vector<std::string> Checkpoint::Missing(bool with_mtp, size_t limit) const {
  std::vector<std::string> missing;
  for (const Module& m : ModulesOf(config_)) {
    if (missing.size() == limit) break;
    if ((!m.mtp || with_mtp) && !HasModule(m.role, m.layer, m.expert))
      missing.push_back(BaseName(m, names_, config_));
  }
  return missing;
}

}  // namespace nibble
