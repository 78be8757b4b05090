#include "study/verify_linear.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "formats/e2m1.h"
#include "formats/e8m0.h"
#include "formats/mxfp4.h"
#include "formats/nvfp4.h"

namespace nibble {
namespace {

bool SameBits(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }

// Elements [begin, end) of a row that differ, with the first one.
struct RowDifferences {
  uint64_t count = 0;
  std::string first;
};

void Compare(int64_t row, size_t column, double got, double want, RowDifferences* differences) {
  if (got == want) return;
  if (differences->count++ == 0)
    differences->first = fmt::format("[{}, {}] is {}, expected {}", row, column, got, want);
}

// What a value of a block under the window must have become: a multiple of the smallest step.
double Rounded(double value, double step) {
  const double magnitude = E2m1ToF32(E2m1Magnitude(static_cast<float>(std::fabs(value) / step)));
  return std::copysign(magnitude * step, value);
}

// The first byte in which two payloads differ, as a sentence; empty when they are equal.
std::string FirstByteDifference(std::span<const std::byte> got, std::span<const std::byte> want) {
  const auto [g, w] = std::mismatch(got.begin(), got.end(), want.begin(), want.end());
  if (g == got.end()) return "";
  return fmt::format("byte {} is 0x{:02x}, recomputed 0x{:02x}", g - got.begin(),
                     std::to_integer<int>(*g), std::to_integer<int>(*w));
}

}  // namespace

const std::string& LinearVerifier::Name(const PlannedLinear& linear, size_t part) const {
  return plan_.shards[linear.shard].entries[linear.entry + part].name;
}

Result<LinearVerifier::Stored> LinearVerifier::Load(const PlannedLinear& linear) const {
  Stored stored;
  NIBBLE_ASSIGN(stored.packed, output_.Find(Name(linear, 0))->ReadAll());
  NIBBLE_ASSIGN(stored.block_scales, output_.Find(Name(linear, 1))->ReadAll());
  const auto scalar = [](float* value) { return std::as_writable_bytes(std::span(value, 1)); };
  NIBBLE_TRY(output_.Find(Name(linear, 2))->Read(0, scalar(&stored.tensor_scale)));
  NIBBLE_TRY(output_.Find(Name(linear, 3))->Read(0, scalar(&stored.input_scale)));
  return stored;
}

void LinearVerifier::CheckScalars(const PlannedLinear& linear, const Stored& stored) {
  if (!std::isfinite(stored.tensor_scale) || stored.tensor_scale <= 0)
    on_difference_(Name(linear, 2), fmt::format("is {}, not positive", stored.tensor_scale));
  if (!std::isfinite(stored.input_scale) || stored.input_scale <= 0) {
    on_difference_(Name(linear, 3), fmt::format("is {}, not positive", stored.input_scale));
  } else if (linear.input_scale > 0 && !SameBits(stored.input_scale, linear.input_scale)) {
    on_difference_(Name(linear, 3),
                   fmt::format("is {}, expected {}", stored.input_scale, linear.input_scale));
  }
}

Status LinearVerifier::Verify(const Group& group) {
  // w1 and w3 go through one kernel: whatever the values, their scalars must agree.
  if (group.joint.size() == 2 && group.joint[0] < group.joint[1]) {
    const PlannedLinear& a = plan_.linears[group.joint[0]];
    const PlannedLinear& b = plan_.linears[group.joint[1]];
    for (const size_t part : {size_t{2}, size_t{3}}) {
      NIBBLE_ASSIGN(const auto left, output_.Find(Name(a, part))->ReadAll());
      NIBBLE_ASSIGN(const auto right, output_.Find(Name(b, part))->ReadAll());
      if (left != right) on_difference_(Name(a, part), "differs from " + Name(b, part));
    }
  }
  return *plan_.settings.recipe == Recipe::kCast ? VerifyCast(group) : VerifyMax(group);
}

Status LinearVerifier::VerifyCast(const Group& group) {
  uint8_t largest = 0;
  std::vector<std::vector<std::byte>> scales;
  for (const size_t i : group.joint) {
    NIBBLE_ASSIGN(scales.emplace_back(), plan_.linears[i].source.scale.ReadAll());
    for (const std::byte b : scales.back())
      largest = std::max(largest, std::to_integer<uint8_t>(b));
  }
  const int kmax = largest == 0 ? 0 : largest - kE8m0Bias;
  for (size_t i = 0; i < group.members.size(); ++i) {
    const PlannedLinear& linear = plan_.linears[group.members[i]];
    NIBBLE_ASSIGN(const Stored stored, Load(linear));
    CheckScalars(linear, stored);
    NIBBLE_TRY(VerifyCastLinear(linear, stored, scales[i], kmax));
  }
  return {};
}

Status LinearVerifier::VerifyCastLinear(const PlannedLinear& linear, const Stored& stored,
                                        const std::vector<std::byte>& source_scales, int kmax) {
  const SourceMatrix& source = linear.source;
  NIBBLE_ASSIGN(const std::vector<std::byte> weight, source.weight.ReadAll());
  const EncodedMatrix before = source.View(weight, source_scales);
  const EncodedMatrix after{.form = Form::kNvfp4,
                            .rows = source.rows,
                            .cols = source.cols,
                            .data = reinterpret_cast<const uint8_t*>(stored.packed.data()),
                            .scales = reinterpret_cast<const uint8_t*>(stored.block_scales.data()),
                            .tensor_scale = stored.tensor_scale};
  const auto cols = static_cast<size_t>(source.cols);
  std::vector<double> want(cols), got(cols);
  const double step = std::ldexp(1.0, kmax - 17);  // of a block under the window
  RoleReport report{.linears = 1, .blocks = source_scales.size()};
  RowDifferences differences;
  for (int64_t row = 0; row < source.rows; ++row) {
    DecodeRow(before, row, std::span(want));
    DecodeRow(after, row, std::span(got));
    for (size_t begin = 0; begin < cols; begin += kMxfp4Block) {
      const size_t block = (static_cast<size_t>(row) * cols + begin) / kMxfp4Block;
      const int exponent = before.scales[block] - kE8m0Bias;
      const auto values = std::span(want).subspan(begin, kMxfp4Block);
      const bool zero_block =
          before.scales[block] == 0 &&
          std::all_of(values.begin(), values.end(), [](double v) { return v == 0; });
      if (exponent < kmax - 17 && !zero_block) {
        ++report.cast.blocks_out_of_range;
        for (double& v : values) {
          const double rounded = Rounded(v, step);
          if (rounded != v) ++report.cast.values_changed;
          v = rounded;
        }
      }
    }
    if (std::equal(got.begin(), got.end(), want.begin())) continue;
    for (size_t i = 0; i < cols; ++i) Compare(row, i, got[i], want[i], &differences);
  }
  if (differences.count > 0) {
    on_difference_(Name(linear, 0), fmt::format("{} decoded values differ, first {}",
                                                differences.count, differences.first));
  }
  on_linear_(linear, report);
  return {};
}

Status LinearVerifier::VerifyMax(const Group& group) {
  return converter_.Convert(group, [&](const ConvertedLinear& expected) -> Status {
    const PlannedLinear& linear = plan_.linears[expected.index];
    NIBBLE_ASSIGN(const Stored stored, Load(linear));
    CheckScalars(linear, stored);
    CompareMax(linear, stored, expected);
    on_linear_(linear, {.linears = 1,
                        .blocks = expected.block_scales.size(),
                        .cast = {},
                        .errors = expected.errors});
    return {};
  });
}

void LinearVerifier::CompareMax(const PlannedLinear& linear, const Stored& stored,
                                const ConvertedLinear& expected) {
  const std::string packed = FirstByteDifference(stored.packed, expected.packed);
  if (!packed.empty()) on_difference_(Name(linear, 0), packed);
  const std::string scales = FirstByteDifference(stored.block_scales, expected.block_scales);
  if (!scales.empty()) on_difference_(Name(linear, 1), scales);
  if (!SameBits(stored.tensor_scale, expected.tensor_scale)) {
    on_difference_(Name(linear, 2),
                   fmt::format("is {}, recomputed {}", stored.tensor_scale, expected.tensor_scale));
  }
}

}  // namespace nibble
