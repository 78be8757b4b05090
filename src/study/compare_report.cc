#include "study/compare_report.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "study/operations.h"

namespace nibble {
namespace {

constexpr size_t kWeightsShown = 6;

const Operation& What(const OperationReport& operation) {
  return Operations()[operation.operation];
}

// Errors as people read them: 0 for equality, three digits otherwise.
std::string ErrorText(double error) {
  if (error == 0) return "0";
  if (!std::isfinite(error)) return std::isnan(error) ? "nan" : "inf";
  return error >= 0.001 && error < 1000 ? fmt::format("{:.3f}", error)
                                        : fmt::format("{:.1e}", error);
}

const OperationReport* Find(const BlockReport& block, std::string_view name) {
  for (const OperationReport& operation : block.operations) {
    if (What(operation).name == name) return &operation;
  }
  return nullptr;
}

std::string BlockKind(const BlockReport& block, const ModelConfig& config) {
  if (block.layer < 0) return "head";
  if (block.layer >= config.num_hidden_layers) return "mtp";
  const int64_t ratio = config.ratio(block.layer);
  return ratio == 0 ? "window" : fmt::format("ratio {}", ratio);
}

std::string ChangedText(const BlockReport& block, std::string_view name) {
  const OperationReport* operation = Find(block, name);
  if (operation == nullptr) return "-";
  return fmt::format("{}/{}", operation->piled_changed, operation->rows);
}

// The last line of a block's story: what leaves it.
const OperationReport* Outcome(const BlockReport& block) {
  const OperationReport* out = Find(block, "x_out");
  return out != nullptr ? out : Find(block, "logits");
}

void AppendBlocks(const CompareReport& report, const ModelConfig& config, std::string* out) {
  auto to = std::back_inserter(*out);
  fmt::format_to(to, "{:<11} {:<9} {:<15} {:>9} {:>9} {:>9}  {:>9} {:>9}\n", "block", "kind",
                 "worst operation", "own", "block", "piled up", "routing", "index");
  for (const BlockReport& block : report.blocks) {
    const auto worst = std::max_element(block.operations.begin(), block.operations.end(),
                                        [](const auto& a, const auto& b) { return a.own < b.own; });
    const OperationReport* result = Outcome(block);
    if (result == nullptr || worst == block.operations.end()) continue;
    fmt::format_to(to, "{:<11} {:<9} {:<15} {:>9} {:>9} {:>9}  {:>9} {:>9}\n", block.name,
                   BlockKind(block, config), worst->own == 0 ? "-" : What(*worst).name,
                   ErrorText(worst->own), ErrorText(result->layer), ErrorText(result->piled),
                   ChangedText(block, "router_indices"), ChangedText(block, "index_order"));
  }
}

void AppendOperations(const CompareReport& report, std::string* out) {
  auto to = std::back_inserter(*out);
  for (const BlockReport& block : report.blocks) {
    fmt::format_to(to, "\n{:<11} {:<16} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}\n", block.name,
                   "operation", "own", "token", "channel", "expert", "block", "piled up", "forms");
    for (const OperationReport& operation : block.operations) {
      const bool indices = What(operation).indices;
      const auto part = [&](Metric metric) {
        const auto m = static_cast<size_t>(metric);
        return indices || operation.where[m] < 0 ? "-" : ErrorText(operation.errors[m]);
      };
      fmt::format_to(to, "{:<11} {:<16} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}\n", "",
                     What(operation).name, ErrorText(operation.own), part(Metric::kToken),
                     part(Metric::kChannel), part(Metric::kExpert), ErrorText(operation.layer),
                     ErrorText(operation.piled), operation.forms);
    }
  }
}

void AppendLogits(const char* name, const LogitsReport& logits, std::string* out) {
  if (logits.rows == 0) return;
  fmt::format_to(std::back_inserter(*out),
                 "{}: KL mean {}, max {}; top-1 changes {} of {}; rms difference {}, max {}\n",
                 name, ErrorText(logits.kl_mean), ErrorText(logits.kl_max), logits.top1_changes,
                 logits.rows, ErrorText(logits.rms), ErrorText(logits.max));
}

std::string WhereText(const CompareFinding& finding, const OperationReport& operation) {
  const int64_t at = operation.where[static_cast<size_t>(finding.metric)];
  switch (finding.metric) {
    case Metric::kToken:
      return fmt::format(" at token {}", at);
    case Metric::kChannel:
      return fmt::format(" in channel {}", at);
    case Metric::kExpert:
      return fmt::format(" for expert {}", at);
    case Metric::kOverall:
      break;
  }
  return What(operation).indices
             ? fmt::format(" ({} of {} rows differ)", operation.own_changed, operation.rows)
             : "";
}

std::string FindingText(const CompareReport& report, const CompareFinding& finding) {
  const BlockReport& block = report.blocks[finding.block];
  const OperationReport& operation = block.operations[finding.operation];
  return fmt::format("{} {} ({}): own error {}{}, usual {}", block.name, What(operation).name,
                     What(operation).what, ErrorText(finding.error), WhereText(finding, operation),
                     ErrorText(finding.usual));
}

void AppendWeights(const CompareFinding& finding, std::string* out) {
  auto to = std::back_inserter(*out);
  if (finding.weights.empty()) return;
  const bool equal =
      std::all_of(finding.weights.begin(), finding.weights.end(),
                  [](const WeightDifference& weight) { return weight.worst_row == 0; });
  if (equal) {
    fmt::format_to(
        to, "  the tensors that feed it are equal: the settings differ, or the arithmetic\n");
    return;
  }
  fmt::format_to(to, "  tensors that feed it, the most suspicious first:\n");
  for (size_t i = 0; i < std::min(finding.weights.size(), kWeightsShown); ++i) {
    const WeightDifference& weight = finding.weights[i];
    fmt::format_to(to, "    {:<52} {} -> {}  differs by {}", Escape(weight.name),
                   NameOf(weight.form_a), NameOf(weight.form_b), ErrorText(weight.relative));
    if (weight.worst_row > 0)
      fmt::format_to(to, ", row {} by {}", weight.row, ErrorText(weight.worst_row));
    fmt::format_to(to, "{}{}\n", weight.signature.empty() ? "" : ": ", weight.signature);
  }
  if (finding.weights.size() > kWeightsShown)
    fmt::format_to(to, "    ... and {} more\n", finding.weights.size() - kWeightsShown);
}

void AppendVerdict(const CompareReport& report, std::string* out) {
  auto to = std::back_inserter(*out);
  if (report.equal()) {
    fmt::format_to(to, "No difference: every operation of B gives what A gives.\n");
    return;
  }
  if (report.findings.empty()) {
    fmt::format_to(to,
                   "Nothing stands out: every operation is about as far off as the same one in "
                   "other layers, at most {} by itself.\n",
                   ErrorText(report.largest_own));
    return;
  }
  fmt::format_to(to, "First to stand out: {}\n", FindingText(report, report.findings[0]));
  AppendWeights(report.findings[0], out);
  for (size_t i = 1; i < report.findings.size(); ++i)
    fmt::format_to(to, "{:<19}{}\n", report.findings[i].clear ? "Then:" : "Perhaps chance:",
                   FindingText(report, report.findings[i]));
}

json::Value ToJson(const LogitsReport& logits) {
  return json::Object{{"rows", logits.rows},     {"kl_mean", logits.kl_mean},
                      {"kl_max", logits.kl_max}, {"top1_changes", logits.top1_changes},
                      {"rms", logits.rms},       {"max", logits.max}};
}

json::Value ToJson(const OperationReport& operation) {
  json::Object object{{"name", What(operation).name},
                      {"own", operation.own},
                      {"block", operation.layer},
                      {"piled", operation.piled}};
  if (What(operation).indices) {
    object.emplace_back("rows", operation.rows);
    object.emplace_back("own_changed", operation.own_changed);
    object.emplace_back("block_changed", operation.layer_changed);
    object.emplace_back("piled_changed", operation.piled_changed);
  }
  for (const Metric metric : {Metric::kToken, Metric::kChannel, Metric::kExpert}) {
    const auto m = static_cast<size_t>(metric);
    if (operation.where[m] < 0) continue;
    object.emplace_back(fmt::format("own_{}", NameOf(metric)), operation.errors[m]);
    object.emplace_back(fmt::format("worst_{}", NameOf(metric)), operation.where[m]);
  }
  if (!operation.forms.empty()) object.emplace_back("forms", operation.forms);
  return object;
}

json::Value ToJson(const CompareReport& report, const CompareFinding& finding) {
  const BlockReport& block = report.blocks[finding.block];
  const OperationReport& operation = block.operations[finding.operation];
  const auto metric = static_cast<size_t>(finding.metric);
  json::Object object{{"block", block.name},
                      {"operation", What(operation).name},
                      {"metric", NameOf(finding.metric)},
                      {"error", finding.error},
                      {"usual", finding.usual},
                      {"clear", finding.clear}};
  if (operation.where[metric] >= 0) object.emplace_back("at", operation.where[metric]);
  json::Array weights;
  for (const WeightDifference& weight : finding.weights) {
    json::Object entry{{"tensor", weight.name},           {"form_a", NameOf(weight.form_a)},
                       {"form_b", NameOf(weight.form_b)}, {"relative", weight.relative},
                       {"worst_row", weight.worst_row},   {"row", weight.row}};
    if (!weight.signature.empty()) entry.emplace_back("signature", weight.signature);
    weights.push_back(std::move(entry));
  }
  object.emplace_back("tensors", std::move(weights));
  return object;
}

}  // namespace

std::string ToText(const CompareReport& report, const ModelConfig& config,
                   const CompareTextOptions& options) {
  std::string out = fmt::format("A: {}\nB: {}\n", options.name_a, options.name_b);
  for (const std::string& difference : report.config_differences) out += difference + "\n";
  out += "\n";
  AppendBlocks(report, config, &out);
  if (options.all) AppendOperations(report, &out);
  out += "\n";
  AppendLogits("logits", report.logits, &out);
  AppendLogits("mtp logits", report.mtp_logits, &out);
  int64_t unused = 0;
  for (const BlockReport& block : report.blocks) unused += block.experts_unused;
  if (unused > 0)
    out += fmt::format(
        "{} experts were chosen by no token of this prompt: nothing is known of them\n", unused);
  AppendVerdict(report, &out);
  return out;
}

json::Value ToJson(const CompareReport& report) {
  json::Array differences(report.config_differences.begin(), report.config_differences.end());
  json::Array blocks;
  for (const BlockReport& block : report.blocks) {
    json::Array operations;
    for (const OperationReport& operation : block.operations)
      operations.push_back(ToJson(operation));
    blocks.push_back(json::Object{{"block", block.name},
                                  {"experts_unused", block.experts_unused},
                                  {"operations", std::move(operations)}});
  }
  json::Array findings;
  for (const CompareFinding& finding : report.findings) findings.push_back(ToJson(report, finding));
  json::Object object{{"equal", report.equal()},
                      {"largest_own", report.largest_own},
                      {"config_differences", std::move(differences)},
                      {"findings", std::move(findings)},
                      {"logits", ToJson(report.logits)}};
  if (report.mtp_logits.rows > 0) object.emplace_back("mtp_logits", ToJson(report.mtp_logits));
  object.emplace_back("blocks", std::move(blocks));
  return object;
}

}  // namespace nibble
