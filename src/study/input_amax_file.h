// Input amaxes as a file that `quantize --input-scales` reads.
#pragma once

#include <cstdint>
#include <filesystem>

#include "checkpoint/config.h"
#include "model/input_amax.h"

namespace nibble {

struct InputAmaxCounts {
  int64_t linears = 0;       // written
  int64_t experts = 0;       // routed experts of the trunk
  int64_t experts_idle = 0;  // of them without a token: quantize takes the largest of the others
};

// One F32 scalar "<path>.input_amax" for each linear that can be written as NVFP4 and that a token
// with an input other than 0 has entered. Replaces `path` when all is written.
Result<InputAmaxCounts> WriteInputAmax(const std::filesystem::path& path, const InputAmax& amax,
                                       const ModelConfig& config);

}  // namespace nibble
