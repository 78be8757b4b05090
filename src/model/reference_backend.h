// The backend that runs the reference of every operation, for one numerics. CPU backends with
// faster kernels derive from it and override the hot operations.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/attention/attention.h"
#include "kernels/experts/experts.h"
#include "kernels/hyper_connection/hyper_connection.h"
#include "kernels/indexer/indexer.h"
#include "kernels/norm/norm.h"
#include "kernels/rope/rope.h"
#include "model/backend.h"
#include "model/tensor_memory.h"

namespace nibble {

template <class N>
class ReferenceBackend : public Backend {
 public:
  using Real = typename N::Real;

  ReferenceBackend(const ModelConfig& config, size_t threads) : config_(config), pool_(threads) {}

  Tensor NewTensor(int64_t rows, int64_t cols, Element element) override;
  void Upload(std::span<const float> values, const Tensor& to) override;
  void Download(const Tensor& from, std::span<float> values) override;
  void DownloadIndices(const Tensor& from, std::span<int32_t> values) override;
  void UploadIndices(std::span<const int32_t> values, const Tensor& to) override;
  void CopyRows(const Tensor& from, const Tensor& to) override;
  Status Prepare(Matrix* matrix) override;

  Tensor NewRows(const RowLayout& layout, int64_t rows) override;
  void GrowRows(const RowLayout& layout, Tensor* rows, int64_t new_rows) override;
  void DownloadRows(const RowLayout& layout, const Tensor& rows, std::span<float> values) override;
  void UploadRows(const RowLayout& layout, std::span<const float> values,
                  const Tensor& rows) override;
  CompressorCache NewCompressorCache(const CompressorShape& shape,
                                     const RowLayout& layout) override;
  void ResetCompressor(CompressorCache* cache) override;

  void Embed(const Matrix& table, std::span<const int32_t> ids, int64_t copies,
             const Tensor& y) override;
  void Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
               OutputRounding rounding) override;
  void ProjectGroups(const Matrix& matrix, int64_t groups, const Tensor& x,
                     const Tensor& y) override;
  void RmsNorm(const Tensor& x, const Vector& weight, const Tensor& y) override;
  void HeadNorm(const Tensor& x, int64_t head_dim) override;
  void Rope(const Tensor& x, int64_t head_dim, std::span<const int64_t> positions,
            const std::vector<float>& frequencies, bool inverse) override;
  void FinishRows(const RowLayout& layout, const Tensor& x) override;
  void Scale(const Tensor& x, double factor) override;

  void HcPre(const HcWeights& weights, const Tensor& streams, const HcResult& out) override;
  void HcPost(const Tensor& o, const HcResult& mix, const Tensor& streams) override;
  void HcHead(const HcWeights& weights, const Tensor& streams, const Tensor& y) override;

  void Compress(std::span<const CompressArgs> sequences) override;
  void SelectEntries(std::span<const SelectArgs> sequences) override;
  void Attend(std::span<const AttendArgs> sequences) override;
  void CommitWindow(std::span<const AttendArgs> sequences) override;

  void Route(const RouteArgs& args) override;
  void Experts(const ExpertsArgs& args) override;
  void MixMtpInput(const Tensor& e, const Tensor& h, const Tensor& streams) override;

  uint64_t weight_bytes_read() const override { return bytes_read_; }
  std::string KernelsText() const override { return "all operations: reference"; }

 protected:
  static Real* Reals(const Tensor& t) { return reinterpret_cast<Real*>(t.bytes()); }
  RmsNormProblem<N> RmsNormOf(const Tensor& x, const Vector& weight, const Tensor& y) const;
  RmsNormProblem<N> HeadNormOf(const Tensor& x, int64_t head_dim) const;
  RopeProblem<N> RopeOf(const Tensor& x, int64_t head_dim, std::span<const int64_t> positions,
                        const std::vector<float>& frequencies, bool inverse) const;
  HyperConnectionPre<N> HcPreOf(const HcWeights& weights, const Tensor& streams,
                                const HcResult& out) const;
  HyperConnectionPost<N> HcPostOf(const Tensor& o, const HcResult& mix,
                                  const Tensor& streams) const;
  // The problems of one sequence.
  AttentionProblem<N> AttentionOf(const AttendArgs& args) const;
  IndexerProblem<N> IndexerOf(const SelectArgs& args) const;
  CompressorProblem<N> CompressorOf(const CompressArgs& args) const;

  static int32_t* Indices(const Tensor& t) { return reinterpret_cast<int32_t*>(t.bytes()); }
  // Counts what a step fetches from memory.
  void CountRead(const Matrix& matrix) { bytes_read_ += matrix.stored_bytes; }
  void CountExpertsRead(const ExpertsArgs& args);

  const ModelConfig config_;
  ThreadPool pool_;
  TensorMemory memory_;
  uint64_t bytes_read_ = 0;
};

}  // namespace nibble
