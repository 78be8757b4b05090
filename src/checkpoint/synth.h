// Synthetic checkpoints: for any V4 config, the same bytes everywhere as a pure function of (tensor
// name, shape, config, seed). Weights are noise with healthy norms, in the native form.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/catalogue.h"
#include "checkpoint/config.h"

namespace nibble {

// How the elements of a tensor come from its stream.
enum class SynthKind : uint8_t {
  kE4M3,        // weights
  kBlockScale,  // E8M0 for 128x128 blocks
  kMxfp4Scale,  // E8M0 for blocks of 32
  kMxfp4Codes,  // nibble pairs; zero where the block's scale byte is 0
  kBf16Matrix,
  kBf16Norm,
  kF32,
  kTid2Eid,
};

struct SynthTensor {
  NamedTensor tensor;
  SynthKind kind = SynthKind::kE4M3;
  int exponent = 0;     // kBf16Matrix, kF32: the e of the rule
  int bias = 0;         // scales: what is added to the counted bits
  double centre = 0;    // kF32
  uint64_t modulo = 0;  // kTid2Eid: the number of experts
};

// All tensors of the model in checkpoint order. Errors: a config whose form is not the native one;
// DSpark, for which there is no rule.
Result<std::vector<SynthTensor>> SynthTensors(const ModelConfig& config);

// A tensor may be made in pieces that begin at multiples of this many bytes.
uint64_t SynthPieceBytes(const SynthTensor& tensor);
// The payload from `byte_offset` (a multiple of SynthPieceBytes) on; `out` ends at such a multiple
// or at the payload's end.
void SynthFill(const SynthTensor& tensor, uint64_t seed, uint64_t byte_offset,
               std::span<std::byte> out);

// The checksum of a payload that the lists of synthetic checkpoints use.
uint64_t SynthChecksum(std::span<const std::byte> payload);

// Token ids of the synthetic prompt of a length.
std::vector<int32_t> SynthPrompt(int64_t length_tokens, int64_t vocab_size, uint64_t seed);

struct SynthOptions {
  std::filesystem::path config;  // config.json, copied as it is
  std::filesystem::path output;  // must not exist, or be an empty folder
  uint64_t seed = 0;
  size_t shards = 0;   // 0: as many as make about 5 GB each
  size_t threads = 0;  // 0: one per core
  bool progress = true;
  const std::atomic<int>* stop = nullptr;  // not 0: stop with ErrorCode::kInterrupted
};
struct SynthReport {
  uint64_t tensors = 0;
  uint64_t tensor_bytes = 0;
  size_t shards = 0;
  double seconds = 0;
};
// Writes the shards, the index, and config.json last. Memory: 4 MiB for each thread.
Result<SynthReport> Synthesize(const SynthOptions& options);

}  // namespace nibble
