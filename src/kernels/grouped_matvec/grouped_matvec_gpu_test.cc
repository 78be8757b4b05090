// The CUDA implementation against the reference. Needs a Hopper device.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "kernels/grouped_matvec/device_buffer.h"
#include "kernels/grouped_matvec/grouped_matvec.h"
#include "kernels/grouped_matvec/matvec_test_data.h"

namespace nibble {
namespace {

bool NoDevice() {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess && count > 0) return false;
  std::fprintf(stderr, "SKIPPED: no CUDA device\n");
  return true;
}

// Runs `expert` pairs through the implementation called `name`, from host data.
std::vector<float> RunOn(std::string_view name, const MatVecExperts& experts,
                         const std::vector<int32_t>& expert, const std::vector<uint16_t>& x,
                         int32_t pairs_per_input) {
  const auto groups = GroupPairs(expert);
  const size_t outputs = expert.size() * static_cast<size_t>(experts.rows);
  GroupedMatVecProblem p{.form = experts.form,
                         .rows = experts.rows,
                         .cols = experts.cols,
                         .codes = experts.codes.data(),
                         .scales = experts.scales.data(),
                         .tensor_scales = experts.tensor_scales.data(),
                         .groups = groups.data(),
                         .group_count = static_cast<int64_t>(groups.size()),
                         .x = x.data(),
                         .pairs_per_input = pairs_per_input};
  const auto rows = GroupedMatVecImplementations();
  std::vector<float> y(outputs);
  const auto run = [&] {
    const auto chosen =
        Choose(std::span<const GroupedMatVecImplementation>(rows), p, DetectCpu(), name);
    EXPECT_TRUE(chosen.ok()) << (chosen.ok() ? "" : chosen.error().message());
    if (!chosen.ok()) return;
    EXPECT_TRUE(chosen.value()->run(p).ok());
  };
  if (name == "reference") {
    p.y = y.data();
    run();
    return y;
  }
  const DeviceBuffer<uint8_t> codes(experts.codes), scales(experts.scales);
  const DeviceBuffer<float> tensor_scales(experts.tensor_scales), out(outputs);
  const DeviceBuffer<MatVecGroup> device_groups(groups);
  const DeviceBuffer<uint16_t> device_x(x);
  p.place = Place::kCuda;
  p.codes = codes.data();
  p.scales = scales.data();
  p.tensor_scales = tensor_scales.data();
  p.groups = device_groups.data();
  p.x = device_x.data();
  p.y = out.data();
  run();
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  return out.Fetch();
}

std::vector<uint16_t> Inputs(int64_t count) {
  std::vector<uint16_t> x;
  for (const float v : RandomActivations(count, 3)) x.push_back(Bf16FromF32(v));
  return x;
}

TEST(GroupedMatVecGpuTest, EqualsTheReference) {
  if (NoDevice()) GTEST_SKIP();
  for (const Form form : {Form::kNvfp4, Form::kMxfp4}) {
    for (const auto& [n, k] : {std::pair<int64_t, int64_t>{16, 64}, {64, 320}, {256, 2048}}) {
      const MatVecExperts experts(form, 5, n, k);
      const std::vector<int32_t> expert = {4, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 2};
      const auto x = Inputs(4 * k);
      const auto want = RunOn("reference", experts, expert, x, 3);
      const auto got = RunOn("sm90", experts, expert, x, 3);
      // Against the magnitude of the terms, about sqrt(K) times that of a sum.
      double largest = 0;
      for (const float v : want) largest = std::max(largest, std::abs(double{v}));
      ASSERT_GT(largest, 0);
      for (size_t i = 0; i < want.size(); ++i) {
        ASSERT_NEAR(got[i], want[i], largest * 1e-5)
            << NameOf(form) << " " << n << "x" << k << " output " << i;
      }
    }
  }
}

TEST(GroupedMatVecGpuTest, APairDoesNotSeeTheOthers) {
  if (NoDevice()) GTEST_SKIP();
  const MatVecExperts experts(Form::kNvfp4, 3, 128, 1024);
  const std::vector<int32_t> expert = {0, 1, 1, 1, 2, 1};
  const auto x = Inputs(6 * 1024);
  const auto all = RunOn("sm90", experts, expert, x, 1);
  for (size_t pair = 0; pair < expert.size(); ++pair) {
    const std::vector<uint16_t> own(x.begin() + static_cast<int64_t>(pair) * 1024,
                                    x.begin() + static_cast<int64_t>(pair + 1) * 1024);
    const auto alone = RunOn("sm90", experts, {expert[pair]}, own, 1);
    for (size_t i = 0; i < alone.size(); ++i) ASSERT_EQ(alone[i], all[pair * 128 + i]);
  }
}

TEST(GroupedMatVecGpuTest, AllCodesAndScales) {
  if (NoDevice()) GTEST_SKIP();
  // One nonzero input at a time shows every code under every scale.
  const MatVecExperts experts(Form::kNvfp4, 1, 16, 64);
  std::vector<uint16_t> x(64 * 64, 0);
  for (size_t i = 0; i < 64; ++i) x[i * 64 + i] = Bf16FromF32(1.0f);
  const std::vector<int32_t> expert(64, 0);
  const auto got = RunOn("sm90", experts, expert, x, 1);
  EXPECT_EQ(got, RunOn("reference", experts, expert, x, 1));
}

}  // namespace
}  // namespace nibble
