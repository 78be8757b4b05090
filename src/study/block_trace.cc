#include "study/block_trace.h"

#include <algorithm>

namespace nibble {

template <class T>
std::span<const T> Recording::Table<T>::Find(int64_t position) const {
  const auto row = rows.find(position);
  if (row == rows.end()) return {};
  return std::span<const T>(data).subspan(row->second.first, row->second.second);
}

template <class T>
void Recording::Table<T>::Add(int64_t position, std::span<const T> values) {
  rows[position] = {data.size(), values.size()};
  data.insert(data.end(), values.begin(), values.end());
}

std::span<const float> Recording::Values(const std::string& name, int64_t position) const {
  const auto table = values_.find(name);
  return table == values_.end() ? std::span<const float>() : table->second.Find(position);
}

std::span<const int32_t> Recording::Indices(const std::string& name, int64_t position) const {
  const auto table = indices_.find(name);
  return table == indices_.end() ? std::span<const int32_t>() : table->second.Find(position);
}

void Recording::Add(const std::string& name, int64_t position, std::span<const float> values) {
  values_[name].Add(position, values);
}

void Recording::Add(const std::string& name, int64_t position, std::span<const int32_t> values) {
  indices_[name].Add(position, values);
}

bool RecordingTracer::Wants(const std::string&) { return true; }

bool RecordingTracer::Rows(const std::string& name, const TraceRows& rows, std::span<float> values,
                           int64_t cols) {
  const size_t width = static_cast<size_t>(cols);
  for (size_t i = 0; i < rows.position.size(); ++i)
    recording_->Add(name, rows.position[i],
                    std::span<const float>(values.subspan(i * width, width)));
  return true;
}

bool RecordingTracer::Rows(const std::string& name, const TraceRows& rows,
                           std::span<int32_t> values, int64_t cols) {
  const size_t width = static_cast<size_t>(cols);
  for (size_t i = 0; i < rows.position.size(); ++i)
    recording_->Add(name, rows.position[i],
                    std::span<const int32_t>(values.subspan(i * width, width)));
  return false;
}

bool MeasuringTracer::Wants(const std::string&) { return true; }

bool MeasuringTracer::Rows(const std::string& name, const TraceRows& rows, std::span<float> values,
                           int64_t cols) {
  const size_t width = static_cast<size_t>(cols);
  const bool entering = name.ends_with(".x_in");
  Errors& errors = errors_[name];
  for (size_t i = 0; i < rows.position.size(); ++i) {
    const auto actual = values.subspan(i * width, width);
    const auto expected = expected_.Values(name, rows.position[i]);
    if (expected.size() != actual.size()) continue;
    errors.of(rows.item[i]).Add(rows.position[i], expected, actual);
    if (rows.item[i] == kForced || (rows.item[i] == kLayer && entering))
      std::copy(expected.begin(), expected.end(), actual.begin());
  }
  return true;
}

bool MeasuringTracer::Rows(const std::string& name, const TraceRows& rows,
                           std::span<int32_t> values, int64_t cols) {
  const size_t width = static_cast<size_t>(cols);
  Errors& errors = errors_[name];
  for (size_t i = 0; i < rows.position.size(); ++i) {
    const auto actual = values.subspan(i * width, width);
    const auto expected = expected_.Indices(name, rows.position[i]);
    if (expected.size() != actual.size()) continue;
    errors.of(rows.item[i]).AddIndices(rows.position[i], expected, actual);
    if (rows.item[i] == kForced) std::copy(expected.begin(), expected.end(), actual.begin());
  }
  return true;
}

}  // namespace nibble
