// What the forward pass needs from a machine: memory and about twenty coarse operations. The model
// is written against this interface alone. An implementation chooses the element type of
// activations and where they lie; the model never looks inside a Tensor. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/compressor/compressor.h"
#include "kernels/kv_row/kv_row.h"
#include "model/weights.h"

namespace nibble {

// A row-major matrix in the memory of a backend, or a range of its rows; copies share the memory.
struct Tensor {
  std::shared_ptr<uint8_t[]> storage;
  int64_t offset_bytes = 0;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t element_bytes = 0;

  uint8_t* bytes() const { return storage.get() + offset_bytes; }
  Tensor Rows(int64_t begin, int64_t count) const {
    Tensor part = *this;
    part.offset_bytes += begin * cols * element_bytes;
    part.rows = count;
    return part;
  }
};

enum class Element : uint8_t {
  kActivation,  // BF16 values in official and serving
  kWide,        // F32 values there
  kIndex,       // int32
};

struct HcResult {
  Tensor y;     // [tokens, d]
  Tensor pre;   // [tokens, m]
  Tensor post;  // [tokens, m]
  Tensor comb;  // [tokens, m * m]
};

// The streaming state of one compressor and the entries that it has made.
struct CompressorCache {
  CompressorShape shape;
  RowLayout layout;
  Tensor state_values;
  Tensor state_scores;
  Tensor entries;  // [capacity rows]
};

struct CompressArgs {
  const CompressorWeights* weights = nullptr;
  Tensor values;  // [tokens, channels]
  Tensor scores;
  int64_t first_position = 0;
  const std::vector<float>* rope = nullptr;
  CompressorCache* cache = nullptr;  // with room for the new entries
};

struct SelectArgs {
  Tensor q;        // [tokens, heads * width]
  Tensor weights;  // [tokens, heads]
  int64_t first_position = 0;
  const CompressorCache* cache = nullptr;
  Tensor picks;   // kIndex [tokens, at most index_topk]
  Tensor scores;  // for traces; empty otherwise. [tokens, entries visible to the last token]
};

struct AttendArgs {
  Tensor q;      // [tokens, heads * width]
  Tensor fresh;  // [tokens, width]
  int64_t first_position = 0;
  const Vector* sink = nullptr;
  Tensor window;  // position t in row t % W; the fresh ones come afterwards
  const CompressorCache* entries = nullptr;  // null: window only
  Tensor picks;                              // kIndex; empty: all visible entries
  Tensor out;                                // [tokens, heads * width]
};

struct RouteArgs {
  Tensor logits;  // kWide [tokens, E]
  const MoeWeights* weights = nullptr;
  std::span<const int32_t> token_ids;
  Tensor indices;          // kIndex [tokens, top-k]
  Tensor routing_weights;  // kWide [tokens, top-k]
};

struct ExpertsArgs {
  const MoeWeights* weights = nullptr;
  Tensor x;  // [tokens, d]
  Tensor indices;
  Tensor routing_weights;
  Tensor y;       // [tokens, d]
  Tensor routed;  // kWide, for traces; empty otherwise
  Tensor shared;
  Tensor w2_amax;  // kWide [1, E + 1], for InputAmax; empty otherwise. See ExpertsProblem
};

class Backend {
 public:
  virtual ~Backend() = default;

  virtual Tensor NewTensor(int64_t rows, int64_t cols, Element element) = 0;
  virtual void Upload(std::span<const float> values, const Tensor& to) = 0;
  virtual void Download(const Tensor& from, std::span<float> values) = 0;
  virtual void DownloadIndices(const Tensor& from, std::span<int32_t> values) = 0;
  virtual void UploadIndices(std::span<const int32_t> values, const Tensor& to) = 0;
  virtual void CopyRows(const Tensor& from, const Tensor& to) = 0;
  // Takes a matrix over at load, for example into tiles. May fail for lack of memory.
  virtual Status Prepare(Matrix* matrix) = 0;

  // Memory for stored rows. Grow keeps what is there.
  virtual Tensor NewRows(const RowLayout& layout, int64_t rows) = 0;
  virtual void GrowRows(const RowLayout& layout, Tensor* rows, int64_t new_rows) = 0;
  virtual void DownloadRows(const RowLayout& layout, const Tensor& rows,
                            std::span<float> values) = 0;
  virtual void UploadRows(const RowLayout& layout, std::span<const float> values,
                          const Tensor& rows) = 0;
  virtual CompressorCache NewCompressorCache(const CompressorShape& shape,
                                             const RowLayout& layout) = 0;
  virtual void ResetCompressor(CompressorCache* cache) = 0;

  // y[t] = `copies` times the embedding of ids[t].
  virtual void Embed(const Matrix& table, std::span<const int32_t> ids, int64_t copies,
                     const Tensor& y) = 0;
  // y = matrix * x, rounded to y's element.
  virtual void Project(const Matrix& matrix, const Tensor& x, const Tensor& y,
                       OutputRounding rounding = OutputRounding::kBf16) = 0;
  // Block-diagonal: row group g of the matrix times column group g of x.
  virtual void ProjectGroups(const Matrix& matrix, int64_t groups, const Tensor& x,
                             const Tensor& y) = 0;
  virtual void RmsNorm(const Tensor& x, const Vector& weight, const Tensor& y) = 0;
  // The unweighted norm of each head, in place.
  virtual void HeadNorm(const Tensor& x, int64_t head_dim) = 0;
  virtual void Rope(const Tensor& x, int64_t head_dim, std::span<const int64_t> positions,
                    const std::vector<float>& frequencies, bool inverse) = 0;
  // FinishRow of each head-wide row.
  virtual void FinishRows(const RowLayout& layout, const Tensor& x) = 0;
  // x <- bf(x * factor).
  virtual void Scale(const Tensor& x, double factor) = 0;

  virtual void HcPre(const HcWeights& weights, const Tensor& streams, const HcResult& out) = 0;
  virtual void HcPost(const Tensor& o, const HcResult& mix, const Tensor& streams) = 0;
  virtual void HcHead(const HcWeights& weights, const Tensor& streams, const Tensor& y) = 0;

  // One item a sequence, all of the same layer, so that many short ones share the threads.
  virtual void Compress(std::span<const CompressArgs> sequences) = 0;
  virtual void SelectEntries(std::span<const SelectArgs> sequences) = 0;
  virtual void Attend(std::span<const AttendArgs> sequences) = 0;
  // Remembers the fresh rows in the windows.
  virtual void CommitWindow(std::span<const AttendArgs> sequences) = 0;

  virtual void Route(const RouteArgs& args) = 0;
  virtual void Experts(const ExpertsArgs& args) = 0;
  // streams[t, j] = bf(e[t] + h[t * m + j]): the MTP block's input.
  virtual void MixMtpInput(const Tensor& e, const Tensor& h, const Tensor& streams) = 0;

  virtual uint64_t weight_bytes_read() const = 0;
  virtual std::string KernelsText() const = 0;
};

// The backend of a model on this machine's CPU.
std::unique_ptr<Backend> NewCpuBackend(const ModelConfig& config, Numerics numerics,
                                       size_t threads);

}  // namespace nibble
