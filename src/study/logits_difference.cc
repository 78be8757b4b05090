#include "study/logits_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nibble {

double LogSumExp(std::span<const float> row) {
  const double top = static_cast<double>(*std::max_element(row.begin(), row.end()));
  double sum = 0;
  for (const float v : row) sum += std::exp(static_cast<double>(v) - top);
  return top + std::log(sum);
}

namespace {

double KlOfRow(std::span<const float> a, std::span<const float> b) {
  const double log_a = LogSumExp(a);
  const double log_b = LogSumExp(b);
  double kl = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double log_p = static_cast<double>(a[i]) - log_a;
    kl += std::exp(log_p) * (log_p - (static_cast<double>(b[i]) - log_b));
  }
  return std::isfinite(kl) ? std::max(kl, 0.0) : std::numeric_limits<double>::infinity();
}

}  // namespace

LogitsReport CompareLogits(std::span<const float> a, std::span<const float> b, int64_t vocab_size) {
  LogitsReport report;
  const size_t width = static_cast<size_t>(vocab_size);
  report.rows = static_cast<int64_t>(a.size() / width);
  double sum2 = 0;
  for (size_t row = 0; row < a.size() / width; ++row) {
    const auto row_a = a.subspan(row * width, width);
    const auto row_b = b.subspan(row * width, width);
    const double kl = KlOfRow(row_a, row_b);
    report.kl_mean += kl / static_cast<double>(report.rows);
    report.kl_max = std::max(report.kl_max, kl);
    const auto top_a = std::max_element(row_a.begin(), row_a.end()) - row_a.begin();
    const auto top_b = std::max_element(row_b.begin(), row_b.end()) - row_b.begin();
    if (top_a != top_b) ++report.top1_changes;
    for (size_t i = 0; i < width; ++i) {
      const double difference = static_cast<double>(row_b[i]) - static_cast<double>(row_a[i]);
      sum2 += difference * difference;
      report.max =
          std::max(report.max, std::isfinite(difference) ? std::abs(difference)
                                                         : std::numeric_limits<double>::infinity());
    }
  }
  if (!a.empty()) report.rms = std::sqrt(sum2 / static_cast<double>(a.size()));
  return report;
}

}  // namespace nibble
