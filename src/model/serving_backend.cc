#include "model/serving_backend.h"

#include <algorithm>

#include "kernels/kv_row/packed_row.h"
#include "kernels/norm/norm_serving.h"
#include "model/experts_problem.h"
#include "model/sequence_state.h"

namespace nibble {
namespace {

const PackedMatrix* PackedOf(const Matrix& matrix) {
  return static_cast<const PackedMatrix*>(matrix.prepared.get());
}

PackedLinear PackedLinearOf(const Matrix& matrix) {
  return {PackedOf(matrix), matrix.quant, matrix.encoded.input_scale};
}

PackedExpert PackedExpertOf(const ExpertMatrices& e) {
  return {PackedLinearOf(e.w1), PackedLinearOf(e.w2), PackedLinearOf(e.w3)};
}

}  // namespace

ServingBackend::ServingBackend(const ModelConfig& config, size_t threads)
    : ReferenceBackend(config, threads),
      linear_(LinearRunner::Create(pool_, DetectCpu()).value()),
      experts_(linear_),
      rope_(pool_),
      hyper_connection_(pool_),
      compressor_(pool_),
      indexer_(pool_),
      attention_(pool_) {}

Status ServingBackend::Prepare(Matrix* matrix) {
  if (PackedMatrix::GroupBytes(matrix->encoded.form) == 0) return {};
  NIBBLE_ASSIGN(PackedMatrix packed, PackedMatrix::Build(matrix->encoded, arena_, &pool_));
  matrix->prepared = std::make_shared<PackedMatrix>(std::move(packed));
  matrix->encoded.data = nullptr;
  matrix->encoded.scales = nullptr;
  matrix->loaded = {};
  return {};
}

const float* ServingBackend::Input(const Matrix& matrix, const float* x, int64_t count) {
  if (matrix.quant == InputQuant::kNone) return x;
  quantized_.assign(x, x + count);
  const int64_t cols = matrix.encoded.cols;
  for (int64_t i = 0; i < count; i += cols) {
    QuantizeInput(matrix.quant, matrix.encoded.input_scale, quantized_.data() + i, cols);
  }
  return quantized_.data();
}

void ServingBackend::Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
                             OutputRounding rounding) {
  if (!matrix.prepared) return ReferenceBackend::Project(matrix, x, y, rounding);
  CountRead(matrix);
  linear_.Run({.w = PackedOf(matrix),
               .x = Input(matrix, Reals(x), x.rows * x.cols),
               .x_stride = x.cols,
               .rows = x.rows,
               .y = Reals(y),
               .y_stride = y.cols,
               .round_to_bf16 = rounding == OutputRounding::kBf16});
}

void ServingBackend::ProjectGroups(const Matrix& matrix, int64_t groups, const Tensor& x,
                                   const Tensor& y) {
  const int64_t rows = matrix.encoded.rows / groups;
  if (!matrix.prepared) return ReferenceBackend::ProjectGroups(matrix, groups, x, y);
  CountRead(matrix);
  // Groups that do not start at a tile take the tiles around them, and the rows in question are
  // copied: small test models only.
  const bool aligned = rows % PackedMatrix::kTileRows == 0;
  AlignedVector<float> whole;
  if (!aligned) whole.resize(static_cast<size_t>(groups * x.rows * matrix.encoded.rows));
  const float* input = Input(matrix, Reals(x), x.rows * x.cols);
  std::vector<LinearJob> jobs;
  for (int64_t g = 0; g < groups; ++g) {
    LinearJob job{.w = PackedOf(matrix),
                  .x = input + g * matrix.encoded.cols,
                  .x_stride = x.cols,
                  .rows = x.rows,
                  .y = Reals(y) + g * rows,
                  .y_stride = y.cols,
                  .w_begin = g * rows,
                  .w_rows = rows,
                  .round_to_bf16 = true};
    if (!aligned) {
      job.w_begin = job.w_rows = 0;
      job.y = whole.data() + g * x.rows * matrix.encoded.rows;
      job.y_stride = matrix.encoded.rows;
    }
    jobs.push_back(job);
  }
  linear_.Run(jobs);
  if (aligned) return;
  for (int64_t g = 0; g < groups; ++g) {
    for (int64_t t = 0; t < x.rows; ++t) {
      std::copy_n(jobs[static_cast<size_t>(g)].y + t * matrix.encoded.rows + g * rows, rows,
                  Reals(y) + t * y.cols + g * rows);
    }
  }
}

void ServingBackend::RmsNorm(const Tensor& x, const Vector& weight, const Tensor& y) {
  RmsNormServing(RmsNormOf(x, weight, y), pool_);
}

void ServingBackend::HeadNorm(const Tensor& x, int64_t head_dim) {
  HeadNormServing(HeadNormOf(x, head_dim), pool_);
}

void ServingBackend::Rope(const Tensor& x, int64_t head_dim, std::span<const int64_t> positions,
                          const std::vector<float>& frequencies, bool inverse) {
  rope_.Run(RopeOf(x, head_dim, positions, frequencies, inverse));
}

void ServingBackend::HcPre(const HcWeights& weights, const Tensor& streams, const HcResult& out) {
  if (!ServingHyperConnection::Supports(config_.hc_mult)) {
    return ReferenceBackend::HcPre(weights, streams, out);
  }
  CountRead(weights.fn);
  hyper_connection_.Pre(HcPreOf(weights, streams, out));
}

void ServingBackend::HcPost(const Tensor& o, const HcResult& mix, const Tensor& streams) {
  if (!ServingHyperConnection::Supports(config_.hc_mult)) {
    return ReferenceBackend::HcPost(o, mix, streams);
  }
  hyper_connection_.Post(HcPostOf(o, mix, streams));
}

void ServingBackend::FinishRows(const RowLayout& layout, const Tensor& x) {
  constexpr int64_t kValues = 1 << 15;  // some ten microseconds
  const int64_t rows = x.rows * x.cols / layout.width;
  pool_.ParallelRanges(rows, kValues / layout.width + 1, [&](int64_t begin, int64_t end, size_t) {
    for (int64_t i = begin; i < end; ++i) FinishPackedRow(layout, Reals(x) + i * layout.width);
  });
}

void ServingBackend::Compress(std::span<const CompressArgs> sequences) {
  if (!sequences.empty() && !ServingCompressor::Supports(sequences.front().cache->layout)) {
    return ReferenceBackend::Compress(sequences);
  }
  std::vector<ServingCompressorProblem> problems;
  problems.reserve(sequences.size());
  for (const CompressArgs& args : sequences) problems.push_back(CompressorOf(args));
  compressor_.Run(problems);
}

void ServingBackend::SelectEntries(std::span<const SelectArgs> sequences) {
  if (!ServingIndexer::Supports(IndexLayout(config_))) {
    return ReferenceBackend::SelectEntries(sequences);
  }
  std::vector<ServingIndexerProblem> problems;
  problems.reserve(sequences.size());
  for (const SelectArgs& args : sequences) problems.push_back(IndexerOf(args));
  indexer_.Run(problems);
}

void ServingBackend::Attend(std::span<const AttendArgs> sequences) {
  if (!ServingAttention::Supports(AttentionLayout(config_))) {
    return ReferenceBackend::Attend(sequences);
  }
  std::vector<ServingAttentionProblem> problems;
  problems.reserve(sequences.size());
  for (const AttendArgs& args : sequences) problems.push_back(AttentionOf(args));
  attention_.Run(problems);
}

void ServingBackend::Experts(const ExpertsArgs& args) {
  CountExpertsRead(args);
  const ExpertsOf<PackedExpert> experts(*args.weights, PackedExpertOf);
  experts_.Run(experts.ProblemOf<PackedExpertsProblem, float>(args, config_.swiglu_limit));
}

std::string ServingBackend::KernelsText() const {
  std::string text = "linear and experts:";
  for (const Form form : {Form::kBF16, Form::kFp8, Form::kMxfp4, Form::kNvfp4}) {
    text += fmt::format(" {} {},", NameOf(form), linear_.ImplementationName(form));
  }
  text.back() = ';';
  return text + " others: vector";
}

}  // namespace nibble
