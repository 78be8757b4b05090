// config.json, hf_quant_config.json and the shard index of the output. checkpoints.md 2 of the
// specification has the keys and who reads them.
#pragma once

#include "base/json.h"
#include "checkpoint/checkpoint.h"
#include "quantize/plan.h"

namespace nibble {

// The source's config.json with the quantization_config of the output. Two styles: FP8 linears with
// NVFP4 experts as NVIDIA's DeepSeek-V4 exporter writes them ("portable"), and the one of
// ModelOpt's converter where NVFP4 and BF16 are all there is.
json::Value OutputConfig(const Plan& plan, const ModelConfig& config);
json::Value OutputHfQuantConfig(const Plan& plan, const ModelConfig& config);
// Sorted by tensor name, with the true total_size.
json::Value OutputIndex(const Plan& plan);

}  // namespace nibble
