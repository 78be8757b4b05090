#include "study/verify.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_set>

#include "base/progress.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "quantize/metadata.h"
#include "study/verify_linear.h"

namespace nibble {
namespace {

// A group, or up to kCopyBufferBytes of a copied tensor.
struct WorkItem {
  const Group* group = nullptr;
  const PlannedCopy* copy = nullptr;
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

class Verifier {
 public:
  Verifier(const VerifyOptions& options, const Plan& plan, const Checkpoint& source,
           const Checkpoint& output, VerifyReport* report)
      : options_(options), plan_(plan), source_(source), output_(output), report_(report) {}

  Status Run() {
    CheckStructure();
    NIBBLE_TRY(CheckMetadata());
    ThreadPool pool(options_.threads);
    Progress progress("verify", plan_.tensor_bytes,
                      options_.progress ? Progress::Mode::kAuto : Progress::Mode::kOff);
    std::vector<LinearVerifier> linears;
    for (size_t i = 0; i < pool.size(); ++i) {
      linears.emplace_back(
          plan_, output_, [this](const auto& tensor, const auto& what) { Differs(tensor, what); },
          [this](const auto& linear, const auto& role) { Count(linear, role); });
    }
    const std::vector<WorkItem> items = WorkItems();
    pool.ParallelFor(items.size(), [&](size_t task, size_t worker) {
      if (failed_ || Stopped()) return;
      const WorkItem& item = items[task];
      const Status status =
          item.group != nullptr ? linears[worker].Verify(*item.group) : CompareCopy(item);
      progress.Add(item.bytes);
      if (status.ok()) return;
      const std::lock_guard lock(mutex_);
      if (!failed_) first_error_ = status.error();
      failed_ = true;
    });
    if (failed_) return *first_error_;
    if (Stopped()) return Error(ErrorCode::kInterrupted, "stopped before everything was compared");
    return {};
  }

 private:
  bool Stopped() const { return options_.stop != nullptr && *options_.stop != 0; }

  void Differs(const std::string& subject, const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (report_->difference_count++ < VerifyReport::kShownDifferences)
      report_->differences.push_back({subject, what});
  }

  void Count(const PlannedLinear& linear, const RoleReport& one) {
    const std::lock_guard lock(mutex_);
    report_->roles[std::string(RowOf(linear.source.module.role).official)].Add(one);
  }

  // Names, shards, dtypes and shapes; `comparable_` says whose data can be compared.
  void CheckStructure() {
    std::unordered_set<std::string_view> planned;
    comparable_.resize(plan_.shards.size());
    for (size_t s = 0; s < plan_.shards.size(); ++s) {
      const PlannedShard& shard = plan_.shards[s];
      for (const SafetensorsWriter::Entry& entry : shard.entries) {
        planned.insert(entry.name);
        comparable_[s].push_back(CheckEntry(shard, entry));
      }
    }
    for (const auto& file : output_.shards()) {
      for (const TensorInfo& info : file->tensors()) {
        if (!planned.contains(info.name)) Differs(Escape(info.name), "does not belong here");
      }
    }
  }

  bool CheckEntry(const PlannedShard& shard, const SafetensorsWriter::Entry& entry) {
    const auto stored = output_.Find(entry.name);
    if (!stored) {
      Differs(entry.name, "is missing");
      return false;
    }
    const std::string file = stored->file->path().filename().string();
    if (file != shard.file_name)
      Differs(entry.name, "lies in " + Escape(file) + ", expected " + Escape(shard.file_name));
    if (stored->info->dtype == entry.dtype && stored->info->shape == entry.shape) return true;
    Differs(entry.name, fmt::format("is {}{}, expected {}{}", NameOf(stored->info->dtype),
                                    ShapeText(stored->info->shape), NameOf(entry.dtype),
                                    ShapeText(entry.shape)));
    return false;
  }

  // config.json and hf_quant_config.json but for the producer; lists of modules are sets.
  Status CheckMetadata() {
    const json::Value config = output_.config().raw;
    CompareJson("config.json", "", Normalised(config),
                Normalised(OutputConfig(plan_, source_.config())));
    NIBBLE_ASSIGN(const json::Value quant,
                  json::ParseFile((options_.output / "hf_quant_config.json").string(), 64 << 20));
    CompareJson("hf_quant_config.json", "", Normalised(quant),
                Normalised(OutputHfQuantConfig(plan_, source_.config())));
    return {};
  }

  static json::Value Normalised(json::Value value) {
    value.Erase("producer");
    for (const char* key : {"quantization_config", "quantization"}) {
      json::Value* inner = value.Find(key);
      if (inner == nullptr) continue;
      inner->Erase("producer");
      for (const char* list : {"ignore", "exclude_modules"}) {
        json::Value* names = inner->Find(list);
        if (names == nullptr || !names->is_array()) continue;
        std::ranges::sort(*names->as_array(), {},
                          [](const json::Value& v) { return json::Dump(v); });
      }
    }
    return value;
  }

  void CompareJson(const std::string& file, const std::string& path, const json::Value& got,
                   const json::Value& want) {
    if (json::EqualByValue(got, want)) return;
    if (!got.is_object() || !want.is_object()) {
      Differs(file + ": " + path,
              fmt::format("is {}, expected {}", Escape(json::Dump(got)), Escape(json::Dump(want))));
      return;
    }
    const auto join = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    for (const auto& [key, value] : *want.as_object()) {
      const json::Value* other = got.Find(key);
      if (other != nullptr) {
        CompareJson(file, join(key), *other, value);
      } else {
        Differs(file + ": " + join(key), "is missing");
      }
    }
    for (const auto& [key, value] : *got.as_object()) {
      if (want.Find(key) == nullptr) Differs(file + ": " + join(key), "does not belong here");
    }
  }

  std::vector<WorkItem> WorkItems() const {
    std::vector<WorkItem> items;
    for (const Group& group : plan_.groups) {
      uint64_t bytes = 0;
      for (const size_t i : group.members) {
        const SourceMatrix& m = plan_.linears[i].source;
        bytes += static_cast<uint64_t>(m.rows * m.cols) * 9 / 16 + 8;
      }
      const bool comparable = std::ranges::all_of(group.joint, [&](size_t i) {
        const PlannedLinear& linear = plan_.linears[i];
        const auto first =
            comparable_[linear.shard].begin() + static_cast<std::ptrdiff_t>(linear.entry);
        return std::all_of(first, first + 4, [](bool b) { return b; });
      });
      if (comparable) items.push_back({.group = &group, .bytes = bytes});
    }
    for (const PlannedCopy& copy : plan_.copies) {
      if (!comparable_[copy.shard][copy.entry]) continue;
      for (uint64_t offset = 0; offset < copy.from.bytes; offset += kCopyBufferBytes) {
        items.push_back({.copy = &copy,
                         .offset = offset,
                         .bytes = std::min(kCopyBufferBytes, copy.from.bytes - offset)});
      }
    }
    return items;
  }

  Status CompareCopy(const WorkItem& item) {
    const std::string& name = plan_.shards[item.copy->shard].entries[item.copy->entry].name;
    std::vector<std::byte> want(item.bytes), got(item.bytes);
    NIBBLE_TRY(item.copy->from.Read(item.offset, want));
    NIBBLE_TRY(output_.Find(name)->Read(item.offset, got));
    if (std::memcmp(want.data(), got.data(), want.size()) == 0) return {};
    const auto [g, w] = std::mismatch(got.begin(), got.end(), want.begin());
    Differs(name, fmt::format("byte {} is 0x{:02x}, the source has 0x{:02x}",
                              item.offset + static_cast<uint64_t>(g - got.begin()),
                              std::to_integer<int>(*g), std::to_integer<int>(*w)));
    return {};
  }

  const VerifyOptions& options_;
  const Plan& plan_;
  const Checkpoint& source_;
  const Checkpoint& output_;
  std::vector<std::vector<bool>> comparable_;
  std::mutex mutex_;  // the members below
  VerifyReport* report_;
  std::atomic<bool> failed_ = false;
  std::optional<Error> first_error_;
};

}  // namespace

RoleReport VerifyReport::Total() const {
  RoleReport total;
  for (const auto& [name, role] : roles) total.Add(role);
  return total;
}

Result<VerifyReport> Verify(const VerifyOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const CheckpointOptions open{.follow_symlinks = options.follow_symlinks};
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> source, Checkpoint::Open(options.source, open));
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> output, Checkpoint::Open(options.output, open));
  QuantizeSettings settings;
  if (options.recipe) {
    settings.recipe = options.recipe;
    settings.input_scales = InputScales::kFile;
  } else {
    NIBBLE_ASSIGN(settings, RecordedSettings(output->config().raw,
                                             Escape((options.output / "config.json").string())));
  }
  NIBBLE_ASSIGN(const Plan plan, MakePlan(*source, settings, options.input_scales_file));
  VerifyReport report{.output = options.output.string(),
                      .source = options.source.string(),
                      .settings = plan.settings,
                      .form = plan.form,
                      .tensors = plan.tensors,
                      .tensor_bytes = plan.tensor_bytes,
                      .copied_tensors = plan.copies.size(),
                      .notes = output->warnings()};
  for (const PlannedCopy& copy : plan.copies) report.copied_bytes += copy.from.bytes;
  NIBBLE_TRY(Verifier(options, plan, *source, *output, &report).Run());
  std::ranges::sort(report.differences, {}, &Difference::subject);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace nibble
