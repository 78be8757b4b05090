#include "apps/bundled_model.h"

#include "base/text.h"

namespace nibble {

Result<std::filesystem::path> FindBundledModel() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  if (error) return IoError("/proc/self/exe: {}; name a checkpoint's folder", error.message());
  const fs::path prefix = binary.parent_path().parent_path();
  const fs::path installed = prefix / "share/nibble/models/tiny";
  const fs::path source = prefix.parent_path() / "models/tiny";
  for (const fs::path& folder : {installed, source}) {
    if (fs::exists(folder / "config.json", error)) return folder;
  }
  return NotFound("the bundled model is neither in {} nor in {}: name a checkpoint's folder",
                  Escape(installed.string(), 400), Escape(source.string(), 400));
}

}  // namespace nibble
