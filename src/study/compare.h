// `nibble compare`: two checkpoints, or one under two numerics, on the same prompt, operation by
// operation. It answers "it loads but talks nonsense": which operation of B is the first one that
// is wrong by itself, and which tensor feeds it.
//
// Errors pile up: one wrong weight makes every later layer look bad. So B runs three times, side by
// side, from one reading of each block's weights: with every operation on A's inputs (its own
// error), with each block on A's streams, and on its own streams. One block's weights of one of the
// two checkpoints are in memory at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "model/numerics.h"
#include "study/judge.h"
#include "study/operation_error.h"
#include "study/weight_difference.h"

namespace nibble {

struct CompareSide {
  const Checkpoint* checkpoint = nullptr;
  Numerics numerics = Numerics::kIdeal;
};

struct CompareOptions {
  bool mtp = false;       // the first MTP block too
  size_t threads = 0;     // 0: as many as the machine has cores
  bool progress = false;  // on standard error
};

struct OperationReport {
  size_t operation = 0;  // in Operations()
  // Relative errors: rms(B - A) / rms(A); for index sets the share of rows that differ.
  double own = 0;
  double layer = 0;
  double piled = 0;
  // Rows of index sets that differ; 0 for values.
  int64_t rows = 0;
  int64_t own_changed = 0;
  int64_t layer_changed = 0;
  int64_t piled_changed = 0;
  // Own error by metric, and where it is the worst: a position, a channel, an expert.
  double errors[kMetrics] = {-1, -1, -1, -1};  // below 0: not measured
  int64_t where[kMetrics] = {-1, -1, -1, -1};
  void Set(Metric metric, const WorstError& worst) {
    if (worst.at < 0) return;
    errors[static_cast<size_t>(metric)] = worst.error;
    where[static_cast<size_t>(metric)] = worst.at;
  }
  std::string forms;  // of the tensors that feed it, "mxfp4 -> nvfp4"; empty when nothing changed
};

struct BlockReport {
  std::string name;    // "layers.3", "head", "mtp.0"
  int64_t layer = -1;  // MTP block k is layer L + k; -1 is the head of the trunk
  std::vector<OperationReport> operations;
  int64_t experts_unused = 0;  // no token of the prompt chose them, so nothing is known of them
};

struct LogitsReport {
  int64_t rows = 0;
  double kl_mean = 0;  // KL(A || B), nats
  double kl_max = 0;
  double rms = 0;  // of the difference
  double max = 0;
  int64_t top1_changes = 0;
};

struct CompareFinding {
  size_t block = 0;
  size_t operation = 0;  // within the block
  Metric metric = Metric::kOverall;
  double error = 0;
  double usual = 0;
  bool clear = true;
  std::vector<WeightDifference> weights;  // the most suspicious first; empty when not looked at
};

struct CompareReport {
  std::vector<std::string> config_differences;  // of settings that leave all shapes alone
  std::vector<BlockReport> blocks;
  LogitsReport logits;
  LogitsReport mtp_logits;
  // The clear ones in forward order, then those that may be chance. The first one is the one to
  // look at; only its weights are compared.
  std::vector<CompareFinding> findings;
  double largest_own = 0;
  bool equal() const { return findings.empty() && largest_own <= kEqualError; }
};

// `tokens`: at least one. Errors: configs that are not of one shape, a token outside the
// vocabulary, a missing tensor, nothing to compare.
Result<CompareReport> Compare(const CompareSide& a, const CompareSide& b,
                              std::span<const int32_t> tokens, const CompareOptions& options);

}  // namespace nibble
