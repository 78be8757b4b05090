#include "study/judge.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace nibble {
namespace {

// How many times the family's median is too much. The maxima over tokens and channels scatter more
// than an average does.
constexpr std::array<double, kMetrics> kRatio = {2.5, 4, 4, 3};
// What rounding to four bits may cost where no other block can tell: about 0.1 for one linear, 0.2
// for the three of an expert.
constexpr std::array<double, kMetrics> kQuantisedError = {0.3, 0.6, 0.6, 0.4};
// An operation that is off by this much is broken even if it is so in every block.
constexpr double kBrokenError = 0.5;
// Choices made by rounded numbers may fall otherwise where two are nearly equal.
constexpr double kFlippedChoices = 0.05;

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::string_view NameOf(Metric metric) {
  constexpr std::array<std::string_view, kMetrics> kNames = {"overall", "token", "channel",
                                                             "expert"};
  return kNames[static_cast<size_t>(metric)];
}

std::vector<Judgement> Judge(std::span<const OperationSample> samples) {
  std::unordered_map<std::string, std::vector<size_t>> families;
  for (size_t i = 0; i < samples.size(); ++i) families[samples[i].family].push_back(i);
  std::vector<Judgement> judgements;
  for (size_t i = 0; i < samples.size(); ++i) {
    const OperationSample& sample = samples[i];
    const std::vector<size_t>& family = families[sample.family];
    Judgement worst;
    double worst_excess = 1;
    for (size_t m = 0; m < kMetrics; ++m) {
      std::vector<double> others;
      for (const size_t other : family) {
        if (other != i) others.push_back(samples[other].errors[m]);
      }
      const double usual = Median(others);
      double limit = kRatio[m] * usual;
      if (others.empty() && sample.form_changed) limit = kQuantisedError[m];
      if (sample.indices) {
        if (sample.form_changed) limit = std::max(limit, kFlippedChoices);
      } else if (m == 0) {
        limit = std::min(limit, kBrokenError);
      }
      const double excess = sample.errors[m] / std::max(limit, kEqualError);
      if (excess <= worst_excess) continue;
      worst_excess = excess;
      worst = {i, static_cast<Metric>(m), sample.errors[m], usual};
    }
    if (worst_excess > 1) judgements.push_back(worst);
  }
  return judgements;
}

}  // namespace nibble
