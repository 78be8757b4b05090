// Bytes of expert weights per second on a CUDA device, against the copy rate of the card.
#include <algorithm>
#include <cstdio>
#include <random>

#include "kernels/grouped_matvec/device_buffer.h"
#include "kernels/grouped_matvec/grouped_matvec.h"
#include "kernels/grouped_matvec/matvec_test_data.h"

namespace nibble {
namespace {

// Seconds of `run` on the device, the median of some repetitions.
template <class F>
double DeviceSeconds(const F& run) {
  cudaEvent_t begin = nullptr, end = nullptr;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  std::vector<float> times;
  for (int i = 0; i < 21; ++i) {
    cudaEventRecord(begin);
    run();
    cudaEventRecord(end);
    cudaEventSynchronize(end);
    float ms = 0;
    cudaEventElapsedTime(&ms, begin, end);
    times.push_back(ms);
  }
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  std::sort(times.begin(), times.end());
  return double{times[times.size() / 2]} * 1e-3;
}

// Bytes moved per second (read and written) by a device-to-device copy of 1 GiB.
double CopyRate() {
  constexpr size_t kBytes = size_t{1} << 30;
  const DeviceBuffer<uint8_t> from(kBytes), to(kBytes);
  cudaMemset(from.data(), 1, kBytes);
  const double seconds = DeviceSeconds(
      [&] { cudaMemcpyAsync(to.data(), from.data(), kBytes, cudaMemcpyDeviceToDevice); });
  return 2.0 * kBytes / seconds;
}

constexpr int64_t kRows = 2048, kCols = 4096;  // w1 of DeepSeek-V4-Flash
constexpr int kMatrices = 128;                 // w1 and w3 of 64 experts: far above the cache
constexpr int kTopK = 6;

void Bench(Form form, int tokens, double copy_rate) {
  const MatVecExperts part(form, 1, kRows, kCols);
  const size_t code_bytes = part.codes.size(), scale_bytes = part.scales.size();
  const DeviceBuffer<uint8_t> codes(code_bytes * kMatrices), scales(scale_bytes * kMatrices);
  for (size_t e = 0; e < kMatrices; ++e) {
    cudaMemcpy(codes.data() + e * code_bytes, part.codes.data(), code_bytes,
               cudaMemcpyHostToDevice);
    cudaMemcpy(scales.data() + e * scale_bytes, part.scales.data(), scale_bytes,
               cudaMemcpyHostToDevice);
  }
  const DeviceBuffer<float> tensor_scales(std::vector<float>(kMatrices, part.tensor_scales[0]));

  // Each launch takes w1 and w3 of other experts than the one before it, so nothing is in the
  // cache.
  constexpr int kLaunches = 10;
  std::mt19937 random(1);
  std::vector<MatVecGroup> groups;
  std::vector<int64_t> begins = {0};
  double matrices_read = 0;
  std::vector<int32_t> order(kMatrices / 2);
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int32_t>(i);
  for (int launch = 0; launch < kLaunches; ++launch) {
    std::vector<int32_t> expert;
    for (int t = 0; t < tokens; ++t) {
      std::rotate(order.begin(), order.begin() + kTopK, order.end());
      if (tokens > 1) std::shuffle(order.begin(), order.end(), random);
      for (size_t k = 0; k < kTopK; ++k) {
        expert.push_back(order[k] * 2);
        expert.push_back(order[k] * 2 + 1);
      }
    }
    const auto more = GroupPairs(expert);
    for (size_t i = 0; i < more.size(); ++i) {
      matrices_read += i == 0 || more[i].expert != more[i - 1].expert;
    }
    groups.insert(groups.end(), more.begin(), more.end());
    begins.push_back(static_cast<int64_t>(groups.size()));
  }
  const DeviceBuffer<MatVecGroup> device_groups(groups);
  std::vector<uint16_t> inputs;
  for (const float v : RandomActivations(tokens * kCols, 3)) inputs.push_back(Bf16FromF32(v));
  const DeviceBuffer<uint16_t> x(inputs);
  const DeviceBuffer<float> y(static_cast<size_t>(tokens * kTopK * 2 * kRows));
  GroupedMatVecProblem p{.place = Place::kCuda,
                         .form = form,
                         .rows = kRows,
                         .cols = kCols,
                         .codes = codes.data(),
                         .scales = scales.data(),
                         .tensor_scales = tensor_scales.data(),
                         .groups = nullptr,
                         .group_count = 0,
                         .x = x.data(),
                         .pairs_per_input = kTopK * 2,
                         .y = y.data()};
  const auto rows = GroupedMatVecImplementations();
  const auto* implementation =
      Choose(std::span<const GroupedMatVecImplementation>(rows), p, DetectCpu()).value();
  const double seconds = DeviceSeconds([&] {
    for (size_t launch = 0; launch < kLaunches; ++launch) {
      p.groups = device_groups.data() + begins[launch];
      p.group_count = begins[launch + 1] - begins[launch];
      NIBBLE_CHECK(implementation->run(p).ok(), "launch");
    }
  });
  const double rate = matrices_read * static_cast<double>(code_bytes + scale_bytes) / seconds;
  std::printf("%6s %7d %12.1f %14.1f %12.0f %8.1f%%\n", std::string(NameOf(form)).c_str(), tokens,
              matrices_read / kLaunches, seconds / kLaunches * 1e6, rate * 1e-9,
              rate / copy_rate * 100);
}

}  // namespace
}  // namespace nibble

int main() {
  cudaDeviceProp device = {};
  if (cudaGetDeviceProperties(&device, 0) != cudaSuccess) {
    std::printf("no CUDA device\n");
    return 1;
  }
  const double copy_rate = nibble::CopyRate();
  std::printf("%s: copies %.0f GB/s (read and written)\n", device.name, copy_rate * 1e-9);
  std::printf("grouped matrix-vector, w1 and w3 of %d experts a token, N %ld, K %ld\n",
              nibble::kTopK, static_cast<long>(nibble::kRows), static_cast<long>(nibble::kCols));
  std::printf("%6s %7s %12s %14s %12s %9s\n", "form", "tokens", "matrices", "us a launch", "GB/s",
              "of copy");
  for (const nibble::Form form : {nibble::Form::kNvfp4, nibble::Form::kMxfp4}) {
    for (const int tokens : {1, 4, 16, 64}) nibble::Bench(form, tokens, copy_rate);
  }
}
