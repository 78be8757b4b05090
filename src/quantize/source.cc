#include "quantize/source.h"

#include <string_view>

#include "base/text.h"

namespace nibble {
namespace {

Slice Whole(const StoredTensor& tensor) {
  if (tensor.info == nullptr) return {};
  return {tensor.file, tensor.info, 0, tensor.info->bytes};
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// The layer of a fused tensor and whether it is gate_up_proj; the names are derived from those of
// expert 0.
struct FusedName {
  int32_t layer = 0;
  bool gate_up = false;
};
std::optional<FusedName> MatchFused(std::string_view name, const ModelConfig& config) {
  if (name.ends_with(".weight")) name.remove_suffix(7);
  const bool gate_up = name.ends_with(".experts.gate_up_proj");
  if (!gate_up && !name.ends_with(".experts.down_proj")) return std::nullopt;
  for (int32_t layer = 0; layer < config.num_hidden_layers; ++layer) {
    Module w2{.role = Role::kExpertW2, .layer = layer, .expert = 0, .mtp = false, .shape = {}};
    const std::string down = Replaced(BaseName(w2, Names::kHf, config), ".experts.0.", ".experts.");
    if (name == (gate_up ? Replaced(down, "down_proj", "gate_up_proj") : down))
      return FusedName{layer, gate_up};
  }
  return std::nullopt;
}

}  // namespace

std::string SourceMatrix::Where() const {
  return fmt::format("{}: tensor \"{}\"", Escape(weight.file->path().string(), 400),
                     Escape(weight.info->name));
}

EncodedMatrix SourceMatrix::View(const std::byte* weight_bytes,
                                 const std::byte* scale_bytes) const {
  return {.form = form,
          .rows = rows,
          .cols = cols,
          .data = reinterpret_cast<const uint8_t*>(weight_bytes),
          .scales = reinterpret_cast<const uint8_t*>(scale_bytes),
          .f32_scales = f32_scales};
}

Result<SourceMatrix> FindMatrix(const Checkpoint& source, const Module& module) {
  NIBBLE_ASSIGN(const StoredModule stored,
                source.FindModule(module.role, module.layer, module.expert));
  NIBBLE_CHECK(stored.module.shape.size() == 2, "only matrices are quantised");
  return SourceMatrix{.module = stored.module,
                      .form = stored.form,
                      .rows = static_cast<int64_t>(stored.module.shape[0]),
                      .cols = static_cast<int64_t>(stored.module.shape[1]),
                      .weight = Whole(stored.weight),
                      .scale = Whole(stored.scale),
                      .f32_scales = stored.scale.info && stored.scale.info->dtype == DType::kF32};
}

Result<std::vector<SourceMatrix>> FusedExperts(const Checkpoint& source,
                                               const SafetensorsFile& file,
                                               const TensorInfo& info) {
  std::vector<SourceMatrix> matrices;
  const ModelConfig& config = source.config();
  const auto fused = MatchFused(info.name, config);
  if (!fused) return matrices;
  const auto experts = static_cast<uint64_t>(config.n_routed_experts);
  const auto d = static_cast<uint64_t>(config.hidden_size);
  const auto width = static_cast<uint64_t>(config.moe_intermediate_size);
  const Shape expected = fused->gate_up ? Shape{experts, 2 * width, d} : Shape{experts, d, width};
  if (info.dtype != DType::kBF16 || info.shape != expected) {
    return InvalidInput("{}: fused experts \"{}\" are {}{}, expected BF16{}",
                        Escape(file.path().string(), 400), Escape(info.name), NameOf(info.dtype),
                        ShapeText(info.shape), ShapeText(expected));
  }
  const std::vector<Role> roles =
      fused->gate_up ? std::vector{Role::kExpertW1, Role::kExpertW3} : std::vector{Role::kExpertW2};
  const uint64_t bytes = info.bytes / experts / roles.size();
  for (uint64_t e = 0; e < experts; ++e) {
    for (const Role role : roles) {
      const Shape shape = role == Role::kExpertW2 ? Shape{d, width} : Shape{width, d};
      matrices.push_back({.module = {.role = role,
                                     .layer = fused->layer,
                                     .expert = static_cast<int32_t>(e),
                                     .mtp = false,
                                     .shape = shape},
                          .form = Form::kBF16,
                          .rows = static_cast<int64_t>(shape[0]),
                          .cols = static_cast<int64_t>(shape[1]),
                          .weight = {&file, &info, matrices.size() * bytes, bytes},
                          .scale = {},
                          .f32_scales = false});
    }
  }
  return matrices;
}

}  // namespace nibble
