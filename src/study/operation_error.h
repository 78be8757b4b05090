// How far values lie from the expected ones, collected row by row: over all, in the worst row (a
// token), in the worst channel (a row of some weight).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nibble {

// A relative error and where it is: a position or a channel, -1 when there is none.
struct WorstError {
  double error = 0;
  int64_t at = -1;
};

class ErrorSums {
 public:
  // `channels`: also keep sums per channel.
  explicit ErrorSums(bool channels) : keep_channels_(channels) {}

  void Add(int64_t position, std::span<const float> expected, std::span<const float> actual);
  // Sets of indices; the order does not matter, -1 is none.
  void AddIndices(int64_t position, std::span<const int32_t> expected,
                  std::span<const int32_t> actual);

  // rms(difference) / rms(expected) over all rows; for index sets the share of rows that differ.
  // Infinity when a value is not finite on one side only, or where the expected values are all 0.
  double Relative() const;
  // One row's or one channel's rms difference against its rms or that of the whole array, whichever
  // is larger: a small row may not look bad for a small error. A channel of few rows has no average
  // to speak of: none then.
  WorstError WorstRow() const;
  WorstError WorstChannel() const;

  struct Row {
    int64_t position = 0;
    double difference2 = 0;  // sum of squares
    double expected2 = 0;
    int64_t cols = 0;
  };
  std::span<const Row> rows() const { return rows_; }
  // The relative error of one of rows().
  double RowError(const Row& row) const;
  int64_t changed() const { return changed_; }

 private:
  struct Channel {
    double difference2 = 0;
    double expected2 = 0;
    int64_t rows = 0;
  };
  double MeanSquare() const;

  bool keep_channels_;
  std::vector<Row> rows_;
  std::vector<Channel> channels_;
  double difference2_ = 0;
  double expected2_ = 0;
  int64_t values_ = 0;
  int64_t changed_ = 0;
  bool indices_ = false;
};

}  // namespace nibble
