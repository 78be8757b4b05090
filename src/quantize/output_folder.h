// The folder that a checkpoint is written into: what must be true before the first byte, and the
// files beside the shards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unfinished_folder.h"

namespace nibble {

struct OutputFolderOptions {
  bool overwrite = false;
  std::vector<std::string> shard_names;  // that will be written
  uint64_t needed_bytes = 0;
};

// What else lies in the folder of a checkpoint (tokenizer, generation_config.json, LICENSE,
// encoding/, inference/ ...), as paths below it: every regular file but shards, indexes,
// config.json, hf_quant_config.json, hidden files, .cache and __pycache__. Errors: a link to a
// folder or to nothing, a link to a file elsewhere unless `follow_symlinks`, a file that cannot be
// read.
Result<std::vector<std::filesystem::path>> OtherFiles(const std::filesystem::path& input,
                                                      bool follow_symlinks);

class OutputFolder : public UnfinishedFolder {
 public:
  // Creates `output` if needed (its parent must exist), locks it and checks it. Errors: output
  // equal to, inside or around `input`; not empty without `overwrite`; shards that would survive an
  // overwrite as strangers; too little space (both numbers); locked. Temporaries that a killed run
  // left are removed. With `overwrite` an old config.json goes first: it would call the
  // half-written folder complete.
  static Result<std::unique_ptr<OutputFolder>> Prepare(const std::filesystem::path& input,
                                                       const std::filesystem::path& output,
                                                       const OutputFolderOptions& options);
  // WriteFileAtomically and Wrote.
  Status WriteText(const std::string& name, std::string_view text);
  // Copies `files` (paths below `input`), making folders as needed.
  Status CopyFiles(const std::filesystem::path& input,
                   const std::vector<std::filesystem::path>& files);

 private:
  using UnfinishedFolder::UnfinishedFolder;
  // Makes it unless it is there.
  Status NeedFolder(const std::filesystem::path& folder);
};

}  // namespace nibble
