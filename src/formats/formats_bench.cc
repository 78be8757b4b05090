// Speed of the codecs on one thread, in values a second, on rows that lie in the caches.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "formats/form.h"
#include "formats/fp8_block.h"
#include "formats/mxfp4.h"
#include "formats/mxfp4_to_nvfp4.h"
#include "formats/nvfp4.h"

namespace nibble {
namespace {

constexpr size_t kValues = 4096;

std::vector<float> Normal() {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 0.02f);
  std::vector<float> values(kValues);
  for (float& v : values) v = normal(random);
  return values;
}

void CountValues(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kValues));
}

void QuantizeNvfp4Max(benchmark::State& state) {
  const std::vector<float> values = Normal();
  const float tensor_scale = Nvfp4TensorScale(AbsMax(values));
  std::vector<uint8_t> packed(kValues / 2), scales(kValues / 16);
  for (auto _ : state) {
    QuantizeNvfp4(values, tensor_scale, packed.data(), scales.data());
    benchmark::DoNotOptimize(packed.data());
  }
  CountValues(state);
}
BENCHMARK(QuantizeNvfp4Max);

void AbsMaxAndFinite(benchmark::State& state) {
  const std::vector<float> values = Normal();
  for (auto _ : state) {
    benchmark::DoNotOptimize(AbsMax(values));
    benchmark::DoNotOptimize(FirstNonFinite(values));
  }
  CountValues(state);
}
BENCHMARK(AbsMaxAndFinite);

void Decode(benchmark::State& state, Form form) {
  const std::vector<uint8_t> data(kValues * 4, 0x35);
  const std::vector<uint8_t> scales(kValues / 16, 0x70);
  std::vector<float> out(kValues);
  const EncodedMatrix m{.form = form,
                        .rows = 1,
                        .cols = static_cast<int64_t>(kValues),
                        .data = data.data(),
                        .scales = scales.data()};
  for (auto _ : state) {
    DecodeRow(m, 0, std::span(out));
    benchmark::DoNotOptimize(out.data());
  }
  CountValues(state);
}
BENCHMARK_CAPTURE(Decode, bf16, Form::kBF16);
BENCHMARK_CAPTURE(Decode, fp8, Form::kFp8);
BENCHMARK_CAPTURE(Decode, mxfp4, Form::kMxfp4);
BENCHMARK_CAPTURE(Decode, nvfp4, Form::kNvfp4);

void Cast(benchmark::State& state) {
  const std::vector<uint8_t> packed(kValues / 2, 0x85);
  const std::vector<uint8_t> scales(kValues / 32, 120);
  std::vector<uint8_t> out(kValues / 2), block_scales(kValues / 16);
  for (auto _ : state) {
    CastMxfp4ToNvfp4(packed, scales, -7, false, out.data(), block_scales.data());
    benchmark::DoNotOptimize(out.data());
  }
  CountValues(state);
}
BENCHMARK(Cast);

void FakeQuantize(benchmark::State& state, void (*quantise)(std::span<float>)) {
  std::vector<float> values = Normal();
  for (auto _ : state) {
    quantise(values);
    benchmark::DoNotOptimize(values.data());
  }
  CountValues(state);
}
BENCHMARK_CAPTURE(FakeQuantize, fp8_128, [](std::span<float> v) { FakeQuantizeFp8(v, 128); });
BENCHMARK_CAPTURE(FakeQuantize, mxfp4_32, [](std::span<float> v) { FakeQuantizeMxfp4(v); });
BENCHMARK_CAPTURE(FakeQuantize, nvfp4,
                  [](std::span<float> v) { FakeQuantizeNvfp4Activations(v, 0.01f); });

}  // namespace
}  // namespace nibble

BENCHMARK_MAIN();
