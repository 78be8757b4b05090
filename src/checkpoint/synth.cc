// Writing a whole synthetic checkpoint.
#include "checkpoint/synth.h"

#include <algorithm>
#include <mutex>

#include "base/file.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "base/unfinished_folder.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/shard_index.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPieceBytes = 4 << 20;
constexpr uint64_t kDefaultShardBytes = 5'000'000'000;

struct Shard {
  std::string name;
  size_t begin = 0, end = 0;  // tensors
};

uint64_t BytesOf(const SynthTensor& t) {
  return ByteCount(t.tensor.dtype, t.tensor.shape).value_or(0);
}

// Cuts the tensors, in their order, into shards of about equal bytes.
std::vector<Shard> CutIntoShards(const std::vector<SynthTensor>& tensors, uint64_t total,
                                 size_t count) {
  std::vector<Shard> shards(count);
  size_t next = 0;
  uint64_t bytes = 0;
  for (size_t s = 0; s < count; ++s) {
    shards[s].name = fmt::format("model-{:05}-of-{:05}.safetensors", s + 1, count);
    shards[s].begin = next;
    const size_t last_begin = tensors.size() - (count - s - 1);  // leave one for each that follows
    const double until =
        static_cast<double>(total) * static_cast<double>(s + 1) / static_cast<double>(count);
    while (next < last_begin && (next == shards[s].begin || static_cast<double>(bytes) < until))
      bytes += BytesOf(tensors[next++]);
    if (s + 1 == count) next = tensors.size();
    shards[s].end = next;
  }
  return shards;
}

// The folder must be new or empty: a synthetic checkpoint is never mixed with other files.
Status PrepareFolder(uint64_t needed_bytes, UnfinishedFolder* folder) {
  const fs::path& output = folder->path();
  const std::string what = Escape(output.string(), 400);
  std::error_code ec;
  const bool exists = fs::exists(fs::symlink_status(output, ec));
  if (exists && !fs::is_directory(output, ec))
    return AlreadyExists("{}: exists and is no folder", what);
  if (exists && (!fs::is_empty(output, ec) || ec))
    return AlreadyExists("{}: exists and is not empty; give a new folder", what);
  const fs::path parent = output.has_parent_path() ? output.parent_path() : ".";
  const fs::space_info space = fs::space(exists ? output : parent, ec);
  if (!ec && space.available < needed_bytes) {
    return IoError("{}: needs {}, has {} free", what, HumanBytes(static_cast<double>(needed_bytes)),
                   HumanBytes(static_cast<double>(space.available)));
  }
  if (!exists) NIBBLE_TRY(folder->MakeFolder(output));
  return folder->Lock();
}

// Makes and writes the pieces of one shard after another, on all threads.
class SynthRun {
 public:
  SynthRun(const SynthOptions& options, const std::vector<SynthTensor>& tensors, uint64_t total)
      : options_(options),
        tensors_(tensors),
        pool_(options.threads),
        buffers_(pool_.size()),
        progress_("synth", total, options.progress ? Progress::Mode::kAuto : Progress::Mode::kOff) {
  }
  Status WriteShard(const Shard& shard);
  double seconds() const { return progress_.seconds(); }

 private:
  struct Piece {
    size_t tensor;
    uint64_t offset;
    uint64_t bytes;
  };
  std::vector<Piece> PiecesOf(const Shard& shard) const;
  bool Stopped() const { return options_.stop != nullptr && *options_.stop != 0; }

  const SynthOptions& options_;
  const std::vector<SynthTensor>& tensors_;
  ThreadPool pool_;
  std::vector<std::vector<std::byte>> buffers_;  // one for each worker
  Progress progress_;
};

std::vector<SynthRun::Piece> SynthRun::PiecesOf(const Shard& shard) const {
  std::vector<Piece> pieces;
  for (size_t i = shard.begin; i < shard.end; ++i) {
    const uint64_t bytes = BytesOf(tensors_[i]);
    const uint64_t unit = SynthPieceBytes(tensors_[i]);
    const uint64_t step = std::max<uint64_t>(1, kPieceBytes / unit) * unit;
    for (uint64_t at = 0; at < bytes; at += step)
      pieces.push_back({i, at, std::min(step, bytes - at)});
  }
  return pieces;
}

Status SynthRun::WriteShard(const Shard& shard) {
  std::vector<SafetensorsWriter::Entry> entries;
  for (size_t i = shard.begin; i < shard.end; ++i) {
    const NamedTensor& t = tensors_[i].tensor;
    entries.push_back({t.name, t.dtype, t.shape});
  }
  progress_.SetNote(shard.name);
  NIBBLE_ASSIGN(SafetensorsWriter writer,
                SafetensorsWriter::Create(options_.output / shard.name, entries));
  const std::vector<Piece> pieces = PiecesOf(shard);
  std::mutex mutex;
  std::optional<Error> error;
  std::atomic<bool> failed = false;
  pool_.ParallelFor(pieces.size(), [&](size_t task, size_t worker) {
    if (failed || Stopped()) return;
    const Piece& piece = pieces[task];
    std::vector<std::byte>& buffer = buffers_[worker];
    buffer.resize(piece.bytes);
    SynthFill(tensors_[piece.tensor], options_.seed, piece.offset, buffer);
    const Status status = writer.Write(piece.tensor - shard.begin, piece.offset, buffer);
    progress_.Add(piece.bytes);
    if (status.ok()) return;
    const std::lock_guard lock(mutex);
    if (!failed.exchange(true)) error = status.error();
  });
  if (error) return *error;
  if (Stopped()) {
    return Error(ErrorCode::kInterrupted,
                 fmt::format("{}: stopped by signal {}, the checkpoint is not complete",
                             Escape(options_.output.string(), 400), options_.stop->load()));
  }
  return writer.Commit();
}

}  // namespace

Result<SynthReport> Synthesize(const SynthOptions& options) {
  NIBBLE_ASSIGN(const ModelConfig config, LoadModelConfig(options.config));
  NIBBLE_ASSIGN(const std::vector<SynthTensor> tensors, SynthTensors(config));
  SynthReport report;
  report.tensors = tensors.size();
  for (const SynthTensor& t : tensors) report.tensor_bytes += BytesOf(t);
  report.shards = options.shards != 0
                      ? options.shards
                      : static_cast<size_t>(1 + report.tensor_bytes / kDefaultShardBytes);
  if (report.shards > std::min(tensors.size(), kMaxShards)) {
    return InvalidInput("{} shards asked for, {} tensors allow {} at most", report.shards,
                        tensors.size(), std::min(tensors.size(), kMaxShards));
  }
  std::error_code ec;
  const fs::path config_file =
      fs::is_directory(options.config, ec) ? options.config / "config.json" : options.config;
  NIBBLE_ASSIGN(const std::string config_text, ReadSmallFile(config_file, kMaxConfigBytes));

  UnfinishedFolder folder(options.output);
  NIBBLE_TRY(PrepareFolder(report.tensor_bytes, &folder));
  SynthRun run(options, tensors, report.tensor_bytes);
  std::vector<std::pair<std::string, std::string>> index;
  for (const Shard& shard : CutIntoShards(tensors, report.tensor_bytes, report.shards)) {
    NIBBLE_TRY(run.WriteShard(shard));
    folder.Wrote(options.output / shard.name);
    for (size_t i = shard.begin; i < shard.end; ++i)
      index.emplace_back(tensors[i].tensor.name, shard.name);
  }
  NIBBLE_TRY(WriteFileAtomically(options.output / kShardIndexName,
                                 ShardIndexText(std::move(index), report.tensor_bytes)));
  folder.Wrote(options.output / kShardIndexName);
  NIBBLE_TRY(WriteFileAtomically(options.output / "config.json", config_text));
  folder.Complete();
  report.seconds = run.seconds();
  return report;
}

}  // namespace nibble
