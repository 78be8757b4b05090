// The folder that a checkpoint is written into: what must be true before the first byte, and the
// files beside the shards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/folder_lock.h"

namespace nibble {

struct OutputFolderOptions {
  bool overwrite = false;
  std::vector<std::string> shard_names;  // that will be written
  uint64_t needed_bytes = 0;
};

// Creates `output` if needed (its parent must exist), locks it and checks it. Errors: output equal
// to, inside or around `input`; not empty without `overwrite`; shards that would survive an
// overwrite as strangers; too little space (both numbers); locked. Temporaries that a killed run
// left are removed. With `overwrite` an old config.json goes first: it would call the half-written
// folder complete.
Result<FolderLock> PrepareOutputFolder(const std::filesystem::path& input,
                                       const std::filesystem::path& output,
                                       const OutputFolderOptions& options);

// Copies what else lies in `input` (tokenizer, generation_config.json, LICENSE, encoding/,
// inference/ ...): every regular file but shards, indexes, config.json, hf_quant_config.json,
// hidden files, .cache and __pycache__. Symbolic links are followed to regular files, not into
// folders. Gives the number of files.
Result<uint64_t> CopyOtherFiles(const std::filesystem::path& input,
                                const std::filesystem::path& output);

}  // namespace nibble
