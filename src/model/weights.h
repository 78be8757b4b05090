// The weights of the model as they are stored, grouped the way the forward pass uses them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/load.h"
#include "formats/form.h"
#include "kernels/projection/projection.h"
#include "model/numerics.h"

namespace nibble {

// A stored matrix and what it needs to be applied. A backend may take the bytes over in a form of
// its own (Backend::Prepare); `encoded` then keeps form, sizes and scales but no data.
struct Matrix {
  Module module;
  EncodedMatrix encoded;
  LoadedMatrix loaded;
  std::shared_ptr<void> prepared;
  uint64_t stored_bytes = 0;
  InputQuant quant = InputQuant::kNone;  // of what it is applied to
};
// Norm weights, biases, sinks: exact in F32 whatever they are stored as.
using Vector = std::vector<float>;

struct HcWeights {
  Matrix fn;
  Vector base;
  Vector scale;
};
struct CompressorWeights {
  Matrix wkv;
  Matrix wgate;
  Vector ape;
  Vector norm;
};
struct IndexerWeights {
  Matrix wq_b;
  Matrix weights_proj;
  CompressorWeights compressor;
};
struct AttentionWeights {
  Matrix wq_a;
  Vector q_norm;
  Matrix wq_b;
  Matrix wkv;
  Vector kv_norm;
  Matrix wo_a;
  Matrix wo_b;
  Vector sink;
  std::optional<CompressorWeights> compressor;  // ratio 4 and 128
  std::optional<IndexerWeights> indexer;        // ratio 4
};
struct ExpertMatrices {
  Matrix w1;
  Matrix w2;
  Matrix w3;
};
struct MoeWeights {
  Matrix gate;
  Vector bias;                 // learned routing
  std::vector<int32_t> table;  // hash routing, [V, top-k]
  std::vector<ExpertMatrices> routed;
  ExpertMatrices shared;
};
struct BlockWeights {
  int64_t layer = 0;
  HcWeights hc_attn;
  Vector attn_norm;
  AttentionWeights attn;
  HcWeights hc_ffn;
  Vector ffn_norm;
  MoeWeights moe;
};
struct HeadWeights {
  HcWeights hc;
  Vector norm;
};
struct MtpWeights {
  Matrix e_proj;
  Matrix h_proj;
  Vector enorm;
  Vector hnorm;
  BlockWeights block;
  HeadWeights head;
};

class Backend;

// Reads weights from a checkpoint, a group at a time. Errors name the tensor.
class WeightLoader {
 public:
  // All must outlive the loader.
  WeightLoader(const Checkpoint& checkpoint, Numerics numerics, Activations activations,
               Backend& backend);

  Result<Matrix> Embed() { return LoadMatrix(Role::kEmbed); }
  Result<Matrix> HeadMatrix() { return LoadMatrix(Role::kHead); }
  Result<HeadWeights> Head(int64_t layer = -1);
  // `layer` counts MTP blocks on: L is the first.
  Result<BlockWeights> Block(int64_t layer);
  Result<MtpWeights> Mtp();
  uint64_t bytes() const { return bytes_; }

 private:
  Result<Matrix> LoadMatrix(Role role, int64_t layer = -1, int64_t expert = -1);
  Result<Vector> LoadVector(Role role, int64_t layer = -1);
  Result<HcWeights> LoadHc(Role fn, Role base, Role scale, int64_t layer);
  Result<CompressorWeights> LoadCompressor(Role wkv, Role wgate, Role ape, Role norm,
                                           int64_t layer);
  Result<AttentionWeights> LoadAttention(int64_t layer);
  Result<ExpertMatrices> LoadExpert(Role w1, Role w2, Role w3, int64_t layer, int64_t expert);
  Result<MoeWeights> LoadMoe(int64_t layer);
  Result<StoredModule> Find(Role role, int64_t layer, int64_t expert) const;
  Result<float> SynthesizedInputScale(Role role, int64_t layer);
  InputQuant QuantOf(Role role, Form form) const;

  const Checkpoint& checkpoint_;
  const ModelConfig& config_;
  const Numerics numerics_;
  const Activations activations_;
  Backend& backend_;
  uint64_t bytes_ = 0;
};

}  // namespace nibble
