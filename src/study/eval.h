// `nibble eval`: the golden logits of a folder against this program, as a table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "checkpoint/checkpoint.h"
#include "model/numerics.h"
#include "study/compare.h"

namespace nibble {

struct EvalOptions {
  std::filesystem::path goldens;     // expected/ (or the files themselves) and model/
  std::filesystem::path model = {};  // instead of <goldens>/model
  CheckpointOptions open = {};
  // ideal against logits_ideal, official and serving against logits_official.
  std::vector<Numerics> numerics = {Numerics::kIdeal, Numerics::kOfficial, Numerics::kServing};
  int64_t prefill_chunk = 512;
  size_t threads = 0;
};

// What a correct program shows at most.
struct EvalBounds {
  double max = 0;  // 0: not bounded
  double rms = 0;
  double kl_mean = 0;
  double top1_share = 0;
};
EvalBounds BoundsOf(Numerics numerics);

struct EvalRow {
  std::string golden;  // the tensor: "p129", "p300.last100", "p5.mtp"; "all": every row together
  Numerics numerics = Numerics::kIdeal;
  LogitsReport logits;
  bool within = false;
};

struct EvalReport {
  std::vector<EvalRow> rows;
  bool within() const;
};

// Errors: a missing or malformed golden file, those of loading and stepping.
Result<EvalReport> Evaluate(const EvalOptions& options);
std::string ToText(const EvalReport& report);
json::Value ToJson(const EvalReport& report);

}  // namespace nibble
