#include "model/numerics.h"

#include <array>

namespace nibble {
namespace {

constexpr std::array<std::string_view, 3> kNumerics = {"ideal", "official", "serving"};
constexpr std::array<std::string_view, 3> kActivations = {"none", "fp8", "nvfp4"};

template <class E, size_t n>
std::optional<E> FromName(const std::array<std::string_view, n>& names, std::string_view name) {
  for (size_t i = 0; i < n; ++i) {
    if (names[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view NameOf(Numerics numerics) { return kNumerics[static_cast<size_t>(numerics)]; }
std::string_view NameOf(Activations activations) {
  return kActivations[static_cast<size_t>(activations)];
}
std::optional<Numerics> NumericsFromName(std::string_view name) {
  return FromName<Numerics>(kNumerics, name);
}
std::optional<Activations> ActivationsFromName(std::string_view name) {
  return FromName<Activations>(kActivations, name);
}
Activations DefaultActivations(Numerics numerics) {
  return numerics == Numerics::kOfficial ? Activations::kFp8 : Activations::kNone;
}

}  // namespace nibble
