// The CPU backend of `serving`: weights packed at load, kernels with vector instructions; the
// reference for what is rare (the head's mix, routing) and for shapes that fill no vector.
#pragma once

#include <string>

#include "kernels/attention/attention_serving.h"
#include "kernels/compressor/compressor_serving.h"
#include "kernels/experts/experts_packed.h"
#include "kernels/hyper_connection/hyper_connection_serving.h"
#include "kernels/indexer/indexer_serving.h"
#include "kernels/linear/linear.h"
#include "kernels/numerics_policy.h"
#include "kernels/rope/rope_serving.h"
#include "model/reference_backend.h"

namespace nibble {

class ServingBackend final : public ReferenceBackend<ServingNumerics> {
 public:
  ServingBackend(const ModelConfig& config, size_t threads);

  // Packs BF16, FP8, MXFP4 and NVFP4 and lets go of the stored bytes; other forms stay.
  Status Prepare(Matrix* matrix) override;
  void Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
               OutputRounding rounding) override;
  void ProjectGroups(const Matrix& matrix, int64_t groups, const Tensor& x,
                     const Tensor& y) override;
  void RmsNorm(const Tensor& x, const Vector& weight, const Tensor& y) override;
  void HeadNorm(const Tensor& x, int64_t head_dim) override;
  void Rope(const Tensor& x, int64_t head_dim, std::span<const int64_t> positions,
            const std::vector<float>& frequencies, bool inverse) override;
  void HcPre(const HcWeights& weights, const Tensor& streams, const HcResult& out) override;
  void HcPost(const Tensor& o, const HcResult& mix, const Tensor& streams) override;
  void FinishRows(const RowLayout& layout, const Tensor& x) override;
  void Compress(std::span<const CompressArgs> sequences) override;
  void SelectEntries(std::span<const SelectArgs> sequences) override;
  void Attend(std::span<const AttendArgs> sequences) override;
  void Experts(const ExpertsArgs& args) override;
  std::string KernelsText() const override;

 private:
  // Rows of x as `matrix` consumes them: `x` itself, or quantised in `quantized_`.
  const float* Input(const Matrix& matrix, const float* x, int64_t count);

  HugePageArena arena_;
  LinearRunner linear_;
  PackedExperts experts_;
  ServingRope rope_;
  ServingHyperConnection hyper_connection_;
  ServingCompressor compressor_;
  ServingIndexer indexer_;
  ServingAttention attention_;
  AlignedVector<float> quantized_;
};

}  // namespace nibble
