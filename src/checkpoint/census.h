// What a checkpoint consists of: tensors, bytes and parameters by class, the form it is in, what
// one token reads.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/catalogue.h"
#include "checkpoint/checkpoint.h"

namespace nibble {

enum class ModuleClass : uint8_t {
  kRoutedExperts,
  kSharedExperts,
  kAttention,  // q, kv and output projections, their norms, the sink
  kCompressors,
  kIndexers,
  kGates,
  kHashTables,
  kHyperConnections,
  kNorms,
  kEmbedding,
  kHead,
  kMtp,  // everything under mtp.*
};
std::string_view NameOf(ModuleClass c);
ModuleClass ClassOf(const Module& module);

struct ClassCensus {
  uint64_t tensors = 0;
  uint64_t bytes = 0;
  uint64_t parameters = 0;          // values of the weights, without scales
  std::map<Form, uint64_t> stored;  // modules by form
};

struct Census {
  std::map<ModuleClass, ClassCensus> classes;
  // Of one token: top-k of the routed experts, everything else of the trunk but the embedding and
  // the hash tables.
  uint64_t active_parameters = 0;
  uint64_t active_bytes = 0;
  // "native", "portable" (routed experts NVFP4, the draft's native or NVFP4), "full-hf",
  // "full-official" (every linear NVFP4), "bf16", "base" (FP8 experts) or "mixed".
  std::string form;
  // Of the blocks under mtp.*: "none", "dspark", "native", "nvfp4", or another form's name.
  std::string draft;

  ClassCensus Total() const;
};

// One module as it is stored.
struct StoredSize {
  Module module;
  Form form = Form::kBF16;
  bool f32_scales = false;
  uint64_t tensors = 0;
  uint64_t bytes = 0;
};

Census TakeCensus(const ModelConfig& config, Names names, std::span<const StoredSize> modules);
// Of the modules that are there. A module whose tensors do not fit together cannot occur: Open
// refuses it.
Census TakeCensus(const Checkpoint& checkpoint);
// All modules of the checkpoint that are there.
std::vector<StoredSize> StoredSizesOf(const Checkpoint& checkpoint);

}  // namespace nibble
