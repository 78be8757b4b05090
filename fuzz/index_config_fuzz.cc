// The shard index and config.json: the first byte chooses which of them the rest is. Names of an
// accepted index go through the catalogue of an accepted model.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "checkpoint/catalogue.h"
#include "checkpoint/config.h"
#include "checkpoint/shard_index.h"

namespace {

const nibble::ModelConfig& TinyConfig() {
  static const nibble::ModelConfig config =
      nibble::LoadModelConfig(NIBBLE_SOURCE_DIR "/tests/data/v4_tiny").value();
  return config;
}

void FuzzIndex(std::string_view text) {
  const auto index = nibble::ParseShardIndex(text, "fuzz");
  if (!index.ok()) return;
  for (const auto& entry : index->entries) {
    const auto resolved = nibble::Resolve(entry.tensor, TinyConfig());
    if (!resolved || resolved->fused || resolved->module.mtp) continue;
    // A name that resolves is the catalogue's own name of that module.
    nibble::Module module = resolved->module;
    const std::string base = nibble::BaseName(module, resolved->names, TinyConfig());
    const auto again = nibble::Resolve(base + std::string(resolved->suffix), TinyConfig());
    NIBBLE_CHECK(again && again->module.role == module.role &&
                     again->module.layer == module.layer && again->module.expert == module.expert,
                 "names do not go back and forth");
  }
}

void FuzzConfig(std::string_view text) {
  const auto value = nibble::json::Parse(text, "fuzz");
  if (!value.ok()) return;
  const auto config = nibble::ParseModelConfig(*value, "fuzz");
  if (!config.ok()) return;
  // Every shape of an accepted config has a size.
  for (const nibble::CatalogueRow& row : nibble::CatalogueRows()) {
    for (const int32_t layer : {-1, 0, static_cast<int32_t>(config->num_hidden_layers)}) {
      const auto shape = nibble::ShapeOf(*config, row.role, layer);
      if (!shape) continue;
      NIBBLE_CHECK(nibble::ByteCount(nibble::DType::kF64, *shape).has_value(), "a shape overflows");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  data[0] % 2 == 0 ? FuzzIndex(text) : FuzzConfig(text);
  return 0;
}
