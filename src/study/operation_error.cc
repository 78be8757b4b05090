#include "study/operation_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nibble {
namespace {

constexpr int64_t kRowsOfChannel = 8;

// sqrt(a / b), with 0 / 0 = 0 and x / 0 = infinity; a NaN counts as infinitely wrong.
double Ratio(double a, double b) {
  if (a == 0) return 0;
  const double ratio = std::sqrt(a / b);
  return std::isnan(ratio) ? std::numeric_limits<double>::infinity() : ratio;
}

bool Worse(const WorstError& candidate, const WorstError& best) {
  return best.at < 0 || candidate.error > best.error;
}

}  // namespace

void ErrorSums::Add(int64_t position, std::span<const float> expected,
                    std::span<const float> actual) {
  Row row{position, 0, 0, static_cast<int64_t>(expected.size())};
  if (keep_channels_ && channels_.size() < expected.size()) channels_.resize(expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const double e = static_cast<double>(expected[i]);
    const double a = static_cast<double>(actual[i]);
    double difference = a == e || (std::isnan(a) && std::isnan(e)) ? 0 : a - e;
    if (!std::isfinite(difference)) difference = std::numeric_limits<double>::infinity();
    const double magnitude = std::isfinite(e) ? e : 0;
    row.difference2 += difference * difference;
    row.expected2 += magnitude * magnitude;
    if (keep_channels_) {
      channels_[i].difference2 += difference * difference;
      channels_[i].expected2 += magnitude * magnitude;
      ++channels_[i].rows;
    }
  }
  difference2_ += row.difference2;
  expected2_ += row.expected2;
  values_ += row.cols;
  if (row.difference2 > 0) ++changed_;
  rows_.push_back(row);
}

void ErrorSums::AddIndices(int64_t position, std::span<const int32_t> expected,
                           std::span<const int32_t> actual) {
  indices_ = true;
  std::vector<int32_t> a(expected.begin(), expected.end());
  std::vector<int32_t> b(actual.begin(), actual.end());
  std::erase(a, -1);
  std::erase(b, -1);
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const bool same = a == b;
  if (!same) ++changed_;
  rows_.push_back({position, same ? 0.0 : 1.0, 1.0, 1});
}

double ErrorSums::MeanSquare() const {
  return values_ == 0 ? 0 : expected2_ / static_cast<double>(values_);
}

double ErrorSums::Relative() const {
  if (indices_)
    return rows_.empty() ? 0 : static_cast<double>(changed_) / static_cast<double>(rows_.size());
  return Ratio(difference2_, expected2_);
}

double ErrorSums::RowError(const Row& row) const {
  return Ratio(row.difference2,
               std::max(row.expected2, MeanSquare() * static_cast<double>(row.cols)));
}

WorstError ErrorSums::WorstRow() const {
  WorstError worst;
  for (const Row& row : rows_) {
    const WorstError candidate{RowError(row), row.position};
    if (Worse(candidate, worst)) worst = candidate;
  }
  return worst;
}

WorstError ErrorSums::WorstChannel() const {
  WorstError worst;
  for (size_t i = 0; i < channels_.size(); ++i) {
    const Channel& channel = channels_[i];
    if (channel.rows < kRowsOfChannel) continue;
    const double floor = MeanSquare() * static_cast<double>(channel.rows);
    const WorstError candidate{Ratio(channel.difference2, std::max(channel.expected2, floor)),
                               static_cast<int64_t>(i)};
    if (Worse(candidate, worst)) worst = candidate;
  }
  return worst;
}

}  // namespace nibble
