// How near the matrix-vector product comes to plain reading, and the matrix product to the peak of
// the BF16 dot instruction. Machines are shared and their bandwidth swings, so every measurement
// stands between two readings of as many bytes by as many threads, and the median of the ratios
// counts.
//   linear_bench [seconds per line, default 2]
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "kernels/linear/linear.h"
#include "kernels/linear/random_matrix.h"
#include "kernels/linear/yardsticks.h"

namespace nibble {
namespace {

double Seconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

constexpr int64_t kCols = 4096;
constexpr int64_t kMatrixBytes = int64_t{320} << 20;

// Copies of a small random matrix below each other: making 300 MB of random numbers would take
// longer than measuring them.
PackedMatrix MakeMatrix(Form form, int64_t bytes, HugePageArena& arena) {
  const RandomMatrix part(form, 128, kCols, 1);
  const int64_t copies = bytes / static_cast<int64_t>(part.data.size() + part.scales.size());
  EncodedMatrix whole = part.view;
  std::vector<uint8_t> data, scales;
  for (int64_t i = 0; i < copies; ++i) {
    data.insert(data.end(), part.data.begin(), part.data.end());
    scales.insert(scales.end(), part.scales.begin(), part.scales.end());
  }
  whole.rows = 128 * copies;
  whole.data = data.data();
  whole.scales = scales.data();
  return PackedMatrix::Build(whole, arena).value();
}

void MatrixVectorTable(double seconds_per_line) {
  fmt::print("matrix-vector, K {}, {} MiB of weights, BF16 activations\n", kCols,
             kMatrixBytes >> 20);
  fmt::print("{:>7} {:>5} {:>8} {:>12} {:>11} {:>7}\n", "weights", "rows", "threads", "read GB/s",
             "GB/s", "ratio");
  HugePageArena arena;
  const std::shared_ptr<std::byte> memory = arena.Allocate(kMatrixBytes).value();
  std::byte* plain = memory.get();
  std::memset(plain, 1, kMatrixBytes);
  for (const Form form : {Form::kNvfp4, Form::kMxfp4, Form::kFp8, Form::kBF16}) {
    HugePageArena weights;
    const PackedMatrix w = MakeMatrix(form, kMatrixBytes, weights);
    for (const size_t threads : {1u, 2u}) {
      ThreadPool pool(threads);
      LinearRunner runner = LinearRunner::Create(pool, DetectCpu()).value();
      for (const int64_t rows : {1, 2, 4}) {
        const auto x = RandomActivations(rows * kCols, 2);
        std::vector<float> y(static_cast<size_t>(rows * w.rows()));
        const auto read = [&] { ReadPlainly(plain, static_cast<size_t>(w.bytes()), pool); };
        const auto multiply = [&] {
          runner.Run({.w = &w,
                      .x = x.data(),
                      .x_stride = kCols,
                      .rows = rows,
                      .y = y.data(),
                      .y_stride = w.rows()});
        };
        std::vector<double> ratios, rates, read_rates;
        double spent = 0, before = Seconds(read);
        while (spent < seconds_per_line || ratios.size() < 7) {
          const double took = Seconds(multiply);
          const double after = Seconds(read);
          ratios.push_back((before + after) / 2 / took);
          rates.push_back(static_cast<double>(w.bytes()) / took * 1e-9);
          read_rates.push_back(static_cast<double>(w.bytes()) / after * 1e-9);
          before = after;
          spent += took + after;
        }
        fmt::print("{:>7} {:>5} {:>8} {:>12.1f} {:>11.1f} {:>6.1f}%\n", NameOf(form), rows, threads,
                   Median(read_rates), Median(rates), Median(ratios) * 100);
        std::fflush(stdout);
      }
    }
  }
}

void MatrixMatrixTable(double seconds_per_line) {
  constexpr int64_t kRows = 512;
  fmt::print("\nmatrix product, {} rows of activations, N 8192, K {}\n", kRows, kCols);
  fmt::print("{:>7} {:>8} {:>12} {:>11} {:>7}\n", "weights", "threads", "dot TFLOP/s", "TFLOP/s",
             "ratio");
  for (const Form form : {Form::kNvfp4, Form::kMxfp4, Form::kFp8, Form::kBF16}) {
    HugePageArena weights;
    const RandomMatrix m(form, 8192, kCols, 1);
    const PackedMatrix w = PackedMatrix::Build(m.view, weights).value();
    const auto x = RandomActivations(kRows * kCols, 2);
    std::vector<float> y(static_cast<size_t>(kRows * w.rows()));
    for (const size_t threads : {1u, 2u}) {
      ThreadPool pool(threads);
      LinearRunner runner = LinearRunner::Create(pool, DetectCpu()).value();
      const double flops = 2.0 * kRows * kCols * static_cast<double>(w.rows());
      std::vector<double> ratios, rates, peaks;
      double spent = 0, before = DotPeakFlops(pool);
      while (spent < seconds_per_line || ratios.size() < 3) {
        const double took = Seconds([&] {
          runner.Run({.w = &w,
                      .x = x.data(),
                      .x_stride = kCols,
                      .rows = kRows,
                      .y = y.data(),
                      .y_stride = w.rows()});
        });
        const double after = DotPeakFlops(pool);
        ratios.push_back(flops / took / ((before + after) / 2));
        rates.push_back(flops / took * 1e-12);
        peaks.push_back(after * 1e-12);
        before = after;
        spent += took;
      }
      fmt::print("{:>7} {:>8} {:>12.3f} {:>11.3f} {:>6.1f}%\n", NameOf(form), threads,
                 Median(peaks), Median(rates), Median(ratios) * 100);
      std::fflush(stdout);
    }
  }
}

}  // namespace
}  // namespace nibble

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2.0;
  nibble::MatrixVectorTable(seconds);
  nibble::MatrixMatrixTable(seconds);
}
