#include "study/tensor_stats.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "checkpoint/load.h"
#include "formats/bf16.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"

namespace nibble {
namespace {

constexpr uint64_t kPieceBytes = 1 << 20;
constexpr int64_t kRowsAtOnce = 128;

template <class T>
T Get(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

double F16ToDouble(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  const double sign = bits >> 15 ? -1 : 1;
  if (exponent == 31) return mantissa == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

using Decoder = double (*)(const std::byte*);

// Nullptr for the types that this command has no values for.
Decoder DecoderOf(DType dtype) {
  switch (dtype) {
    case DType::kBool:
    case DType::kU8:
      return [](const std::byte* p) { return static_cast<double>(Get<uint8_t>(p)); };
    case DType::kI8:
      return [](const std::byte* p) { return static_cast<double>(Get<int8_t>(p)); };
    case DType::kU16:
      return [](const std::byte* p) { return static_cast<double>(Get<uint16_t>(p)); };
    case DType::kI16:
      return [](const std::byte* p) { return static_cast<double>(Get<int16_t>(p)); };
    case DType::kU32:
      return [](const std::byte* p) { return static_cast<double>(Get<uint32_t>(p)); };
    case DType::kI32:
      return [](const std::byte* p) { return static_cast<double>(Get<int32_t>(p)); };
    case DType::kU64:
      return [](const std::byte* p) { return static_cast<double>(Get<uint64_t>(p)); };
    case DType::kI64:
      return [](const std::byte* p) { return static_cast<double>(Get<int64_t>(p)); };
    case DType::kF8E4M3:
      return [](const std::byte* p) { return static_cast<double>(E4m3ToF32(Get<uint8_t>(p))); };
    case DType::kF8E8M0:
      return [](const std::byte* p) { return static_cast<double>(E8m0ToF32(Get<uint8_t>(p))); };
    case DType::kF8E5M2:
      return [](const std::byte* p) {
        return F16ToDouble(static_cast<uint16_t>(Get<uint8_t>(p) << 8));
      };
    case DType::kF16:
      return [](const std::byte* p) { return F16ToDouble(Get<uint16_t>(p)); };
    case DType::kBF16:
      return [](const std::byte* p) { return static_cast<double>(Bf16ToF32(Get<uint16_t>(p))); };
    case DType::kF32:
      return [](const std::byte* p) { return static_cast<double>(Get<float>(p)); };
    case DType::kF64:
      return [](const std::byte* p) { return Get<double>(p); };
    default:
      return nullptr;
  }
}

Status AddValues(const StoredTensor& tensor, ValueStats* stats) {
  const Decoder decode = DecoderOf(tensor.dtype());
  if (decode == nullptr) {
    return Unsupported("{}: tensor \"{}\": there are no statistics of {}",
                       Escape(tensor.file->path().string(), 400), Escape(tensor.info->name),
                       NameOf(tensor.dtype()));
  }
  const uint64_t size = BitsOf(tensor.dtype()) / 8;
  std::vector<std::byte> piece;
  std::vector<double> values;
  for (uint64_t at = 0; at < tensor.bytes; at += piece.size()) {
    piece.resize(std::min(kPieceBytes, tensor.bytes - at));
    NIBBLE_TRY(tensor.Read(at, piece));
    values.resize(piece.size() / size);
    for (size_t i = 0; i < values.size(); ++i) values[i] = decode(piece.data() + i * size);
    stats->Add(values);
  }
  return {};
}

Status AddMatrix(const StoredModule& stored, ValueStats* stats) {
  const auto rows = static_cast<int64_t>(stored.module.shape[0]);
  std::vector<double> row(stored.module.shape[1]);
  for (int64_t begin = 0; begin < rows; begin += kRowsAtOnce) {
    const int64_t end = std::min(rows, begin + kRowsAtOnce);
    NIBBLE_ASSIGN(const LoadedMatrix m, LoadRows(stored, begin, end));
    for (int64_t r = 0; r < m.rows; ++r) {
      DecodeRow(m.view(), r, std::span(row));
      stats->Add(row);
    }
  }
  return {};
}

Status AddModule(const StoredModule& stored, TensorStats* stats) {
  stats->bytes += stored.weight.bytes + stored.scale.bytes + stored.tensor_scale.bytes +
                  stored.input_scale.bytes;
  if (!stored.scale) return AddValues(stored.weight, &stats->values);
  NIBBLE_TRY(AddMatrix(stored, &stats->values));
  NIBBLE_TRY(AddValues(stored.scale, &stats->scales));
  stats->scale_stored = NameOf(stored.scale.dtype());
  NIBBLE_ASSIGN(const LoadedMatrix scalars, LoadRows(stored, 0, 0));
  if (stored.tensor_scale) stats->tensor_scale = scalars.tensor_scale;
  if (stored.input_scale) stats->input_scale = scalars.input_scale;
  return {};
}

// The modules that the name stands for: one, or all experts of a fused stack.
std::vector<Module> ModulesNamed(const ResolvedName& name, const ModelConfig& config) {
  if (!name.fused) return {name.module};
  std::vector<Module> modules;
  for (int32_t e = 0; e < config.n_routed_experts; ++e) {
    Module m = name.module;
    m.expert = e;
    modules.push_back(m);
    if (m.role != Role::kExpertW1) continue;
    m.role = Role::kExpertW3;
    modules.push_back(m);
  }
  return modules;
}

void AppendValues(std::string_view title, const ValueStats& v, std::string* out) {
  *out += fmt::format(
      "{}: {} values, min {:.6g}, max {:.6g}, mean {:.6g}, rms {:.6g}, zeros {} ({:.2f} %)", title,
      v.count(), v.min(), v.max(), v.mean(), v.rms(), v.zeros(),
      100.0 * static_cast<double>(v.zeros()) /
          static_cast<double>(std::max<uint64_t>(1, v.count())));
  if (v.nans() > 0) *out += fmt::format(", NaN {}", v.nans());
  if (v.infinities() > 0) *out += fmt::format(", infinite {}", v.infinities());
  *out += '\n';
  const auto bars = v.Histogram();
  uint64_t most = 1;
  for (const auto& bar : bars) most = std::max(most, bar.negative + bar.positive);
  for (const auto& bar : bars) {
    const uint64_t count = bar.negative + bar.positive;
    const double share = static_cast<double>(count) / static_cast<double>(v.count());
    const auto width = static_cast<size_t>(
        std::lround(40 * static_cast<double>(count) / static_cast<double>(most)));
    *out += fmt::format("  |v| {} 2^{:<5} {:6.2f} %  {:>12} negative {:>12} positive  {}\n",
                        bar.and_below ? "<" : ">=", bar.and_below ? bar.exponent + 1 : bar.exponent,
                        100 * share, bar.negative, bar.positive, std::string(width, '#'));
  }
}

json::Value ValuesJson(const ValueStats& v) {
  json::Value out;
  out.Set("count", v.count());
  out.Set("min", v.min());
  out.Set("max", v.max());
  out.Set("mean", v.mean());
  out.Set("rms", v.rms());
  out.Set("zeros", v.zeros());
  out.Set("nans", v.nans());
  out.Set("infinities", v.infinities());
  json::Array bars;
  for (const auto& bar : v.Histogram()) {
    json::Value b;
    b.Set("exponent", bar.exponent);
    b.Set("and_below", bar.and_below);
    b.Set("negative", bar.negative);
    b.Set("positive", bar.positive);
    bars.push_back(std::move(b));
  }
  out.Set("histogram", std::move(bars));
  return out;
}

}  // namespace

void ValueStats::Add(std::span<const double> values) {
  for (const double v : values) {
    ++count_;
    if (std::isnan(v)) {
      ++nans_;
      continue;
    }
    if (std::isinf(v)) {
      ++infinities_;
      continue;
    }
    if (finite() == 1) min_ = max_ = v;
    min_ = std::min(min_, v);
    max_ = std::max(max_, v);
    sum_ += v;
    sum_of_squares_ += v * v;
    if (v == 0) {
      ++zeros_;
    } else {
      ++by_exponent_[static_cast<size_t>(std::ilogb(v) - kMinExponent)][v > 0 ? 1 : 0];
    }
  }
}

double ValueStats::amax() const { return std::max(std::abs(min()), std::abs(max())); }
double ValueStats::mean() const { return finite() == 0 ? 0 : sum_ / static_cast<double>(finite()); }
double ValueStats::rms() const {
  return finite() == 0 ? 0 : std::sqrt(sum_of_squares_ / static_cast<double>(finite()));
}

std::vector<ValueStats::Bar> ValueStats::Histogram(size_t max_bars) const {
  std::vector<Bar> bars;
  for (size_t i = kExponents; i-- > 0;) {
    const auto& [negative, positive] = by_exponent_[i];
    if (bars.empty() && negative + positive == 0) continue;
    if (bars.size() < max_bars) {
      bars.push_back({static_cast<int>(i) + kMinExponent, false, negative, positive});
    } else if (negative + positive > 0) {
      bars.back().and_below = true;
      bars.back().negative += negative;
      bars.back().positive += positive;
    }
  }
  while (!bars.empty() && bars.back().negative + bars.back().positive == 0) bars.pop_back();
  return bars;
}

Result<TensorStats> StatsOf(const StoredTensor& tensor) {
  TensorStats stats;
  stats.name = tensor.info->name;
  stats.stored = NameOf(tensor.dtype());
  stats.shape = tensor.shape;
  stats.bytes = tensor.bytes;
  NIBBLE_TRY(AddValues(tensor, &stats.values));
  return stats;
}

Result<TensorStats> StatsOf(const Checkpoint& checkpoint, std::string_view name) {
  const std::string with_suffix = std::string(name) + ".weight";
  const auto exact = checkpoint.Find(name);
  const auto found = exact ? exact : checkpoint.Find(with_suffix);
  if (!found) {
    return NotFound("{}: there is no tensor \"{}\"", Escape(checkpoint.folder().string(), 400),
                    Escape(name));
  }
  const auto resolved = Resolve(found->info->name, checkpoint.config());
  if (!resolved || resolved->part != Part::kWeight) return StatsOf(*found);
  TensorStats stats;
  stats.name = found->info->name;
  for (const Module& m : ModulesNamed(*resolved, checkpoint.config())) {
    NIBBLE_ASSIGN(const StoredModule stored, checkpoint.FindModule(m.role, m.layer, m.expert));
    stats.stored = NameOf(stored.form);
    stats.shape = resolved->fused ? found->shape : stored.module.shape;
    NIBBLE_TRY(AddModule(stored, &stats));
  }
  return stats;
}

std::string ToText(const TensorStats& stats) {
  std::string out =
      fmt::format("{}: {} {}, {}\n", Escape(stats.name), stats.stored, ShapeText(stats.shape),
                  HumanBytes(static_cast<double>(stats.bytes)));
  AppendValues("values", stats.values, &out);
  if (!stats.scale_stored.empty())
    AppendValues(fmt::format("block scales ({})", stats.scale_stored), stats.scales, &out);
  if (stats.tensor_scale != 0) out += fmt::format("tensor scale: {:.9g}\n", stats.tensor_scale);
  if (stats.input_scale != 0) out += fmt::format("input scale: {:.9g}\n", stats.input_scale);
  return out;
}

json::Value ToJson(const TensorStats& stats) {
  json::Value out;
  out.Set("name", stats.name);
  out.Set("stored", stats.stored);
  json::Array shape;
  for (const uint64_t dim : stats.shape) shape.emplace_back(dim);
  out.Set("shape", std::move(shape));
  out.Set("bytes", stats.bytes);
  out.Set("values", ValuesJson(stats.values));
  if (!stats.scale_stored.empty()) {
    out.Set("scale_stored", stats.scale_stored);
    out.Set("scales", ValuesJson(stats.scales));
  }
  if (stats.tensor_scale != 0) out.Set("tensor_scale", stats.tensor_scale);
  if (stats.input_scale != 0) out.Set("input_scale", stats.input_scale);
  return out;
}

}  // namespace nibble
