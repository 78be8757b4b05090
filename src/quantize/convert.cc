#include "quantize/convert.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/nvfp4.h"

namespace nibble {
namespace {

std::span<uint8_t> AsU8(std::span<std::byte> bytes) {
  return {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()};
}

Status CheckE8m0(const SourceMatrix& matrix, std::span<const uint8_t> scales) {
  if (LargestE8m0(scales) != kE8m0Nan) return {};
  const auto first = std::find(scales.begin(), scales.end(), kE8m0Nan) - scales.begin();
  return InvalidInput("{}: scale {} is byte 255 (NaN), {} in all", Where(matrix.scale), first,
                      std::count(scales.begin(), scales.end(), kE8m0Nan));
}

Status CheckF32Scales(const SourceMatrix& matrix, std::span<const std::byte> bytes) {
  for (size_t i = 0; i < bytes.size() / sizeof(float); ++i) {
    float scale = 0;
    std::memcpy(&scale, bytes.data() + i * sizeof(float), sizeof(float));
    if (!std::isfinite(scale) || scale <= 0) {
      return InvalidInput("{}: scale {} is {}, not a positive number", Where(matrix.scale), i,
                          scale);
    }
  }
  return {};
}

void Measure(std::span<const float> row, std::span<const float> decoded, ErrorStats* errors) {
  constexpr size_t kLanes = kNvfp4Block;  // sums side by side, so that the loop vectorises
  double error_squares[kLanes] = {};
  double squares[kLanes] = {};
  float largest[kLanes] = {};
  for (size_t i = 0; i < row.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float value = row[i + lane];
      const float error = std::fabs(value - decoded[i + lane]);
      error_squares[lane] += static_cast<double>(error) * static_cast<double>(error);
      squares[lane] += static_cast<double>(value) * static_cast<double>(value);
      largest[lane] = error > largest[lane] ? error : largest[lane];
    }
  }
  ErrorStats sum{.values = row.size()};
  for (size_t lane = 0; lane < kLanes; ++lane) {
    sum.error_squares += error_squares[lane];
    sum.squares += squares[lane];
    sum.largest = std::max(sum.largest, static_cast<double>(largest[lane]));
  }
  errors->Add(sum);
}

}  // namespace

void ErrorStats::Add(const ErrorStats& other) {
  values += other.values;
  error_squares += other.error_squares;
  squares += other.squares;
  largest = std::max(largest, other.largest);
}

double ErrorStats::MeanSquaredError() const {
  return values == 0 ? 0 : error_squares / static_cast<double>(values);
}

double ErrorStats::RelativeRms() const {
  return squares == 0 ? 0 : std::sqrt(error_squares / squares);
}

std::span<std::byte> ByteBuffer::Get(uint64_t bytes) {
  if (bytes > capacity_) {
    data_.reset();  // never both at once
    data_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
    capacity_ = bytes;
  }
  return {data_.get(), bytes};
}

Status GroupConverter::Convert(const Group& group, const Sink& sink) {
  if (loaded_.size() < group.joint.size()) loaded_.resize(group.joint.size());
  return *plan_.settings.recipe == Recipe::kCast ? Cast(group, sink) : Max(group, sink);
}

Status GroupConverter::LoadScales(const SourceMatrix& matrix, Loaded* loaded) {
  if (!matrix.scale) return {};
  const std::span<std::byte> bytes = loaded->scale.Get(matrix.scale.bytes);
  NIBBLE_TRY(matrix.scale.Read(0, bytes));
  return matrix.f32_scales() ? CheckF32Scales(matrix, bytes) : CheckE8m0(matrix, AsU8(bytes));
}

Status GroupConverter::LoadWeight(const SourceMatrix& matrix, Loaded* loaded) {
  return matrix.weight.Read(0, loaded->weight.Get(matrix.weight.bytes));
}

Status GroupConverter::Cast(const Group& group, const Sink& sink) {
  uint8_t largest = 0;
  for (size_t i = 0; i < group.joint.size(); ++i) {
    const SourceMatrix& matrix = plan_.linears[group.joint[i]].source;
    NIBBLE_TRY(LoadScales(matrix, &loaded_[i]));
    largest = std::max(largest, LargestE8m0(AsU8(loaded_[i].scale.Get(matrix.scale.bytes))));
  }
  const int kmax = CastKmax(largest);
  for (size_t i = 0; i < group.members.size(); ++i) {
    const SourceMatrix& matrix = plan_.linears[group.members[i]].source;
    NIBBLE_TRY(LoadWeight(matrix, &loaded_[i]));
    const std::span<uint8_t> codes = AsU8(loaded_[i].weight.Get(matrix.weight.bytes));
    const std::span<std::byte> block_scales = block_scales_.Get(2 * matrix.scale.bytes);
    ConvertedLinear out{.index = group.members[i],
                        .packed = std::as_bytes(codes),
                        .block_scales = block_scales,
                        .tensor_scale = CastTensorScale(kmax)};
    out.cast = CastMxfp4ToNvfp4(codes, AsU8(loaded_[i].scale.Get(matrix.scale.bytes)), kmax,
                                plan_.settings.keep_negative_zero, codes.data(),
                                AsU8(block_scales).data());
    NIBBLE_TRY(sink(out));
  }
  return {};
}

Status GroupConverter::Max(const Group& group, const Sink& sink) {
  float amax = 0;
  for (size_t i = 0; i < group.joint.size(); ++i) {
    NIBBLE_ASSIGN(const float own, MatrixAmax(plan_.linears[group.joint[i]].source, &loaded_[i]));
    amax = std::max(amax, own);
  }
  const float tensor_scale = Nvfp4TensorScale(amax);
  for (size_t i = 0; i < group.members.size(); ++i) {
    ConvertedLinear out = Encode(plan_.linears[group.members[i]].source, &loaded_[i], tensor_scale);
    out.index = group.members[i];
    if (Nvfp4Vanishes(amax)) {
      out.all_zero = true;
      std::ranges::fill(packed_.Get(out.packed.size()), std::byte{0});
      std::ranges::fill(block_scales_.Get(out.block_scales.size()), std::byte{kE4m3One});
    }
    out.subnormal_scale = tensor_scale < std::numeric_limits<float>::min();
    NIBBLE_TRY(sink(out));
  }
  return {};
}

Result<float> GroupConverter::MatrixAmax(const SourceMatrix& matrix, Loaded* loaded) {
  NIBBLE_TRY(LoadScales(matrix, loaded));
  NIBBLE_TRY(LoadWeight(matrix, loaded));
  const EncodedMatrix view =
      matrix.View(loaded->weight.Get(matrix.weight.bytes), loaded->scale.Get(matrix.scale.bytes));
  row_.resize(static_cast<size_t>(matrix.cols));
  float amax = 0;
  for (int64_t row = 0; row < matrix.rows; ++row) {
    DecodeRow(view, row, std::span(row_));
    const size_t bad = FirstNonFinite(row_);
    if (bad < row_.size()) {
      return InvalidInput("{}: element [{}, {}] is {}; NaN and infinity cannot be quantised",
                          Where(matrix.weight), row, bad, row_[bad]);
    }
    amax = std::max(amax, AbsMax(row_));
  }
  return amax;
}

ConvertedLinear GroupConverter::Encode(const SourceMatrix& matrix, Loaded* loaded,
                                       float tensor_scale) {
  const auto cols = static_cast<size_t>(matrix.cols);
  const uint64_t values = matrix.values();
  const std::span<std::byte> packed = packed_.Get(values / 2);
  const std::span<std::byte> block_scales = block_scales_.Get(values / kNvfp4Block);
  const EncodedMatrix view =
      matrix.View(loaded->weight.Get(matrix.weight.bytes), loaded->scale.Get(matrix.scale.bytes));
  ConvertedLinear out{.packed = packed, .block_scales = block_scales, .tensor_scale = tensor_scale};
  row_.resize(cols);
  decoded_.resize(cols);
  for (int64_t row = 0; row < matrix.rows; ++row) {
    uint8_t* codes = AsU8(packed).data() + static_cast<size_t>(row) * (cols / 2);
    uint8_t* scales = AsU8(block_scales).data() + static_cast<size_t>(row) * (cols / kNvfp4Block);
    DecodeRow(view, row, std::span(row_));
    QuantizeNvfp4(row_, tensor_scale, codes, scales);
    DequantizeNvfp4(codes, scales, tensor_scale, decoded_);
    Measure(row_, decoded_, &out.errors);
  }
  return out;
}

}  // namespace nibble
