// The report of a verification, for machines and for people.
#include <algorithm>

#include "base/text.h"
#include "study/verify.h"

namespace nibble {

json::Value ToJson(const VerifyReport& report) {
  json::Object roles;
  for (const auto& [name, role] : report.roles)
    roles.emplace_back(name, ToJson(role, *report.settings.recipe));
  json::Array differences;
  for (const Difference& d : report.differences)
    differences.emplace_back(json::Object{{"subject", d.subject}, {"what", d.what}});
  json::Array notes;
  for (const std::string& note : report.notes) notes.emplace_back(note);
  return json::Object{{"ok", report.ok()},
                      {"output", report.output},
                      {"source", report.source},
                      {"recipe", NameOf(*report.settings.recipe)},
                      {"form", report.form},
                      {"tensors", report.tensors},
                      {"bytes", report.tensor_bytes},
                      {"copied_tensors", report.copied_tensors},
                      {"copied_bytes", report.copied_bytes},
                      {"converted", ToJson(report.Total(), *report.settings.recipe)},
                      {"roles", std::move(roles)},
                      {"difference_count", report.difference_count},
                      {"differences", std::move(differences)},
                      {"notes", std::move(notes)},
                      {"seconds", report.seconds}};
}

std::string ToText(const VerifyReport& report) {
  std::string out = fmt::format("{}: form {}, recipe {}, {} tensors, {}\n", report.output,
                                report.form, NameOf(*report.settings.recipe), report.tensors,
                                HumanBytes(static_cast<double>(report.tensor_bytes)));
  out += fmt::format("{} tensors copied, {} compared byte for byte\n", report.copied_tensors,
                     HumanBytes(static_cast<double>(report.copied_bytes)));
  out += RolesText(report.roles, *report.settings.recipe);
  for (const std::string& note : report.notes) out += "note: " + note + "\n";
  constexpr size_t kShown = 20;
  for (size_t i = 0; i < std::min(kShown, report.differences.size()); ++i)
    out += "DIFFERS " + report.differences[i].subject + ": " + report.differences[i].what + "\n";
  if (report.difference_count > kShown)
    out += fmt::format("... and {} more (--json has the first {})\n",
                       report.difference_count - kShown, VerifyReport::kShownDifferences);
  out += report.ok() ? fmt::format("equal, {}\n", HumanSeconds(report.seconds))
                     : fmt::format("{} differences, {}\n", report.difference_count,
                                   HumanSeconds(report.seconds));
  return out;
}

}  // namespace nibble
