// How the forward pass shows its intermediates to a tracer and takes changed ones back.
#include <vector>

#include "model/forward.h"

namespace nibble {

bool ForwardPass::Traces(const char* name) const {
  return tracer_ != nullptr && tracer_->Wants(prefix_ + name);
}

void ForwardPass::Trace(const char* name, const Tensor& values) {
  if (!Traces(name)) return;
  std::vector<float> floats(static_cast<size_t>(values.rows * values.cols));
  backend_.Download(values, floats);
  if (tracer_->Rows(prefix_ + name, {batch_.item, batch_.positions}, std::span(floats),
                    values.cols))
    backend_.Upload(floats, values);
}

void ForwardPass::Trace(const char* name, const Segment& s, const Tensor& values) {
  std::vector<float> floats(static_cast<size_t>(values.rows * values.cols));
  backend_.Download(values, floats);
  const auto begin = static_cast<size_t>(s.row_begin);
  const auto count = static_cast<size_t>(s.rows);
  const TraceRows rows{std::span(batch_.item).subspan(begin, count),
                       std::span(batch_.positions).subspan(begin, count)};
  if (tracer_->Rows(prefix_ + name, rows, std::span(floats), values.cols))
    backend_.Upload(floats, values);
}

void ForwardPass::TraceIndices(const char* name, const Tensor& values) {
  if (!Traces(name)) return;
  std::vector<int32_t> indices(static_cast<size_t>(values.rows * values.cols));
  backend_.DownloadIndices(values, indices);
  if (tracer_->Rows(prefix_ + name, {batch_.item, batch_.positions}, std::span(indices),
                    values.cols))
    backend_.UploadIndices(indices, values);
}

void ForwardPass::TraceHc(const char* part, const HcResult& hc) {
  if (tracer_ == nullptr) return;
  const std::string name(part);
  Trace((name + "_y").c_str(), hc.y);
  Trace((name + "_pre").c_str(), hc.pre);
  Trace((name + "_post").c_str(), hc.post);
  Trace((name + "_comb").c_str(), hc.comb);
}

void ForwardPass::TraceEntries(const char* name, const Segment& s, const CompressorCache& cache) {
  if (!Traces(name)) return;
  const int64_t first = s.first_position / cache.shape.ratio;
  const int64_t count = (s.first_position + s.rows) / cache.shape.ratio - first;
  if (count == 0) return;
  const Tensor made = cache.entries.Rows(first, count);
  std::vector<float> floats(static_cast<size_t>(count * cache.layout.width));
  backend_.DownloadRows(cache.layout, made, floats);
  std::vector<int64_t> numbers;
  for (int64_t j = 0; j < count; ++j) numbers.push_back(first + j);
  const std::vector<int32_t> items(static_cast<size_t>(count),
                                   batch_.item[static_cast<size_t>(s.row_begin)]);
  if (tracer_->Rows(prefix_ + name, {items, numbers}, std::span(floats), cache.layout.width))
    backend_.UploadRows(cache.layout, floats, made);
}

}  // namespace nibble
