// Results of `nibble eval` as one page: a table, a bar per skill and result, the wrong answers. The
// results come from files, so everything in them is text to be escaped and may be missing.
#include <algorithm>
#include <initializer_list>

#include "base/text.h"
#include "study/suite_eval.h"

namespace nibble {
namespace {

constexpr size_t kMaxResults = 12;
constexpr size_t kMaxWrongShown = 200;  // of each result

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>nibble eval</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #667080; --line: #d9dee5; --paper: #fff;
  --c0: #2f6fde; --c1: #e0762b; --c2: #2a9d63; --c3: #b04fc4; --c4: #c9a227; --c5: #3aa6b9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --dim: #98a2b3; --line: #343b46; --paper: #14171c; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 68rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--dim); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
.wrong td, .wrong th { text-align: left; overflow-wrap: anywhere; }
.key { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px; margin-right: .4rem; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font-size: 13px; }
svg .value { fill: var(--dim); font-size: 12px; } svg .track { fill: var(--line); opacity: .45; }
.c0 { fill: var(--c0); background: var(--c0); } .c1 { fill: var(--c1); background: var(--c1); }
.c2 { fill: var(--c2); background: var(--c2); } .c3 { fill: var(--c3); background: var(--c3); }
.c4 { fill: var(--c4); background: var(--c4); } .c5 { fill: var(--c5); background: var(--c5); }
summary { cursor: pointer; } footer { color: var(--dim); margin-top: 2rem; }
</style></head><body>
<h1>nibble eval</h1>
)";

std::string Html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

const json::Value* At(const json::Value& value, std::initializer_list<std::string_view> path) {
  const json::Value* at = &value;
  for (const std::string_view key : path) {
    at = at == nullptr ? nullptr : at->Find(key);
  }
  return at;
}

std::string Words(const json::Value& value, std::initializer_list<std::string_view> path) {
  const json::Value* at = At(value, path);
  if (at == nullptr || at->is_null()) return "";
  return at->is_string() ? *at->as_string() : json::Dump(*at);
}

// "–" where there is no such number.
std::string Figure(const json::Value& value, std::initializer_list<std::string_view> path,
                   double factor, int digits, std::string_view unit = "") {
  const json::Value* at = At(value, path);
  const auto number = at == nullptr ? std::nullopt : at->as_double();
  return number ? fmt::format("{:.{}f}{}", *number * factor, digits, unit) : "–";
}

std::string Colour(size_t i) { return fmt::format("c{}", i % 6); }

std::string SummaryTable(const std::vector<json::Value>& results,
                         const std::vector<std::string>& names) {
  std::string out =
      "<div class=\"scroll\"><table><tr><th>result</th><th>numerics</th><th>activations</th>"
      "<th>weights</th><th>exact</th><th>perplexity</th><th>per byte</th><th>KL</th>"
      "<th>top-1 equal</th><th>MTP</th><th>tokens/s</th></tr>\n";
  for (size_t i = 0; i < results.size(); ++i) {
    const json::Value& r = results[i];
    out += fmt::format(
        "<tr><td><span class=\"key {}\"></span>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        Colour(i), Html(names[i]), Html(Words(r, {"run", "numerics"})),
        Html(Words(r, {"run", "activations"})), Figure(r, {"run", "weight_bytes"}, 1e-6, 1, " MB"),
        Figure(r, {"total", "percent"}, 1, 2, " %"), Figure(r, {"perplexity", "per_token"}, 1, 4),
        Figure(r, {"perplexity", "per_byte"}, 1, 4), Figure(r, {"reference", "kl_mean"}, 1, 5),
        Figure(r, {"reference", "top1_agreement"}, 100, 2, " %"),
        Figure(r, {"mtp", "acceptance"}, 100, 1, " %"), Figure(r, {"speed", "tokens_per_s"}, 1, 0));
  }
  return out + "</table></div>\n";
}

const json::Value* SkillOf(const json::Value& result, const std::string& skill) {
  const json::Value* skills = result.Find("skills");
  for (const json::Value& score : *skills->as_array()) {
    const json::Value* name = score.Find("skill");
    if (name != nullptr && name->is_string() && *name->as_string() == skill) return &score;
  }
  return nullptr;
}

// Every skill of any result, in order of appearance.
std::vector<std::string> SkillNames(const std::vector<json::Value>& results) {
  std::vector<std::string> names;
  for (const json::Value& result : results) {
    for (const json::Value& score : *result.Find("skills")->as_array()) {
      std::string name = Words(score, {"skill"});
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::string Bars(const std::vector<json::Value>& results) {
  constexpr int kLabel = 210, kWidth = 620, kBar = 15, kGap = 12;
  const std::vector<std::string> skills = SkillNames(results);
  const int group = static_cast<int>(results.size()) * (kBar + 2) + kGap;
  const int height = group * static_cast<int>(skills.size());
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 1000 {}\" role=\"img\" aria-label=\"exact answers by skill\">\n", height);
  for (size_t s = 0; s < skills.size(); ++s) {
    const int top = group * static_cast<int>(s);
    out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", kLabel - 12,
                       top + (group - kGap) / 2 + 5, Html(skills[s]));
    for (size_t i = 0; i < results.size(); ++i) {
      const json::Value* score = SkillOf(results[i], skills[s]);
      if (score == nullptr) continue;
      const json::Value* percent = score->Find("percent");
      const double share =
          std::clamp(percent == nullptr ? 0 : percent->as_double().value_or(0), 0.0, 100.0);
      const int y = top + static_cast<int>(i) * (kBar + 2);
      out += fmt::format(
          "<rect class=\"track\" x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" rx=\"3\"/>"
          "<rect class=\"{4}\" x=\"{0}\" y=\"{1}\" width=\"{5:.1f}\" height=\"{3}\" rx=\"3\"/>"
          "<text class=\"value\" x=\"{6}\" y=\"{7}\">{8:.2f} %  ({9} of {10})</text>\n",
          kLabel, y, kWidth, kBar, Colour(i), share / 100 * kWidth, kLabel + kWidth + 10, y + 12,
          share, Html(Words(*score, {"right"})), Html(Words(*score, {"cases"})));
    }
  }
  return out + "</svg>\n";
}

std::string WrongAnswers(const json::Value& result, const std::string& name) {
  const json::Value* wrong = result.Find("wrong");
  if (wrong == nullptr || wrong->as_array() == nullptr || wrong->as_array()->empty()) return "";
  const json::Array& list = *wrong->as_array();
  std::string out = fmt::format(
      "<details><summary>{}: {} wrong</summary><div class=\"scroll\"><table class=\"wrong\">"
      "<tr><th>case</th><th>skill</th><th>problem</th><th>expected</th><th>got</th></tr>\n",
      Html(name), list.size());
  for (size_t i = 0; i < std::min(list.size(), kMaxWrongShown); ++i) {
    const json::Value& one = list[i];
    json::Value got = one.Find("got") == nullptr ? json::Value() : *one.Find("got");
    // The ids say nothing beside the text.
    if (got.is_object() && got.Find("content") != nullptr && !Words(got, {"content"}).empty())
      got.Erase("ids");
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       Html(Words(one, {"id"})), Html(Words(one, {"skill"})),
                       Html(Words(one, {"problem"})), Html(Words(one, {"expected"})),
                       Html(json::Dump(got)));
  }
  return out + "</table></div></details>\n";
}

}  // namespace

Result<std::string> ToHtml(const std::vector<json::Value>& results,
                           const std::vector<std::string>& names) {
  NIBBLE_CHECK(results.size() == names.size(), "a name for each result");
  if (results.size() > kMaxResults)
    return InvalidInput("{} results for one page, at most {} fit", results.size(), kMaxResults);
  for (size_t i = 0; i < results.size(); ++i) {
    const json::Value* skills = results[i].Find("skills");
    if (results[i].Find("run") == nullptr || skills == nullptr || !skills->is_array())
      return InvalidInput("{}: no result of nibble eval --json (fields \"run\", \"skills\")",
                          Escape(names[i], 400));
  }
  std::string page(kHead);
  page += SummaryTable(results, names);
  if (!SkillNames(results).empty()) page += "<h2>Exact answers by skill</h2>\n" + Bars(results);
  std::string wrong;
  for (size_t i = 0; i < results.size(); ++i) wrong += WrongAnswers(results[i], names[i]);
  if (!wrong.empty()) page += "<h2>Wrong answers</h2>\n" + wrong;
  return page +
         "<footer>Greedy answers, compared exactly; KL and top-1 against the reference on its own "
         "answers.</footer>\n</body></html>\n";
}

}  // namespace nibble
