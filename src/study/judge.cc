#include "study/judge.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace nibble {
namespace {

using Limits = std::array<double, kMetrics>;

// How many times the family's median is too much. In the tiny model healthy families stay within
// 1.5; where blocks differ more by nature, their own upper quartile raises the limit.
constexpr Limits kRatio = {2, 2.5, 2, 2.5};
constexpr double kQuartileRatio = 1.5;
// What rounding to four bits may cost where no other block can tell: about 0.1 for one linear, 0.2
// for the three of an expert.
constexpr Limits kQuantisedError = {0.3, 0.6, 0.6, 0.4};
// Other roundings of activations flip single values by up to a step of their format, here and
// there.
constexpr Limits kArithmeticError = {0.05, 0.15, 0.15, 0.1};
// Choices made by rounded numbers may fall otherwise where two are nearly equal.
constexpr double kFlippedChoices = 0.05;
// An operation that is off by this much is broken even if it is so in every block.
constexpr double kBrokenError = 0.5;
// Beyond this excess one case is as clear as another; well below the clearest it may be chance.
constexpr double kClearExcess = 8;
constexpr double kUnclearShare = 1.0 / 3;

// The value that the given share of `values` does not exceed.
double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The largest error that `sample` may have under metric `m`, given those of its family.
double LimitOf(const OperationSample& sample, size_t m, const std::vector<double>& others) {
  double limit = kEqualError;
  if (sample.must_be_equal) return limit;
  if (others.empty()) {
    if (sample.form_changed) limit = kQuantisedError[m];
  } else {
    limit = std::max(
        {limit, kRatio[m] * Quantile(others, 0.5), kQuartileRatio * Quantile(others, 0.75)});
  }
  if (sample.indices) return sample.arithmetic_changed ? std::max(limit, kFlippedChoices) : limit;
  if (sample.arithmetic_changed) limit = std::max(limit, kArithmeticError[m]);
  return m == static_cast<size_t>(Metric::kOverall) ? std::min(limit, kBrokenError) : limit;
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
    Judgement worst{.sample = i,
                    .metric = Metric::kOverall,
                    .error = 0,
                    .usual = 0,
                    .excess = 1,
                    .clear = true};
    for (size_t m = 0; m < kMetrics; ++m) {
      std::vector<double> others;
      for (const size_t other : families[sample.family]) {
        if (other != i && samples[other].errors[m] >= 0) others.push_back(samples[other].errors[m]);
      }
      const double excess = sample.errors[m] / LimitOf(sample, m, others);
      if (excess <= worst.excess) continue;
      worst = {i, static_cast<Metric>(m), sample.errors[m], Quantile(others, 0.5), excess, true};
    }
    if (worst.excess > 1) judgements.push_back(worst);
  }
  double farthest = 0;
  for (const Judgement& j : judgements)
    farthest = std::max(farthest, std::min(j.excess, kClearExcess));
  for (Judgement& j : judgements) j.clear = j.excess >= kUnclearShare * farthest;
  std::stable_partition(judgements.begin(), judgements.end(),
                        [](const Judgement& j) { return j.clear; });
  return judgements;
}

}  // namespace nibble
