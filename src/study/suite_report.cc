// How the result of `nibble eval MODEL` is shown: a table and JSON.
#include <algorithm>

#include "base/text.h"
#include "study/suite_eval.h"

namespace nibble {
namespace {

// Differing answers that the table lists one by one.
constexpr size_t kFewDifferent = 10;

std::string RunText(const RunInfo& run) {
  return fmt::format("{} ({} numerics, {} activations)", Escape(run.model, 400),
                     NameOf(run.numerics), NameOf(run.activations));
}

json::Value RunJson(const RunInfo& run) {
  return json::Object{{"model", run.model},
                      {"numerics", NameOf(run.numerics)},
                      {"activations", NameOf(run.activations)},
                      {"weight_bytes", run.weight_bytes}};
}

double Share(int64_t part, int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string SkillRow(const SkillScore& score) {
  return fmt::format("{:<24} {:>6} {:>6} {:>7.2f} %\n", Escape(score.skill, 40), score.cases,
                     score.right, score.percent());
}

std::string ReferenceText(const ReferenceScore& r) {
  const AnswerDifference& d = r.difference;
  const auto different = static_cast<int64_t>(r.different.size());
  std::string out = fmt::format("reference   {}\n", RunText(r.run));
  out += fmt::format(
      "KL          {:.3g} mean, {:.3g} at most, over {} answer tokens of the reference; top-1 "
      "equal "
      "in {:.3f} %\n",
      d.kl_mean(), d.kl_max, d.tokens, 100 * (1 - Share(d.top1_changes, d.tokens)));
  out += fmt::format("answers     {} of {} are the reference's ({:.2f} %)", r.cases - different,
                     r.cases, r.same_percent());
  if (different > 0)
    out += fmt::format("; largest top-2 margin where one parts: {:.3f}", r.largest_margin());
  out += "\n";
  if (r.different.size() > kFewDifferent) return out;
  for (const DifferentAnswer& one : r.different) {
    out += fmt::format("  {} ({}): from token {} on, top-2 margin {:.3f}\n", Escape(one.id, 60),
                       Escape(one.skill, 40), one.token, one.margin);
  }
  return out;
}

json::Value ReferenceJson(const ReferenceScore& r) {
  json::Array different;
  for (const DifferentAnswer& one : r.different) {
    different.push_back(json::Object{
        {"id", one.id}, {"skill", one.skill}, {"token", one.token}, {"margin", one.margin}});
  }
  const AnswerDifference& d = r.difference;
  return json::Object{{"run", RunJson(r.run)},
                      {"cases", r.cases},
                      {"tokens", d.tokens},
                      {"kl_mean", d.kl_mean()},
                      {"kl_max", d.kl_max},
                      {"top1_agreement", 1 - Share(d.top1_changes, d.tokens)},
                      {"same_answers_percent", r.same_percent()},
                      {"largest_margin", r.largest_margin()},
                      {"different_answers", std::move(different)}};
}

}  // namespace

double ReferenceScore::largest_margin() const {
  double largest = 0;
  for (const DifferentAnswer& one : different) largest = std::max(largest, one.margin);
  return largest;
}

std::vector<std::string> MissedTargets(const SuiteReport& report, const SuiteTargets& targets) {
  std::vector<std::string> missed;
  const auto check = [&](const SkillScore& score, double target) {
    if (score.percent() >= target) return;
    missed.push_back(fmt::format("{}: {:.2f} % right, {:.2f} % required", Escape(score.skill),
                                 score.percent(), target));
  };
  check(report.total, targets.right);
  for (const SkillScore& score : report.skills) check(score, targets.right_in_each_skill);
  if (!report.reference) return missed;
  const ReferenceScore& reference = *report.reference;
  if (reference.same_percent() < targets.same_as_reference)
    missed.push_back(fmt::format("{:.2f} % of the answers are the reference's, {:.2f} % required",
                                 reference.same_percent(), targets.same_as_reference));
  if (targets.margin && reference.largest_margin() >= *targets.margin)
    missed.push_back(
        fmt::format("an answer parts where the reference's margin is {:.3f}, below "
                    "{:.3f} required",
                    reference.largest_margin(), *targets.margin));
  return missed;
}

std::string ToText(const SuiteReport& report, size_t wrong) {
  std::string out = RunText(report.run) + "\n\n";
  if (report.total.cases > 0) {
    out += fmt::format("{:<24} {:>6} {:>6} {:>9}\n", "skill", "cases", "right", "exact");
    for (const SkillScore& score : report.skills) out += SkillRow(score);
    out += SkillRow(report.total) + "\n";
  }
  if (report.text) {
    const TextScore& text = *report.text;
    out += fmt::format("perplexity  {:.4f} per token", text.perplexity());
    if (text.bytes > 0) out += fmt::format(", {:.4f} per byte", text.perplexity_per_byte());
    out += fmt::format(" ({} texts, {} tokens)\n", text.texts, text.tokens);
  }
  if (report.reference) out += ReferenceText(*report.reference);
  if (report.drafted > 0) {
    out += fmt::format("MTP         {:.2f} % of {} answer tokens predicted one step earlier\n",
                       100 * Share(report.drafted_right, report.drafted), report.drafted);
  }
  if (report.total.cases > 0) {
    const double generated = static_cast<double>(report.generated_tokens);
    out += fmt::format("speed       {} tokens answered to {} of prompts in {}: {:.4g} tokens/s\n",
                       report.generated_tokens, report.prompt_tokens, HumanSeconds(report.seconds),
                       generated / std::max(report.seconds, 1e-9));
  }
  if (report.input_amax) {
    const InputAmaxCounts& counts = *report.input_amax;
    out += fmt::format("input amax  of {} linears written; {} of {} experts saw no token\n",
                       counts.linears, counts.experts_idle, counts.experts);
  }
  for (size_t i = 0; i < std::min(wrong, report.wrong.size()); ++i) {
    const WrongCase& one = report.wrong[i];
    out += fmt::format("\n{} ({}): {}\n  expected {}\n  got      {}\n", Escape(one.id, 60),
                       Escape(one.skill, 40), one.problem, json::Dump(one.expected),
                       json::Dump(one.got));
  }
  return out;
}

json::Value ToJson(const SuiteReport& report) {
  const auto score_json = [](const SkillScore& score) {
    return json::Object{{"skill", score.skill},
                        {"cases", score.cases},
                        {"right", score.right},
                        {"percent", score.percent()}};
  };
  json::Array skills;
  for (const SkillScore& score : report.skills) skills.push_back(score_json(score));
  json::Array wrong;
  for (const WrongCase& one : report.wrong) {
    wrong.push_back(json::Object{{"id", one.id},
                                 {"skill", one.skill},
                                 {"problem", one.problem},
                                 {"expected", one.expected},
                                 {"got", one.got}});
  }
  json::Object out{{"run", RunJson(report.run)},
                   {"skills", std::move(skills)},
                   {"total", score_json(report.total)}};
  if (report.text) {
    const TextScore& t = *report.text;
    out.emplace_back("perplexity",
                     json::Object{{"per_token", t.perplexity()},
                                  {"per_byte", t.bytes > 0 ? json::Value(t.perplexity_per_byte())
                                                           : json::Value()},
                                  {"texts", t.texts},
                                  {"tokens", t.tokens},
                                  {"bytes", t.bytes},
                                  {"nll", t.nll}});
  }
  if (report.reference) out.emplace_back("reference", ReferenceJson(*report.reference));
  if (report.drafted > 0) {
    out.emplace_back("mtp",
                     json::Object{{"tokens", report.drafted},
                                  {"right", report.drafted_right},
                                  {"acceptance", Share(report.drafted_right, report.drafted)}});
  }
  out.emplace_back("speed",
                   json::Object{{"prompt_tokens", report.prompt_tokens},
                                {"generated_tokens", report.generated_tokens},
                                {"seconds", report.seconds},
                                {"tokens_per_s", static_cast<double>(report.generated_tokens) /
                                                     std::max(report.seconds, 1e-9)}});
  if (report.input_amax) {
    out.emplace_back("input_amax", json::Object{{"linears", report.input_amax->linears},
                                                {"experts", report.input_amax->experts},
                                                {"experts_idle", report.input_amax->experts_idle}});
  }
  out.emplace_back("wrong", std::move(wrong));
  return out;
}

}  // namespace nibble
