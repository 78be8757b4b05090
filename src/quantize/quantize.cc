#include "quantize/quantize.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <mutex>
#include <numeric>

#include "base/file.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "quantize/metadata.h"
#include "quantize/output_folder.h"

namespace nibble {
namespace {

// Of this program alone: ru_maxrss would also know the size of the process that started it. 0 where
// there is no /proc.
uint64_t PeakRssBytes() {
  std::ifstream status("/proc/self/status");
  uint64_t kibibytes = 0;
  for (std::string word; status >> word;) {
    if (word == "VmHWM:" && status >> kibibytes) break;
  }
  return kibibytes * 1024;
}

// A piece of work: a group, or up to kCopyBufferBytes of a copied tensor.
struct WorkItem {
  size_t shard = 0;
  size_t entry = 0;  // for the order
  const Group* group = nullptr;
  const PlannedCopy* copy = nullptr;
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

std::vector<WorkItem> WorkItems(const Plan& plan) {
  std::vector<WorkItem> items;
  for (const Group& group : plan.groups) {
    items.push_back(
        {.shard = group.shard, .entry = plan.linears[group.members[0]].entry, .group = &group});
  }
  for (const PlannedCopy& copy : plan.copies) {
    uint64_t offset = 0;
    do {  // a tensor without elements is one item too
      const uint64_t bytes = std::min(kCopyBufferBytes, copy.from.bytes - offset);
      items.push_back({.shard = copy.shard,
                       .entry = copy.entry,
                       .copy = &copy,
                       .offset = offset,
                       .bytes = bytes});
      offset += bytes;
    } while (offset < copy.from.bytes);
  }
  std::ranges::sort(items, {}, [](const WorkItem& item) {
    return std::tuple(item.shard, item.entry, item.offset);
  });
  return items;
}

std::span<const std::byte> BytesOf(const float& value) {
  return std::as_bytes(std::span(&value, 1));
}

class Pipeline {
 public:
  Pipeline(const QuantizeOptions& options, const Plan& plan, OutputFolder* output, size_t threads)
      : options_(options),
        plan_(plan),
        output_(output),
        items_(WorkItems(plan)),
        shards_(plan.shards.size()),
        progress_("quantize", plan.tensor_bytes,
                  options.progress ? Progress::Mode::kAuto : Progress::Mode::kOff) {
    for (const WorkItem& item : items_) ++shards_[item.shard].left;
    for (size_t i = 0; i < threads; ++i) workers_.emplace_back(plan);
  }

  Status Run(ThreadPool* pool) {
    pool->ParallelFor(items_.size(), [&](size_t task, size_t worker) {
      if (failed_ || Stopped()) return;
      const Status status = Do(items_[task], &workers_[worker]);
      if (status.ok()) return;
      const std::lock_guard lock(mutex_);
      if (!failed_) first_error_ = status.error();
      failed_ = true;
    });
    if (failed_) return *first_error_;
    if (Stopped()) {
      return Error(ErrorCode::kInterrupted,
                   fmt::format("{}: stopped by signal {}, the output is not complete",
                               Escape(options_.output.string(), 400), options_.stop->load()));
    }
    return {};
  }

  void FillReport(QuantizeReport* report) const {
    report->roles = roles_;
    report->notes.insert(report->notes.end(), notes_.begin(), notes_.end());
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::unique_ptr<SafetensorsWriter> writer;  // from the first to the last item
    std::atomic<uint64_t> left = 0;
  };
  struct Worker {
    explicit Worker(const Plan& plan) : converter(plan) {}
    GroupConverter converter;
    ByteBuffer copy_buffer;
  };

  bool Stopped() const { return options_.stop != nullptr && *options_.stop != 0; }

  Status Do(const WorkItem& item, Worker* worker) {
    Shard& shard = shards_[item.shard];
    NIBBLE_TRY(OpenShard(item.shard));
    NIBBLE_TRY(item.group != nullptr ? DoGroup(*item.group, worker) : DoCopy(item, worker));
    if (shard.left.fetch_sub(1) > 1) return {};
    NIBBLE_TRY(shard.writer->Commit());
    output_->Wrote(output_->path() / plan_.shards[item.shard].file_name);
    shard.writer.reset();
    return {};
  }

  Status OpenShard(size_t index) {
    Shard& shard = shards_[index];
    const std::lock_guard lock(shard.mutex);
    if (shard.writer != nullptr) return {};
    const PlannedShard& planned = plan_.shards[index];
    progress_.SetNote(planned.file_name);
    NIBBLE_ASSIGN(SafetensorsWriter writer,
                  SafetensorsWriter::Create(output_->path() / planned.file_name, planned.entries));
    shard.writer = std::make_unique<SafetensorsWriter>(std::move(writer));
    return {};
  }

  Status DoCopy(const WorkItem& item, Worker* worker) {
    const std::span<std::byte> buffer = worker->copy_buffer.Get(item.bytes);
    NIBBLE_TRY(item.copy->from.Read(item.offset, buffer));
    NIBBLE_TRY(shards_[item.shard].writer->Write(item.copy->entry, item.offset, buffer));
    progress_.Add(item.bytes);
    return {};
  }

  Status DoGroup(const Group& group, Worker* worker) {
    return worker->converter.Convert(group, [&](const ConvertedLinear& converted) -> Status {
      const PlannedLinear& linear = plan_.linears[converted.index];
      SafetensorsWriter& writer = *shards_[linear.shard].writer;
      NIBBLE_TRY(writer.Write(linear.entry, converted.packed));
      NIBBLE_TRY(writer.Write(linear.entry + 1, converted.block_scales));
      NIBBLE_TRY(writer.Write(linear.entry + 2, BytesOf(converted.tensor_scale)));
      NIBBLE_TRY(writer.Write(linear.entry + 3, BytesOf(linear.input_scale)));
      progress_.Add(converted.packed.size() + converted.block_scales.size() + 8);
      Count(linear, converted);
      return {};
    });
  }

  void Count(const PlannedLinear& linear, const ConvertedLinear& converted) {
    const std::lock_guard lock(mutex_);
    RoleReport& role = roles_[std::string(RowOf(linear.source.module.role).official)];
    ++role.linears;
    role.blocks +=
        converted.block_scales.size() /
        (linear.source.form == Form::kMxfp4 && plan_.settings.recipe == Recipe::kCast ? 2 : 1);
    role.cast.blocks_out_of_range += converted.cast.blocks_out_of_range;
    role.cast.values_changed += converted.cast.values_changed;
    role.errors.Add(converted.errors);
    if (converted.all_zero)
      notes_.push_back(linear.base + " holds zeros alone; its tensor scale is 1");
    if (converted.subnormal_scale)
      notes_.push_back(linear.base + " has a subnormal tensor scale and loses precision");
  }

  const QuantizeOptions& options_;
  const Plan& plan_;
  OutputFolder* output_;
  const std::vector<WorkItem> items_;
  std::vector<Shard> shards_;
  std::vector<Worker> workers_;
  Progress progress_;
  std::mutex mutex_;  // the members below
  std::atomic<bool> failed_ = false;
  std::optional<Error> first_error_;
  std::map<std::string, RoleReport> roles_;
  std::vector<std::string> notes_;
};

// Shard index, the other files, hf_quant_config.json, and config.json last: it says "complete".
Status WriteMetadata(const Plan& plan, const Checkpoint& source,
                     const std::vector<std::filesystem::path>& other_files, OutputFolder* output) {
  NIBBLE_TRY(output->CopyFiles(source.folder(), other_files));
  const auto text = [](const json::Value& value) {
    return json::Dump(value, json::Style::kIndented) + "\n";
  };
  NIBBLE_TRY(output->WriteText("model.safetensors.index.json", text(OutputIndex(plan))));
  NIBBLE_TRY(
      output->WriteText("hf_quant_config.json", text(OutputHfQuantConfig(plan, source.config()))));
  return output->WriteText(
      "config.json",
      json::DumpSorted(OutputConfig(plan, source.config()), json::Style::kIndented) + "\n");
}

}  // namespace

Result<QuantizeReport> Quantize(const QuantizeOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  NIBBLE_ASSIGN(const std::unique_ptr<Checkpoint> source,
                Checkpoint::Open(options.input, {options.follow_symlinks, /*strict=*/true}));
  NIBBLE_ASSIGN(const std::vector<std::filesystem::path> other_files,
                OtherFiles(options.input, options.follow_symlinks));
  NIBBLE_ASSIGN(const Plan plan, MakePlan(*source, options.settings, options.input_scales_file));
  OutputFolderOptions folder{
      .overwrite = options.overwrite, .shard_names = {}, .needed_bytes = plan.tensor_bytes};
  for (const PlannedShard& shard : plan.shards) folder.shard_names.push_back(shard.file_name);
  NIBBLE_ASSIGN(const std::unique_ptr<OutputFolder> output,
                OutputFolder::Prepare(options.input, options.output, folder));
  ThreadPool pool(options.threads);
  QuantizeReport report{.input = options.input.string(),
                        .output = options.output.string(),
                        .settings = plan.settings,
                        .form = plan.form,
                        .shards = plan.shards.size(),
                        .tensors = plan.tensors,
                        .tensor_bytes = plan.tensor_bytes,
                        .copied_tensors = plan.copies.size(),
                        .other_files = other_files.size(),
                        .split_pairs = plan.split_pairs,
                        .input_scales = plan.input_scales,
                        .notes = source->warnings(),
                        .threads = pool.size(),
                        .memory_bound_bytes = plan.MemoryBoundBytes(pool.size())};
  report.notes.insert(report.notes.end(), plan.notes.begin(), plan.notes.end());
  {
    Pipeline pipeline(options, plan, output.get(), pool.size());
    NIBBLE_TRY(pipeline.Run(&pool));
    pipeline.FillReport(&report);
  }
  // Parts of two versions of a source may not become one output.
  for (const auto& shard : source->shards()) NIBBLE_TRY(shard->CheckUnchanged());
  NIBBLE_TRY(WriteMetadata(plan, *source, other_files, output.get()));
  output->Complete();
  report.peak_rss_bytes = PeakRssBytes();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace nibble
