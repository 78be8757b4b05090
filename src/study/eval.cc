#include "study/eval.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "checkpoint/checkpoint.h"
#include "model/model.h"
#include "study/logits_difference.h"

namespace nibble {
namespace {

constexpr uint64_t kMaxCasesBytes = 64u << 20;
using Prompts = std::map<std::string, std::vector<int32_t>>;

Result<std::vector<int32_t>> IdsOf(const json::Value& ids, const std::string& what) {
  const json::Array* array = ids.as_array();
  std::vector<int32_t> out;
  for (size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const auto id = (*array)[i].as_int();
    if (!id || *id < 0 || *id > INT32_MAX)
      return InvalidInput("{}: element {} is not a token id", what, i);
    out.push_back(static_cast<int32_t>(*id));
  }
  if (out.empty()) return InvalidInput("{}: expected an array of token ids", what);
  return out;
}

// "prompts" of cases.json: {"ids": [...]} or {"prefix_of": name, "length": n}.
Result<Prompts> ReadPrompts(const std::filesystem::path& path) {
  NIBBLE_ASSIGN(const json::Value cases, json::ParseFile(path.string(), kMaxCasesBytes));
  const std::string file = Escape(path.string(), 400);
  const json::Value* list = cases.Find("prompts");
  if (list == nullptr || list->as_object() == nullptr)
    return InvalidInput("{}: no object \"prompts\"", file);
  Prompts prompts;
  for (const auto& [name, prompt] : *list->as_object()) {
    const json::Value* ids = prompt.is_array() ? &prompt : prompt.Find("ids");
    if (ids == nullptr) continue;
    NIBBLE_ASSIGN(prompts[name], IdsOf(*ids, fmt::format("{}: prompts.{}", file, Escape(name))));
  }
  for (const auto& [name, prompt] : *list->as_object()) {
    const json::Value* of = prompt.Find("prefix_of");
    if (of == nullptr) continue;
    const json::Value* length = prompt.Find("length");
    const int64_t count = length == nullptr ? 0 : length->as_int().value_or(0);
    const auto whole = of->as_string() == nullptr ? prompts.end() : prompts.find(*of->as_string());
    if (whole == prompts.end() || count < 1 || count > static_cast<int64_t>(whole->second.size()))
      return InvalidInput("{}: prompts.{} is no prefix of another prompt", file, Escape(name));
    prompts[name] = {whole->second.begin(), whole->second.begin() + count};
  }
  return prompts;
}

// "p300.mtp.last100" taken apart.
struct GoldenName {
  std::string prompt;
  bool mtp = false;
  std::optional<size_t> last;  // rows
};
std::optional<GoldenName> Parse(std::string_view name) {
  GoldenName out;
  out.prompt = name.substr(0, name.find('.'));
  std::string_view rest = name.substr(out.prompt.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the dot
    const std::string_view part = rest.substr(0, rest.find('.'));
    rest.remove_prefix(part.size());
    size_t rows = 0;
    if (part == "mtp") {
      out.mtp = true;
    } else if (part.starts_with("last") &&
               std::from_chars(part.data() + 4, part.data() + part.size(), rows).ec ==
                   std::errc()) {
      out.last = rows;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

struct PromptLogits {
  std::vector<float> trunk;
  std::vector<float> mtp;
};

Result<PromptLogits> RunPrompt(Model& model, const std::vector<int32_t>& ids, bool mtp,
                               int64_t prefill_chunk) {
  const auto sequence = model.NewSequence();
  PromptLogits out;
  const auto chunk = static_cast<size_t>(std::max<int64_t>(1, prefill_chunk));
  for (size_t begin = 0; begin < ids.size(); begin += chunk) {
    const size_t count = std::min(chunk, ids.size() - begin);
    StepItem item{.sequence = sequence.get(),
                  .tokens = std::span(ids).subspan(begin, count),
                  .logits = Logits::kAll,
                  .mtp = mtp};
    NIBBLE_ASSIGN(std::vector<StepResult> results, model.Step({&item, 1}));
    const StepResult& r = results.front();
    out.trunk.insert(out.trunk.end(), r.logits.begin(), r.logits.end());
    out.mtp.insert(out.mtp.end(), r.mtp_logits.begin(), r.mtp_logits.end());
  }
  return out;
}

// The quantised bounds are shares of many rows: one changed row of three is already 33 %. A short
// golden is therefore judged only together with the others, in the row "all".
constexpr int64_t kFewRows = 50;
constexpr char kAll[] = "all";

bool IsJudged(const EvalRow& row) {
  return row.numerics == Numerics::kIdeal || row.logits.rows >= kFewRows || row.golden == kAll;
}

bool Within(const LogitsReport& r, const EvalBounds& bounds) {
  const double top1 = static_cast<double>(r.top1_changes) / static_cast<double>(r.rows);
  return (bounds.max == 0 || r.max < bounds.max) && (bounds.rms == 0 || r.rms < bounds.rms) &&
         (bounds.kl_mean == 0 || r.kl_mean < bounds.kl_mean) &&
         (bounds.top1_share == 0 || top1 <= bounds.top1_share);
}

EvalRow AllOf(std::span<const EvalRow> rows) {
  EvalRow all;
  all.golden = kAll;
  all.numerics = rows.front().numerics;
  LogitsReport& sum = all.logits;
  for (const EvalRow& row : rows) {
    const LogitsReport& r = row.logits;
    const auto n = static_cast<double>(r.rows);
    sum.rows += r.rows;
    sum.top1_changes += r.top1_changes;
    sum.kl_mean += n * r.kl_mean;
    sum.rms += n * r.rms * r.rms;
    sum.kl_max = std::max(sum.kl_max, r.kl_max);
    sum.max = std::max(sum.max, r.max);
  }
  sum.kl_mean /= static_cast<double>(sum.rows);
  sum.rms = std::sqrt(sum.rms / static_cast<double>(sum.rows));
  all.within = Within(sum, BoundsOf(all.numerics));
  return all;
}

// One golden file under one numerics.
class FileEvaluation {
 public:
  FileEvaluation(const EvalOptions& options, const Checkpoint& checkpoint, const Prompts& prompts,
                 const std::filesystem::path& path)
      : options_(options), checkpoint_(checkpoint), prompts_(prompts), path_(path) {}

  Status Run(Numerics numerics, EvalReport* report) {
    NIBBLE_ASSIGN(const SafetensorsFile file, SafetensorsFile::Open(path_));
    bool mtp = false;
    for (const TensorInfo& info : file.tensors()) {
      const auto name = Parse(info.name);
      mtp |= name && name->mtp;
    }
    NIBBLE_ASSIGN(
        const std::unique_ptr<Model> model,
        Model::Load(checkpoint_,
                    {.numerics = numerics, .threads = options_.threads, .load_mtp = mtp}));
    std::map<std::string, PromptLogits> runs;
    for (const TensorInfo& info : file.tensors()) {
      const auto name = Parse(info.name);
      if (!name || !prompts_.contains(name->prompt))
        return InvalidInput("{}: tensor {} belongs to no prompt of cases.json", File(),
                            Escape(info.name));
      if (!runs.contains(name->prompt)) {
        NIBBLE_ASSIGN(runs[name->prompt],
                      RunPrompt(*model, prompts_.at(name->prompt), mtp, options_.prefill_chunk));
      }
      NIBBLE_ASSIGN(const LogitsReport logits, Compare(file, info, *name, runs.at(name->prompt)));
      report->rows.push_back({info.name, numerics, logits, Within(logits, BoundsOf(numerics))});
    }
    return {};
  }

 private:
  std::string File() const { return Escape(path_.string(), 400); }

  Result<LogitsReport> Compare(const SafetensorsFile& file, const TensorInfo& info,
                               const GoldenName& name, const PromptLogits& run) const {
    const std::vector<float>& mine = name.mtp ? run.mtp : run.trunk;
    const auto vocab = static_cast<uint64_t>(checkpoint_.config().vocab_size);
    const uint64_t rows = name.last.value_or(mine.size() / vocab);
    if (info.dtype != DType::kF32 || info.shape != Shape{rows, vocab} ||
        rows * vocab > mine.size() || rows == 0)
      return InvalidInput("{}: tensor {} is {} {}, expected F32 {}", File(), Escape(info.name),
                          NameOf(info.dtype), ShapeText(info.shape), ShapeText({rows, vocab}));
    NIBBLE_ASSIGN(const std::vector<std::byte> bytes, file.ReadAll(info));
    std::vector<float> golden(rows * vocab);
    std::memcpy(golden.data(), bytes.data(), bytes.size());
    return CompareLogits(golden, std::span(mine).last(golden.size()),
                         checkpoint_.config().vocab_size);
  }

  const EvalOptions& options_;
  const Checkpoint& checkpoint_;
  const Prompts& prompts_;
  const std::filesystem::path path_;
};

}  // namespace

EvalBounds BoundsOf(Numerics numerics) {
  switch (numerics) {
    case Numerics::kIdeal:
      return {.max = 1e-3, .rms = 1e-4};
    case Numerics::kOfficial:
      return {.kl_mean = 0.03, .top1_share = 0.2};
    case Numerics::kServing:
      return {.kl_mean = 0.04, .top1_share = 0.2};
  }
  return {};
}

bool EvalReport::within() const {
  return std::all_of(rows.begin(), rows.end(),
                     [](const EvalRow& r) { return r.within || !IsJudged(r); });
}

Result<EvalReport> Evaluate(const EvalOptions& options) {
  std::filesystem::path expected = options.goldens / "expected";
  if (!PathExists(expected)) expected = options.goldens;
  NIBBLE_ASSIGN(const Prompts prompts, ReadPrompts(expected / "cases.json"));
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> checkpoint,
                Checkpoint::Open(options.model.empty() ? options.goldens / "model" : options.model,
                                 options.open));
  EvalReport report;
  for (const Numerics numerics : options.numerics) {
    const bool ideal = numerics == Numerics::kIdeal;
    const auto path =
        expected / (ideal ? "logits_ideal.safetensors" : "logits_official.safetensors");
    if (!PathExists(path)) continue;
    const size_t first = report.rows.size();
    NIBBLE_TRY(FileEvaluation(options, *checkpoint, prompts, path).Run(numerics, &report));
    if (report.rows.size() > first)
      report.rows.push_back(AllOf(std::span(report.rows).subspan(first)));
  }
  if (report.rows.empty())
    return NotFound("{}: no logits_ideal.safetensors or logits_official.safetensors there",
                    Escape(expected.string(), 400));
  return report;
}

std::string ToText(const EvalReport& report) {
  std::string out =
      fmt::format("{:<14} {:<9} {:>5} {:>10} {:>10} {:>10} {:>10} {:>10}  {}\n", "golden",
                  "numerics", "rows", "max", "rms", "KL mean", "KL max", "top-1", "bounds");
  for (const EvalRow& r : report.rows) {
    out += fmt::format("{:<14} {:<9} {:>5} {:>10.2e} {:>10.2e} {:>10.2e} {:>10.2e} {:>10}  {}\n",
                       Escape(r.golden), NameOf(r.numerics), r.logits.rows, r.logits.max,
                       r.logits.rms, r.logits.kl_mean, r.logits.kl_max,
                       fmt::format("{} ({:.0f}%)", r.logits.top1_changes,
                                   100.0 * static_cast<double>(r.logits.top1_changes) /
                                       static_cast<double>(r.logits.rows)),
                       !IsJudged(r) ? "few rows" : (r.within ? "ok" : "OUTSIDE"));
  }
  out +=
      "bounds: ideal max < 1e-3, rms < 1e-4; official KL mean < 0.03, serving < 0.04, both top-1 "
      "changes <= 20%; goldens of few rows count in \"all\"\n";
  return out;
}

json::Value ToJson(const EvalReport& report) {
  json::Array rows;
  for (const EvalRow& r : report.rows) {
    rows.push_back(json::Object{{"golden", r.golden},
                                {"numerics", NameOf(r.numerics)},
                                {"rows", r.logits.rows},
                                {"max", r.logits.max},
                                {"rms", r.logits.rms},
                                {"kl_mean", r.logits.kl_mean},
                                {"kl_max", r.logits.kl_max},
                                {"top1_changes", r.logits.top1_changes},
                                {"judged", IsJudged(r)},
                                {"within_bounds", r.within}});
  }
  return json::Object{{"within_bounds", report.within()}, {"rows", std::move(rows)}};
}

}  // namespace nibble
