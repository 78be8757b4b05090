#include "quantize/settings.h"

#include <array>

#include "base/text.h"
#include "base/version.h"

namespace nibble {
namespace {

// Spellings in the order of the enumerators.
constexpr std::array<std::string_view, 2> kRecipes = {"cast", "max"};
constexpr std::array<std::string_view, 2> kScopes = {"experts", "all"};
constexpr std::array<std::string_view, 2> kDrafts = {"native", "nvfp4"};
constexpr std::array<std::string_view, 2> kNames = {"official", "hf"};
constexpr std::array<std::string_view, 3> kInputScales = {"synthesised", "file", "unit"};

template <class Enum, size_t N>
std::string_view Spelling(const std::array<std::string_view, N>& spellings, Enum value) {
  return spellings[static_cast<size_t>(value)];
}

template <class Enum, size_t N>
std::optional<Enum> FromSpelling(const std::array<std::string_view, N>& spellings,
                                 std::string_view name) {
  for (size_t i = 0; i < N; ++i) {
    if (spellings[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <class T>
Status ReadSetting(const json::Value& producer, std::string_view what, std::string_view key,
                   std::optional<T> (*parse)(std::string_view), T* out) {
  const json::Value* value = producer.Find(key);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  const std::optional<T> parsed = text == nullptr ? std::nullopt : parse(*text);
  if (!parsed) {
    return InvalidInput("{}: producer.{} is {}, not a setting that this version of nibble knows",
                        what, key, text == nullptr ? "missing" : "\"" + Escape(*text) + "\"");
  }
  *out = *parsed;
  return {};
}

}  // namespace

std::string_view NameOf(Recipe recipe) { return Spelling(kRecipes, recipe); }
std::string_view NameOf(Scope scope) { return Spelling(kScopes, scope); }
std::string_view NameOf(Draft draft) { return Spelling(kDrafts, draft); }
std::string_view NameOf(Names names) { return Spelling(kNames, names); }
std::string_view NameOf(InputScales scales) { return Spelling(kInputScales, scales); }

std::optional<Recipe> RecipeFromName(std::string_view name) {
  return FromSpelling<Recipe>(kRecipes, name);
}
std::optional<Scope> ScopeFromName(std::string_view name) {
  return FromSpelling<Scope>(kScopes, name);
}
std::optional<Draft> DraftFromName(std::string_view name) {
  return FromSpelling<Draft>(kDrafts, name);
}
std::optional<Names> NamesFromName(std::string_view name) {
  return FromSpelling<Names>(kNames, name);
}
std::optional<InputScales> InputScalesFromName(std::string_view name) {
  return FromSpelling<InputScales>(kInputScales, name);
}

std::string ImpossibleCombination(const QuantizeSettings& s) {
  if (s.scope == Scope::kAll && s.recipe == Recipe::kCast)
    return "--scope all needs --recipe max: only MXFP4 experts can be cast";
  if (s.names == Names::kHf && s.draft == Draft::kNvfp4)
    return "--names hf writes no mtp.* tensors, so --draft nvfp4 has nothing to convert";
  if (s.keep_negative_zero && (s.recipe == Recipe::kMax || s.scope == Scope::kAll))
    return "--keep-negative-zero belongs to --recipe cast";
  return "";
}

json::Value ProducerOf(const QuantizeSettings& s) {
  NIBBLE_CHECK(s.recipe.has_value(), "the recipe is decided by the plan");
  return json::Object{{"name", "nibble"},
                      {"version", VersionText()},
                      {"recipe", NameOf(*s.recipe)},
                      {"scope", NameOf(s.scope)},
                      {"draft", NameOf(s.draft)},
                      {"names", NameOf(s.names)},
                      {"input_scales", NameOf(s.input_scales)},
                      {"keep_negative_zero", s.keep_negative_zero}};
}

Result<QuantizeSettings> RecordedSettings(const json::Value& config, std::string_view what) {
  const json::Value* quantization = config.Find("quantization_config");
  const json::Value* producer = quantization ? quantization->Find("producer") : nullptr;
  const json::Value* name = producer ? producer->Find("name") : nullptr;
  if (name == nullptr || name->as_string() == nullptr || *name->as_string() != "nibble") {
    return InvalidInput(
        "{}: quantization_config.producer does not name nibble, so how this checkpoint was made is "
        "not known; --recipe says it",
        what);
  }
  QuantizeSettings s;
  Recipe recipe = Recipe::kCast;
  NIBBLE_TRY(ReadSetting(*producer, what, "recipe", RecipeFromName, &recipe));
  s.recipe = recipe;
  NIBBLE_TRY(ReadSetting(*producer, what, "scope", ScopeFromName, &s.scope));
  NIBBLE_TRY(ReadSetting(*producer, what, "draft", DraftFromName, &s.draft));
  NIBBLE_TRY(ReadSetting(*producer, what, "names", NamesFromName, &s.names));
  NIBBLE_TRY(ReadSetting(*producer, what, "input_scales", InputScalesFromName, &s.input_scales));
  const json::Value* keep = producer->Find("keep_negative_zero");
  if (keep == nullptr || !keep->as_bool())
    return InvalidInput("{}: producer.keep_negative_zero is not a boolean", what);
  s.keep_negative_zero = *keep->as_bool();
  return s;
}

}  // namespace nibble
