#include "study/weight_signature.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "study/module_matrix.h"

namespace nibble {
namespace {

constexpr int64_t kSampleRows = 64;
// An explanation holds when it leaves no more than what rounding to four bits would, and much less
// than there was without it.
constexpr double kExplained = 0.25;
constexpr double kLeft = 0.5;

using Rows = std::vector<double>;  // the sampled rows, one after the other

Rows Sample(const EncodedMatrix& m) {
  const int64_t count = std::min(m.rows, kSampleRows);
  const size_t cols = static_cast<size_t>(m.cols);
  Rows rows(static_cast<size_t>(count) * cols);
  for (int64_t i = 0; i < count; ++i)
    DecodeRow(m, i * m.rows / count, std::span(rows).subspan(static_cast<size_t>(i) * cols, cols));
  return rows;
}

// rms(actual - expected) / rms(actual).
double Distance(const Rows& expected, const Rows& actual) {
  double difference2 = 0, actual2 = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    difference2 += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    actual2 += actual[i] * actual[i];
  }
  return difference2 == 0 ? 0 : std::sqrt(difference2 / actual2);
}

bool Explains(double left, double before) { return left < kExplained && left < kLeft * before; }

bool IsZero(const Rows& rows) {
  return std::all_of(rows.begin(), rows.end(), [](double v) { return v == 0; });
}

std::string FactorSignature(const Rows& a, const Rows& b, double before) {
  double ab = 0, aa = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
  }
  const double factor = ab / aa;
  Rows scaled = a;
  for (double& v : scaled) v *= factor;
  if (factor == 0 || !Explains(Distance(scaled, b), before)) return "";
  return fmt::format("it is {:.4g} times A's: a wrong scale of the whole tensor", factor);
}

std::string SignSignature(const Rows& a, const Rows& b, double before) {
  Rows absolute = a;
  for (double& v : absolute) v = std::abs(v);
  if (!Explains(Distance(absolute, b), before)) return "";
  return "it is A's without signs: codes 8..15 were read as 0..7";
}

std::string NibbleSignature(const Rows& a, const Rows& b, double before) {
  Rows swapped = a;
  for (size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
  if (!Explains(Distance(swapped, b), before)) return "";
  return "it is A's with neighbouring values swapped: the nibbles of each byte are exchanged";
}

// B's block scales moved back from the kernels' 128x4 layout (checkpoints store rows).
std::string SwizzleSignature(const Rows& a, const LoadedMatrix& b, double before) {
  if (b.form != Form::kNvfp4 || b.rows % 128 != 0 || b.cols % 64 != 0) return "";
  const size_t rows = static_cast<size_t>(b.rows);
  const size_t cols = static_cast<size_t>(b.cols) / 16;
  std::vector<std::byte> linear(rows * cols);
  for (size_t m = 0; m < rows; ++m) {
    for (size_t k = 0; k < cols; ++k) {
      const size_t tile = (m / 128 * (cols / 4) + k / 4) * 512;
      linear[m * cols + k] = b.scales[tile + m % 32 * 16 + m % 128 / 32 * 4 + k % 4];
    }
  }
  EncodedMatrix view = b.view();
  view.scales = reinterpret_cast<const uint8_t*>(linear.data());
  if (!Explains(Distance(a, Sample(view)), before)) return "";
  return "its block scales lie in the kernels' 128x4 layout instead of row by row";
}

std::string ScaleSignature(const LoadedMatrix& a, const LoadedMatrix& b) {
  const auto constant = [](const std::vector<std::byte>& bytes) {
    return bytes.size() > 1 && std::equal(bytes.begin() + 1, bytes.end(), bytes.begin());
  };
  if (constant(b.scales) && !constant(a.scales))
    return fmt::format("all its block scales are the same (byte 0x{:02x}): a placeholder",
                       static_cast<unsigned>(b.scales[0]));
  if (a.form != b.form) return "";
  const bool codes = a.data != b.data;
  const bool scales = a.scales != b.scales;
  if (!codes && scales) return "its codes are A's, its block scales are not";
  if (!codes && a.tensor_scale != b.tensor_scale)
    return fmt::format(
        "its codes and block scales are A's, its tensor scale is {:.6g} instead of "
        "{:.6g}",
        b.tensor_scale, a.tensor_scale);
  if (codes && !scales && !a.scales.empty()) return "its scales are A's, its codes are not";
  return "";
}

// Modules of A that could have been taken by mistake: those of the layer with the same shape, for
// vectors those of every layer.
std::vector<Module> Relatives(const ModelConfig& config, const Module& module) {
  std::vector<Module> relatives;
  for (const Module& other : ModulesOf(config)) {
    if (other.shape != module.shape) continue;
    if (other.layer != module.layer && module.shape.size() > 1) continue;
    if (other.role == module.role && other.layer == module.layer && other.expert == module.expert)
      continue;
    // Among experts: the same matrix of another one, or another matrix of the same one.
    const bool routed = module.IsRoutedExpert();
    if (other.IsRoutedExpert() != routed) continue;
    if (routed && other.role != module.role && other.expert != module.expert) continue;
    relatives.push_back(other);
  }
  return relatives;
}

}  // namespace

Result<std::string> SignatureOf(const Checkpoint& a, const Checkpoint& b, const Module& module) {
  NIBBLE_ASSIGN(const LoadedMatrix matrix_a, LoadModuleAsMatrix(a, module));
  NIBBLE_ASSIGN(const LoadedMatrix matrix_b, LoadModuleAsMatrix(b, module));
  if (matrix_a.form == Form::kI64) return std::string();
  const Rows rows_a = Sample(matrix_a.view());
  const Rows rows_b = Sample(matrix_b.view());
  const double before = Distance(rows_a, rows_b);
  if (IsZero(rows_b) && !IsZero(rows_a)) return std::string("it is all zeros");
  for (const auto& signature : {FactorSignature, SignSignature, NibbleSignature}) {
    std::string text = signature(rows_a, rows_b, before);
    if (!text.empty()) return text;
  }
  std::string text = SwizzleSignature(rows_a, matrix_b, before);
  if (!text.empty()) return text;
  for (const Module& other : Relatives(a.config(), module)) {
    NIBBLE_ASSIGN(const LoadedMatrix matrix, LoadModuleAsMatrix(a, other));
    if (Explains(Distance(Sample(matrix.view()), rows_b), before))
      return fmt::format("it is A's {}", WeightName(a, other));
  }
  return ScaleSignature(matrix_a, matrix_b);
}

}  // namespace nibble
