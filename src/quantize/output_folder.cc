#include "quantize/output_folder.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <unordered_set>

#include "base/file.h"
#include "base/text.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCopyBytes = size_t{1} << 20;
constexpr std::string_view kTemporaryPrefix = ".nibble-tmp.";

std::string Shown(const fs::path& path) { return Escape(path.string(), 400); }

bool IsInside(const fs::path& inner, const fs::path& outer) {
  const auto [o, i] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return o == outer.end();
}

Status CheckApart(const fs::path& input, const fs::path& output) {
  std::error_code error;
  const fs::path in = fs::canonical(input, error);
  if (error) return NotFound("{}: {}", Shown(input), error.message());
  fs::path out = fs::absolute(output, error);
  if (!error) out = fs::weakly_canonical(out, error);
  if (error) return IoError("{}: {}", Shown(output), error.message());
  if (!out.has_filename()) out = out.parent_path();  // "x/"
  if (in == out) return InvalidInput("{}: input and output are the same folder", Shown(output));
  if (IsInside(out, in) || IsInside(in, out)) {
    return InvalidInput("{} and {}: one lies inside the other; choose an output folder elsewhere",
                        Shown(input), Shown(output));
  }
  return {};
}

bool IsMetadata(const std::string& name) {
  return name == "config.json" || name == "hf_quant_config.json" ||
         name.ends_with(".safetensors.index.json");
}

// Nothing is written, nor taken back, behind a link: it may lead into the source.
Status LinkInTheWay(const fs::path& path) {
  return AlreadyExists("{}: a symbolic link to a folder; remove it or use another output folder",
                       Shown(path));
}

Status CheckContents(const fs::path& output, const OutputFolderOptions& options) {
  const std::unordered_set<std::string> shards(options.shard_names.begin(),
                                               options.shard_names.end());
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(output, error)) {
    const std::string name = entry.path().filename().string();
    if (name == kLockFileName) continue;
    if (name.starts_with(kTemporaryPrefix)) {
      fs::remove(entry.path(), error);
      if (error) return IoError("{}: cannot be removed: {}", Shown(entry.path()), error.message());
      continue;
    }
    if (!options.overwrite) {
      return AlreadyExists("{}: not empty (holds \"{}\"); use --overwrite or another folder",
                           Shown(output), Escape(name));
    }
    std::error_code ignored;
    if (entry.is_symlink(ignored) && entry.is_directory(ignored)) return LinkInTheWay(entry.path());
    if (entry.is_directory(ignored) && (shards.contains(name) || IsMetadata(name))) {
      return AlreadyExists("{}: a folder with the name of a file of this output; remove it",
                           Shown(entry.path()));
    }
    if (name.ends_with(".safetensors") && !shards.contains(name)) {
      return AlreadyExists(
          "{}: holds \"{}\", which this output would not replace; remove it or use another folder",
          Shown(output), Escape(name));
    }
  }
  if (error) return IoError("{}: cannot be listed: {}", Shown(output), error.message());
  return {};
}

Status RemoveOldConfig(const fs::path& output) {
  std::error_code error;
  fs::remove(output / "config.json", error);
  if (error) return IoError("{}: cannot remove config.json: {}", Shown(output), error.message());
  return {};
}

Status CheckSpace(const fs::path& output, uint64_t needed_bytes) {
  struct statvfs info {};
  if (::statvfs(output.c_str(), &info) != 0) {
    return IoError("{}: free space unknown: {}", Shown(output),
                   std::error_code(errno, std::generic_category()).message());
  }
  const uint64_t free_bytes = uint64_t{info.f_bavail} * info.f_frsize;
  if (free_bytes >= needed_bytes) return {};
  return IoError("{}: needs {} bytes ({}), {} are free ({})", Shown(output), needed_bytes,
                 HumanBytes(static_cast<double>(needed_bytes)), free_bytes,
                 HumanBytes(static_cast<double>(free_bytes)));
}

// Shards, indexes and the two files that are written anew; hidden files and caches.
bool IsLeftOut(const std::string& name, bool top_level) {
  if (name.starts_with(".") || name == "__pycache__") return true;
  if (name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json")) return true;
  return top_level && IsMetadata(name);
}

Status ListOtherFiles(const fs::path& input, const fs::path& folder, bool follow_symlinks,
                      std::vector<fs::path>* files) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(input / folder, error)) {
    const fs::path name = entry.path().filename();
    if (IsLeftOut(name.string(), folder.empty())) continue;
    std::error_code ignored;
    const bool link = entry.is_symlink(ignored);
    if (entry.is_regular_file(ignored)) {
      if (!follow_symlinks) NIBBLE_TRY(CheckLinkStays(entry.path()));
      NIBBLE_ASSIGN(const InputFile readable, InputFile::Open(entry.path()));  // before the work
      files->push_back(folder / name);
    } else if (link && entry.is_directory(ignored)) {
      return InvalidInput(
          "{}: a symbolic link to a folder, which is not copied; put the folder there",
          Shown(entry.path()));
    } else if (link && !entry.exists(ignored)) {
      return NotFound("{}: a symbolic link to nothing", Shown(entry.path()));
    } else if (entry.is_directory(ignored)) {
      NIBBLE_TRY(ListOtherFiles(input, folder / name, follow_symlinks, files));
    }
  }
  if (error) return IoError("{}: cannot be listed: {}", Shown(input / folder), error.message());
  return {};
}

Status CopyFile(const fs::path& from, const fs::path& to) {
  NIBBLE_ASSIGN(const InputFile source, InputFile::Open(from));
  NIBBLE_ASSIGN(AtomicFile target, AtomicFile::Create(to, source.size_bytes()));
  std::vector<std::byte> buffer(std::min<uint64_t>(kCopyBytes, source.size_bytes()));
  for (uint64_t done = 0; done < source.size_bytes(); done += buffer.size()) {
    buffer.resize(std::min<uint64_t>(kCopyBytes, source.size_bytes() - done));
    NIBBLE_TRY(source.ReadAt(done, buffer));
    NIBBLE_TRY(target.WriteAt(done, buffer));
  }
  return target.Commit(source.size_bytes());
}

}  // namespace

Result<std::vector<fs::path>> OtherFiles(const fs::path& input, bool follow_symlinks) {
  std::vector<fs::path> files;
  NIBBLE_TRY(ListOtherFiles(input, "", follow_symlinks, &files));
  return files;
}

Result<std::unique_ptr<OutputFolder>> OutputFolder::Prepare(const fs::path& input,
                                                            const fs::path& output,
                                                            const OutputFolderOptions& options) {
  NIBBLE_TRY(CheckApart(input, output));
  std::unique_ptr<OutputFolder> folder(new OutputFolder(output));
  NIBBLE_TRY(folder->NeedFolder(output));
  NIBBLE_TRY(folder->Lock());
  NIBBLE_TRY(CheckContents(output, options));
  NIBBLE_TRY(CheckSpace(output, options.needed_bytes));
  if (options.overwrite) NIBBLE_TRY(RemoveOldConfig(output));
  return folder;
}

Status OutputFolder::NeedFolder(const fs::path& folder) {
  std::error_code error;
  const auto status = fs::status(folder, error);
  if (folder != path() && fs::is_symlink(folder, error)) return LinkInTheWay(folder);
  if (fs::is_directory(status)) return {};
  if (fs::exists(status)) return AlreadyExists("{}: exists and is not a folder", Shown(folder));
  return MakeFolder(folder);
}

Status OutputFolder::WriteText(const std::string& name, std::string_view text) {
  NIBBLE_TRY(WriteFileAtomically(path() / name, text));
  Wrote(path() / name);
  return {};
}

Status OutputFolder::CopyFiles(const fs::path& input, const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    fs::path folder = path();
    for (const fs::path& part : file.parent_path()) NIBBLE_TRY(NeedFolder(folder /= part));
    NIBBLE_TRY(CopyFile(input / file, path() / file));
    Wrote(path() / file);
  }
  return {};
}

}  // namespace nibble
