#include "study/weight_difference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "study/module_matrix.h"
#include "study/weight_signature.h"

namespace nibble {
namespace {

// What a change of form may cost a weight: four bits about 0.1, and a row of it somewhat more.
constexpr double kQuantisedWeight = 0.12;
constexpr double kQuantisedRow = 0.3;
constexpr double kEqualWeight = 1e-7;
constexpr size_t kRowsPerTask = 64;
constexpr size_t kClosely = 4;  // tensors whose difference is explained
constexpr double kAsFarOut = 0.3;

struct RowSums {
  double difference2 = 0;
  double expected2 = 0;
};

RowSums SumsOf(std::span<const double> a, std::span<const double> b) {
  RowSums sums;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = a[i] == b[i] ? 0 : b[i] - a[i];
    sums.difference2 += difference * difference;
    sums.expected2 += a[i] * a[i];
  }
  // A NaN or an infinity is as wrong as can be.
  if (!std::isfinite(sums.difference2)) sums.difference2 = std::numeric_limits<double>::infinity();
  if (!std::isfinite(sums.expected2)) sums.expected2 = 0;
  return sums;
}

double Ratio(double difference2, double expected2) {
  return difference2 == 0 ? 0 : std::sqrt(difference2 / expected2);
}

void CompareRows(const EncodedMatrix& a, const EncodedMatrix& b, ThreadPool& pool,
                 WeightDifference* result) {
  const size_t rows = static_cast<size_t>(a.rows);
  std::vector<RowSums> sums(rows);
  pool.ParallelFor((rows + kRowsPerTask - 1) / kRowsPerTask, [&](size_t task, size_t) {
    std::vector<double> row_a(static_cast<size_t>(a.cols));
    std::vector<double> row_b(static_cast<size_t>(a.cols));
    for (size_t row = task * kRowsPerTask; row < std::min(rows, (task + 1) * kRowsPerTask); ++row) {
      DecodeRow(a, static_cast<int64_t>(row), std::span(row_a));
      DecodeRow(b, static_cast<int64_t>(row), std::span(row_b));
      sums[row] = SumsOf(row_a, row_b);
    }
  });
  RowSums all;
  for (const RowSums& row : sums) {
    all.difference2 += row.difference2;
    all.expected2 += row.expected2;
  }
  result->relative = Ratio(all.difference2, all.expected2);
  result->finite = std::isfinite(all.difference2);
  const double mean = all.expected2 / static_cast<double>(std::max<size_t>(rows, 1));
  for (size_t row = 0; row < rows; ++row) {
    const double error = Ratio(sums[row].difference2, std::max(mean, sums[row].expected2));
    if (result->row >= 0 && error <= result->worst_row) continue;
    result->worst_row = error;
    result->row = static_cast<int64_t>(row);
  }
}

// A table of integers: the share of entries that differ, and of the worst row.
void CompareTables(const LoadedMatrix& a, const LoadedMatrix& b, WeightDifference* result) {
  const size_t cols = static_cast<size_t>(a.cols);
  const size_t rows = static_cast<size_t>(a.rows);
  size_t changed = 0;
  for (size_t row = 0; row < rows; ++row) {
    size_t here = 0;
    for (size_t i = row * cols; i < (row + 1) * cols; ++i)
      here += std::memcmp(a.data.data() + 8 * i, b.data.data() + 8 * i, 8) != 0 ? 1u : 0u;
    changed += here;
    const double error = static_cast<double>(here) / static_cast<double>(cols);
    if (result->row >= 0 && error <= result->worst_row) continue;
    result->worst_row = error;
    result->row = static_cast<int64_t>(row);
  }
  result->relative = static_cast<double>(changed) / static_cast<double>(rows * cols);
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// How far a tensor is out of the ordinary: against its forms, and against its kind where there are
// several (the experts).
std::vector<double> Excesses(std::span<const WeightDifference> differences) {
  std::map<Role, std::pair<std::vector<double>, std::vector<double>>> kinds;
  for (const WeightDifference& d : differences) {
    kinds[d.module.role].first.push_back(d.relative);
    kinds[d.module.role].second.push_back(d.worst_row);
  }
  std::vector<double> excesses;
  for (const WeightDifference& d : differences) {
    const auto& [relatives, rows] = kinds[d.module.role];
    const bool same = d.form_a == d.form_b;
    double usual = same ? kEqualWeight : kQuantisedWeight;
    double usual_row = same ? kEqualWeight : kQuantisedRow;
    if (relatives.size() > 2) {
      usual = std::max(kEqualWeight, Median(relatives));
      usual_row = std::max(kEqualWeight, Median(rows));
    }
    excesses.push_back(std::max(d.relative / usual, d.worst_row / usual_row));
  }
  return excesses;
}

}  // namespace

Result<std::vector<WeightDifference>> CompareWeights(const Checkpoint& a, const Checkpoint& b,
                                                     std::span<const Module> modules,
                                                     ThreadPool& pool) {
  std::vector<WeightDifference> differences;
  for (const Module& module : modules) {
    NIBBLE_ASSIGN(const LoadedMatrix matrix_a, LoadModuleAsMatrix(a, module));
    NIBBLE_ASSIGN(const LoadedMatrix matrix_b, LoadModuleAsMatrix(b, module));
    WeightDifference difference;
    difference.module = module;
    difference.name = WeightName(b, module);
    difference.form_a = matrix_a.form;
    difference.form_b = matrix_b.form;
    if (matrix_a.form == Form::kI64) {
      CompareTables(matrix_a, matrix_b, &difference);
    } else {
      CompareRows(matrix_a.view(), matrix_b.view(), pool, &difference);
    }
    differences.push_back(std::move(difference));
  }
  const std::vector<double> excesses = Excesses(differences);
  std::vector<size_t> order(differences.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t x, size_t y) { return excesses[x] > excesses[y]; });
  std::vector<WeightDifference> sorted;
  for (const size_t i : order) {
    WeightDifference& difference = differences[i];
    // A closer look takes reading it and its relatives again: only for those that are about as far
    // out as the first.
    const bool suspicious =
        sorted.size() < kClosely && excesses[i] > 1 && excesses[i] > kAsFarOut * excesses[order[0]];
    if (!difference.finite) {
      difference.signature = "it holds NaN or infinity";
    } else if (suspicious) {
      NIBBLE_ASSIGN(difference.signature, SignatureOf(a, b, difference.module));
    }
    sorted.push_back(std::move(difference));
  }
  return sorted;
}

}  // namespace nibble
