// The forward pass of DeepSeek-V4 in coarse operations, for all rows of one step.
#pragma once

#include <string>
#include <vector>

#include "model/backend.h"
#include "model/input_amax.h"
#include "model/sequence_state.h"
#include "model/tracer.h"

namespace nibble {

// The rotation tables of the two kinds of layers.
struct RopeTables {
  std::vector<float> plain;       // ratio 0
  std::vector<float> compressed;  // ratio 4 and 128, YaRN
  static RopeTables Of(const ModelConfig& config);
};

class ForwardPass {
 public:
  // All must outlive the pass. `tracer` and `input_amax` may be null.
  ForwardPass(const ModelConfig& config, Backend& backend, const RopeTables& ropes,
              const Batch& batch, Tracer* tracer, InputAmax* input_amax = nullptr);

  // The token embeddings, one copy per stream: [rows, m * d].
  Tensor Embed(const Matrix& table);
  // One layer: streams <- streams after its attention and its experts. `layer` chooses the caches,
  // `prefix` ("layers.3.", "mtp.0.") the names of the trace.
  void RunBlock(const BlockWeights& weights, int64_t layer, const std::string& prefix,
                const Tensor& streams);
  // The MTP block's input from the trunk's streams [rows, m * d] and the ids of the batch.
  Tensor MtpInput(const MtpWeights& weights, const Matrix& embed, const Tensor& trunk_streams);
  // Logits [rows of streams, V].
  Tensor Head(const HeadWeights& weights, const Matrix& head, const Tensor& streams);

 private:
  void Attention(const AttentionWeights& weights, int64_t layer, const Tensor& x, const Tensor& y);
  void Queries(const AttentionWeights& weights, const std::vector<float>& rope, const Tensor& x,
               const Tensor& latent, const Tensor& q);
  Tensor WindowRows(const AttentionWeights& weights, const std::vector<float>& rope,
                    const Tensor& x);
  void Compress(const CompressorWeights& weights, int64_t layer, bool index, const Tensor& x);
  Tensor SelectEntries(const IndexerWeights& weights, int64_t layer, const Tensor& x,
                       const Tensor& latent);
  void AttendSegments(const AttentionWeights& weights, int64_t layer, const Tensor& q,
                      const Tensor& fresh, const Tensor& picks, const Tensor& out);
  void Moe(const MoeWeights& weights, const Tensor& x, const Tensor& y);

  // A linear of the backend, its input shown to the InputAmax.
  void Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
               OutputRounding rounding = OutputRounding::kBf16);
  void SeeInput(const Matrix& matrix, const Tensor& x);
  Tensor NewW2Amax(const MoeWeights& weights);
  void SeeExpertInputs(const ExpertsArgs& args);

  const std::vector<float>& RopeOf(int64_t layer) const;
  Tensor New(int64_t cols, Element element = Element::kActivation);
  HcResult NewHcResult();

  bool Traces(const char* name) const;
  void Trace(const char* name, const Tensor& values);
  void Trace(const char* name, const Segment& segment, const Tensor& values);
  void TraceIndices(const char* name, const Tensor& values);
  void TraceHc(const char* part, const HcResult& hc);
  void TraceEntries(const char* name, const Segment& segment, const CompressorCache& cache);

  const ModelConfig& config_;
  Backend& backend_;
  const RopeTables& ropes_;
  const Batch& batch_;
  Tracer* tracer_;
  InputAmax* input_amax_;
  std::string prefix_;
  HcResult hc_;    // reused by every block
  Tensor attn_q_;  // the largest of them, too
};

}  // namespace nibble
