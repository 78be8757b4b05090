// The model that comes with nibble, for commands that are given none.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace nibble {

// Its folder: <prefix>/share/nibble/models/tiny beside an installed <prefix>/bin/nibble, or
// models/tiny of the source tree that this binary was built in (build/<preset>/nibble). Both are
// found from the binary's own place, not from the current folder. Errors: neither is there.
Result<std::filesystem::path> FindBundledModel();

}  // namespace nibble
