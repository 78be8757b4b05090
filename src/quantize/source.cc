#include "quantize/source.h"

#include "base/text.h"

namespace nibble {

std::string Where(const StoredTensor& tensor) {
  return fmt::format("{}: tensor \"{}\"", Escape(tensor.file->path().string(), 400),
                     Escape(tensor.info->name));
}

EncodedMatrix SourceMatrix::View(std::span<const std::byte> weight_bytes,
                                 std::span<const std::byte> scale_bytes) const {
  return {.form = form,
          .rows = rows,
          .cols = cols,
          .data = reinterpret_cast<const uint8_t*>(weight_bytes.data()),
          .scales = reinterpret_cast<const uint8_t*>(scale_bytes.data()),
          .f32_scales = f32_scales()};
}

Result<SourceMatrix> FindMatrix(const Checkpoint& source, const Module& module) {
  NIBBLE_ASSIGN(const StoredModule stored,
                source.FindModule(module.role, module.layer, module.expert));
  NIBBLE_CHECK(stored.module.shape.size() == 2, "only matrices are quantised");
  return SourceMatrix{.module = stored.module,
                      .form = stored.form,
                      .rows = static_cast<int64_t>(stored.module.shape[0]),
                      .cols = static_cast<int64_t>(stored.module.shape[1]),
                      .weight = stored.weight,
                      .scale = stored.scale};
}

}  // namespace nibble
