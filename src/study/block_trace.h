// Tracers of `compare`: one records what checkpoint A computes, the other holds checkpoint B
// against it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/tracer.h"
#include "study/operation_error.h"

namespace nibble {

// Everything one block computed, by trace name and position.
class Recording {
 public:
  // Empty when there is no such row.
  std::span<const float> Values(const std::string& name, int64_t position) const;
  std::span<const int32_t> Indices(const std::string& name, int64_t position) const;

  void Add(const std::string& name, int64_t position, std::span<const float> values);
  void Add(const std::string& name, int64_t position, std::span<const int32_t> values);

 private:
  template <class T>
  struct Table {
    std::vector<T> data;
    std::unordered_map<int64_t, std::pair<size_t, size_t>> rows;  // position -> begin, size

    std::span<const T> Find(int64_t position) const;
    void Add(int64_t position, std::span<const T> values);
  };
  std::unordered_map<std::string, Table<float>> values_;
  std::unordered_map<std::string, Table<int32_t>> indices_;
};

// Records a step of one item. The pass goes on with the recorded F32 values, so that B, which is
// given them, can agree to the last bit.
class RecordingTracer : public Tracer {
 public:
  explicit RecordingTracer(Recording* recording) : recording_(recording) {}
  bool Wants(const std::string& name) override;
  bool Rows(const std::string& name, const TraceRows& rows, std::span<float> values,
            int64_t cols) override;
  bool Rows(const std::string& name, const TraceRows& rows, std::span<int32_t> values,
            int64_t cols) override;

 private:
  Recording* recording_;
};

// What the items of a measured step are.
enum MeasuredItem : int32_t {
  kForced = 0,  // every operation on A's inputs: its own error
  kLayer = 1,   // the block from A's input streams: errors flow inside the block only
  kPiled = 2,   // the block from B's own streams: everything since the embedding
  kMeasuredItems = 3,
};

// Measures a step of kMeasuredItems items against a recording, and gives the forced item A's
// values.
class MeasuringTracer : public Tracer {
 public:
  struct Errors {
    ErrorSums own{true};
    ErrorSums layer{false};
    ErrorSums piled{false};
    ErrorSums& of(int32_t item) { return item == kForced ? own : item == kLayer ? layer : piled; }
  };

  explicit MeasuringTracer(const Recording& expected) : expected_(expected) {}
  bool Wants(const std::string& name) override;
  bool Rows(const std::string& name, const TraceRows& rows, std::span<float> values,
            int64_t cols) override;
  bool Rows(const std::string& name, const TraceRows& rows, std::span<int32_t> values,
            int64_t cols) override;

  const std::map<std::string, Errors>& errors() const { return errors_; }

 private:
  const Recording& expected_;
  std::map<std::string, Errors> errors_;
};

}  // namespace nibble
