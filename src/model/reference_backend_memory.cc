// Memory and copies of the reference backend.
#include <algorithm>
#include <cstring>

#include "kernels/kv_row/kv_row.h"
#include "kernels/numerics_policy.h"
#include "model/reference_backend.h"

namespace nibble {
namespace {

std::shared_ptr<uint8_t[]> Allocate(int64_t bytes) {
  return std::make_shared_for_overwrite<uint8_t[]>(
      static_cast<size_t>(std::max<int64_t>(bytes, 1)));
}

}  // namespace

template <class N>
Tensor ReferenceBackend<N>::NewTensor(int64_t rows, int64_t cols, Element element) {
  Tensor t;
  t.rows = rows;
  t.cols = cols;
  t.element_bytes =
      element == Element::kIndex ? int64_t{sizeof(int32_t)} : static_cast<int64_t>(sizeof(Real));
  t.storage = memory_.Allocate(rows * cols * t.element_bytes);
  return t;
}

template <class N>
void ReferenceBackend<N>::Upload(std::span<const float> values, const Tensor& to) {
  std::copy(values.begin(), values.end(), Reals(to));
}

template <class N>
void ReferenceBackend<N>::Download(const Tensor& from, std::span<float> values) {
  std::transform(Reals(from), Reals(from) + from.rows * from.cols, values.begin(),
                 [](Real v) { return static_cast<float>(v); });
}

template <class N>
void ReferenceBackend<N>::DownloadIndices(const Tensor& from, std::span<int32_t> values) {
  std::copy_n(Indices(from), from.rows * from.cols, values.begin());
}

template <class N>
void ReferenceBackend<N>::UploadIndices(std::span<const int32_t> values, const Tensor& to) {
  std::copy(values.begin(), values.end(), Indices(to));
}

template <class N>
void ReferenceBackend<N>::CopyRows(const Tensor& from, const Tensor& to) {
  std::memcpy(to.bytes(), from.bytes(),
              static_cast<size_t>(from.rows * from.cols * from.element_bytes));
}

template <class N>
Status ReferenceBackend<N>::Prepare(Matrix*) {
  return {};
}

template <class N>
Tensor ReferenceBackend<N>::NewRows(const RowLayout& layout, int64_t rows) {
  Tensor t;
  t.rows = rows;
  t.cols = RowBytes<N>(layout);
  t.element_bytes = 1;
  t.storage = Allocate(t.rows * t.cols);
  return t;
}

template <class N>
void ReferenceBackend<N>::GrowRows(const RowLayout& layout, Tensor* rows, int64_t new_rows) {
  const Tensor grown = NewRows(layout, new_rows);
  if (rows->rows > 0) CopyRows(*rows, grown);
  *rows = grown;
}

template <class N>
void ReferenceBackend<N>::DownloadRows(const RowLayout& layout, const Tensor& rows,
                                       std::span<float> values) {
  std::vector<typename N::Acc> row(static_cast<size_t>(layout.width));
  for (int64_t j = 0; j < rows.rows; ++j) {
    DecodeRow<N>(layout, rows.bytes() + j * rows.cols, row.data());
    std::transform(row.begin(), row.end(), values.begin() + j * layout.width,
                   [](auto v) { return static_cast<float>(v); });
  }
}

template <class N>
void ReferenceBackend<N>::UploadRows(const RowLayout& layout, std::span<const float> values,
                                     const Tensor& rows) {
  std::vector<Real> row(static_cast<size_t>(layout.width));
  for (int64_t j = 0; j < rows.rows; ++j) {
    std::copy_n(values.begin() + j * layout.width, layout.width, row.begin());
    EncodeRow<N>(layout, row.data(), rows.bytes() + j * rows.cols);
  }
}

template <class N>
CompressorCache ReferenceBackend<N>::NewCompressorCache(const CompressorShape& shape,
                                                        const RowLayout& layout) {
  CompressorCache cache;
  cache.shape = shape;
  cache.layout = layout;
  cache.state_values = NewTensor(shape.state_rows(), shape.channels(), Element::kWide);
  cache.state_scores = NewTensor(shape.state_rows(), shape.channels(), Element::kWide);
  cache.entries = NewRows(layout, 0);
  ResetCompressor(&cache);
  return cache;
}

template <class N>
void ReferenceBackend<N>::ResetCompressor(CompressorCache* cache) {
  ResetCompressorState<N>(cache->shape, Reals(cache->state_values), Reals(cache->state_scores));
}

template class ReferenceBackend<IdealNumerics>;
template class ReferenceBackend<OfficialNumerics>;
template class ReferenceBackend<ServingNumerics>;

}  // namespace nibble
