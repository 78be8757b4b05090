#include "study/input_amax_file.h"

#include "base/text.h"
#include "quantize/plan.h"
#include "study/tensor_file.h"

namespace nibble {

Result<InputAmaxCounts> WriteInputAmax(const std::filesystem::path& path, const InputAmax& amax,
                                       const ModelConfig& config) {
  // The widest choice of what is quantised.
  const QuantizeSettings all{.scope = Scope::kAll, .draft = Draft::kNvfp4};
  InputAmaxCounts counts;
  counts.experts = counts.experts_idle = config.num_hidden_layers * config.n_routed_experts;
  std::vector<NamedArray> arrays;
  for (const InputAmax::Entry& entry : amax.entries()) {
    if (!BecomesNvfp4(entry.module, all) || entry.amax <= 0) continue;
    arrays.push_back({.name = BaseName(entry.module, Names::kOfficial, config) + ".input_amax",
                      .shape = {},
                      .floats = {entry.amax}});
    ++counts.linears;
    counts.experts_idle -= entry.module.role == Role::kExpertW1 && !entry.module.mtp;
  }
  if (arrays.empty())
    return InvalidInput("{}: no input of any linear was seen", Escape(path.string(), 400));
  NIBBLE_TRY(WriteArrays(path, arrays));
  return counts;
}

}  // namespace nibble
