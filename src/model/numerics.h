// How exactly the forward pass computes. One owner: the options of a model; everything below asks
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nibble {

enum class Numerics : uint8_t {
  kIdeal,     // double, no rounding and no fake quantisation: the oracle of the architecture
  kOfficial,  // the rounding points and fake quantisations of the reference implementation
  kServing,   // weights as stored, BF16 activations, F32 sums, KV entries packed
};

// What enters the routed experts and every linear that is stored as NVFP4.
enum class Activations : uint8_t {
  kNone,   // as they are
  kFp8,    // E4M3, 1x128, power-of-two scale, where the release's form of that linear has it
  kNvfp4,  // E2M1, 1x16, under the linear's input_scale (W4A4)
};

std::string_view NameOf(Numerics numerics);        // "ideal", "official", "serving"
std::string_view NameOf(Activations activations);  // "none", "fp8", "nvfp4"
std::optional<Numerics> NumericsFromName(std::string_view name);
std::optional<Activations> ActivationsFromName(std::string_view name);

// fp8 in official, so that a cast of the weights to another form changes nothing; none elsewhere.
Activations DefaultActivations(Numerics numerics);

}  // namespace nibble
