// The report of a quantisation, for machines and for people.
#include "base/text.h"
#include "quantize/quantize.h"

namespace nibble {
namespace {

std::string InputScaleText(const QuantizeReport& report) {
  const InputScaleCounts& c = report.input_scales;
  switch (report.settings.input_scales) {
    case InputScales::kFile:
      return fmt::format("{} measured, {} filled with the largest of their projection, {} bounds",
                         c.measured, c.filled, c.synthesised);
    case InputScales::kUnit:
      return fmt::format("{} set to 1 (blocks with small amax vanish under W4A4)", c.unit);
    case InputScales::kSynthesised:
      break;
  }
  return fmt::format("{} synthesised: bounds from norms and swiglu_limit, not measured",
                     c.synthesised);
}

}  // namespace

void RoleReport::Add(const RoleReport& other) {
  linears += other.linears;
  blocks += other.blocks;
  cast.blocks_out_of_range += other.cast.blocks_out_of_range;
  cast.values_changed += other.cast.values_changed;
  errors.Add(other.errors);
}

RoleReport QuantizeReport::Total() const {
  RoleReport total;
  for (const auto& [name, role] : roles) total.Add(role);
  return total;
}

json::Value ToJson(const RoleReport& role, Recipe recipe) {
  json::Object out = {{"linears", role.linears}, {"blocks", role.blocks}};
  if (recipe == Recipe::kCast) {
    out.emplace_back("blocks_not_representable", role.cast.blocks_out_of_range);
    out.emplace_back("values_changed", role.cast.values_changed);
  } else {
    out.emplace_back("mean_squared_error", role.errors.MeanSquaredError());
    out.emplace_back("relative_rms", role.errors.RelativeRms());
    out.emplace_back("largest_error", role.errors.largest);
  }
  return out;
}

std::string RolesText(const std::map<std::string, RoleReport>& roles, Recipe recipe) {
  std::string out;
  RoleReport total;
  for (const auto& [name, role] : roles) {
    total.Add(role);
    if (recipe == Recipe::kCast) continue;
    out += fmt::format("{:32} {:7} linears, relative rms {:.3f} %, mse {:.3g}, largest {:.3g}\n",
                       name, role.linears, 100 * role.errors.RelativeRms(),
                       role.errors.MeanSquaredError(), role.errors.largest);
  }
  if (recipe == Recipe::kCast) {
    out += fmt::format("cast: {} of {} blocks not representable ({} values changed)\n",
                       total.cast.blocks_out_of_range, total.blocks, total.cast.values_changed);
  }
  return out;
}

json::Value ToJson(const QuantizeReport& report) {
  const Recipe recipe = *report.settings.recipe;
  json::Object roles;
  for (const auto& [name, role] : report.roles) roles.emplace_back(name, ToJson(role, recipe));
  json::Array notes;
  for (const std::string& note : report.notes) notes.emplace_back(note);
  const InputScaleCounts& scales = report.input_scales;
  return json::Object{
      {"input", report.input},
      {"output", report.output},
      {"recipe", NameOf(recipe)},
      {"scope", NameOf(report.settings.scope)},
      {"draft", NameOf(report.settings.draft)},
      {"names", NameOf(report.settings.names)},
      {"form", report.form},
      {"shards", report.shards},
      {"tensors", report.tensors},
      {"bytes", report.tensor_bytes},
      {"copied_tensors", report.copied_tensors},
      {"other_files", report.other_files},
      {"split_pairs", report.split_pairs},
      {"converted", ToJson(report.Total(), recipe)},
      {"roles", std::move(roles)},
      {"input_scales", json::Object{{"method", NameOf(report.settings.input_scales)},
                                    {"measured", scales.measured},
                                    {"filled", scales.filled},
                                    {"synthesised", scales.synthesised},
                                    {"unit", scales.unit}}},
      {"notes", std::move(notes)},
      {"threads", uint64_t{report.threads}},
      {"memory_bound_bytes", report.memory_bound_bytes},
      {"peak_rss_bytes", report.peak_rss_bytes},
      {"seconds", report.seconds},
      {"bytes_per_second", static_cast<double>(report.tensor_bytes) / report.seconds}};
}

std::string ToText(const QuantizeReport& report) {
  const RoleReport total = report.Total();
  const auto bytes = [](uint64_t n) { return HumanBytes(static_cast<double>(n)); };
  std::string out = fmt::format(
      "{}: form {}{}, recipe {}, {} shards, {} tensors, {}\n", report.output, report.form,
      report.form == "portable" ? fmt::format(" (draft {})", NameOf(report.settings.draft)) : "",
      NameOf(*report.settings.recipe), report.shards, report.tensors, bytes(report.tensor_bytes));
  out += fmt::format("{} linears to NVFP4, {} tensors copied byte for byte, {} other files\n",
                     total.linears, report.copied_tensors, report.other_files);
  out += RolesText(report.roles, *report.settings.recipe);
  out += fmt::format("input scales: {}\n", InputScaleText(report));
  if (report.split_pairs > 0)
    out += fmt::format("{} pairs of w1 and w3 are split over two shards\n", report.split_pairs);
  if (report.form == "mixed") {
    out += "this form is not `portable`: stock engines may not load it\n";
  }
  constexpr size_t kShownNotes = 20;
  for (size_t i = 0; i < std::min(report.notes.size(), kShownNotes); ++i)
    out += "note: " + report.notes[i] + "\n";
  if (report.notes.size() > kShownNotes)
    out += fmt::format("... and {} more notes (--json has them all)\n",
                       report.notes.size() - kShownNotes);
  out += fmt::format(
      "{} at {}/s with {} threads; peak RSS {}, stated bound {} (threads x largest group, 1 KiB a "
      "tensor, 16 MiB)\n",
      HumanSeconds(report.seconds),
      bytes(static_cast<uint64_t>(static_cast<double>(report.tensor_bytes) / report.seconds)),
      report.threads, bytes(report.peak_rss_bytes), bytes(report.memory_bound_bytes));
  return out;
}

}  // namespace nibble
