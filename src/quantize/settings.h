// What decides the bytes of a quantised checkpoint, and how it is recorded in the output, so that
// `verify` can repeat it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "checkpoint/catalogue.h"

namespace nibble {

enum class Recipe : uint8_t { kCast, kMax };
enum class Scope : uint8_t { kExperts, kAll };
enum class Draft : uint8_t { kNative, kNvfp4 };
enum class InputScales : uint8_t { kSynthesised, kFile, kUnit };

std::string_view NameOf(Recipe recipe);             // "cast", "max"
std::string_view NameOf(Scope scope);               // "experts", "all"
std::string_view NameOf(Draft draft);               // "native", "nvfp4"
std::string_view NameOf(Names names);               // "official", "hf"
std::string_view NameOf(InputScales input_scales);  // "synthesised", "file", "unit"

std::optional<Recipe> RecipeFromName(std::string_view name);
std::optional<Scope> ScopeFromName(std::string_view name);
std::optional<Draft> DraftFromName(std::string_view name);
std::optional<Names> NamesFromName(std::string_view name);
std::optional<InputScales> InputScalesFromName(std::string_view name);

struct QuantizeSettings {
  // Nothing: cast where every routed expert of the source is MXFP4, else max.
  std::optional<Recipe> recipe = std::nullopt;
  Scope scope = Scope::kExperts;
  Draft draft = Draft::kNative;
  Names names = Names::kOfficial;
  InputScales input_scales = InputScales::kSynthesised;
  bool keep_negative_zero = false;  // cast only: copy -0 codes instead of writing +0
};

// The sentence that says why the combination is impossible, empty when it is possible.
std::string ImpossibleCombination(const QuantizeSettings& settings);

// The `producer` object of config.json: name, version and the settings (recipe set).
json::Value ProducerOf(const QuantizeSettings& settings);

// The settings that nibble recorded in `config` (a whole config.json). Errors: no producer, another
// program's, a setting that this version does not know.
Result<QuantizeSettings> RecordedSettings(const json::Value& config, std::string_view what);

}  // namespace nibble
