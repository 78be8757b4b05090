// DeepSeek-V4 loaded from a checkpoint, and the sequences that it continues.
//
//   auto model = Model::Load(checkpoint, {.numerics = Numerics::kServing});
//   std::unique_ptr<Sequence> a = model->NewSequence();
//   StepItem item{.sequence = a.get(), .tokens = prompt, .logits = Logits::kLast};
//   auto results = model->Step({&item, 1});          // prefill: any number of tokens
//   ... argmax of results[0].logits, one token, Step again: decoding is the same call.
//
// One thread at a time may call a Model and its sequences (the engine thread); the model has its
// own helpers inside. A Sequence must not outlive its Model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "model/input_amax.h"
#include "model/numerics.h"
#include "model/tracer.h"

namespace nibble {

struct ModelOptions {
  Numerics numerics = Numerics::kServing;
  std::optional<Activations> activations = {};  // default: DefaultActivations(numerics)
  size_t threads = 0;                           // 0: as many as the machine has cores
  bool load_mtp = false;                        // the first MTP block too
  bool stream_layers = false;  // hold one layer's weights at a time, read anew in each Step
};

// Everything that the model remembers of one text: per layer the window ring, the compressed
// entries and the compressors' partial blocks. Made by Model::NewSequence.
class Sequence {
 public:
  virtual ~Sequence() = default;
  // Tokens processed so far; the next token has this position.
  virtual int64_t length() const = 0;
  // Back to an empty text. Nothing of the old one can be seen afterwards.
  virtual void Reset() = 0;
  // Memory of its caches.
  virtual uint64_t bytes() const = 0;
};

// Which predictions a step returns.
enum class Logits : uint8_t { kNone, kLast, kAll };

// One sequence's part in a step.
struct StepItem {
  Sequence* sequence = nullptr;          // at most once in a step
  std::span<const int32_t> tokens = {};  // at least one
  Logits logits = Logits::kLast;
  // Also run the MTP block. Its row t takes the streams of position t and the token of t+1, so the
  // rows of this step are the position before it (if any) and all of its positions but the last.
  // All steps of a sequence must agree on it.
  bool mtp = false;
  // Input streams [tokens, m, d] instead of the embedding, for a range of layers.
  std::span<const float> streams = {};
};

struct StepOptions {
  int64_t layer_begin = 0;          // > 0 only with streams
  int64_t layer_end = -1;           // -1: all layers. Less than all: no logits, streams_out instead
  bool want_streams = false;        // fill streams_out
  Tracer* tracer = nullptr;         // receives every intermediate
  InputAmax* input_amax = nullptr;  // is raised by the input of every linear
};

struct StepResult {
  std::vector<float> logits;       // [0, 1 or tokens, V]
  std::vector<float> mtp_logits;   // [mtp rows, V]
  std::vector<float> streams_out;  // [tokens, m, d] after the last layer that ran
};

class Model {
 public:
  // Reads the weights (not with stream_layers). `checkpoint` must outlive the model. Errors: a
  // missing tensor, ideal numerics with quantised activations, a table entry out of range.
  static Result<std::unique_ptr<Model>> Load(const Checkpoint& checkpoint,
                                             const ModelOptions& options);
  virtual ~Model() = default;

  virtual const ModelConfig& config() const = 0;
  virtual const ModelOptions& options() const = 0;
  virtual std::unique_ptr<Sequence> NewSequence() = 0;

  // Runs all items side by side through the model; a result for each, in order. Errors (a token
  // outside the vocabulary, a sequence beyond max_position_embeddings) come before any sequence is
  // changed; with stream_layers reading a layer may also fail midway, which leaves the sequences of
  // this step unusable until Reset.
  virtual Result<std::vector<StepResult>> Step(std::span<const StepItem> items,
                                               const StepOptions& options = {}) = 0;

  // All compressed entries of a layer so far, [entries, head_dim], or of its indexer, [entries,
  // index_head_dim]; empty where a layer has none.
  virtual std::vector<float> ReadEntries(const Sequence& sequence, int64_t layer,
                                         bool indexer) const = 0;

  // Bytes of weights that steps have read so far: what a decode step must fetch from memory. An
  // expert counts once a step however many tokens chose it.
  virtual uint64_t weight_bytes_read() const = 0;
  // Bytes of all loaded weights.
  virtual uint64_t weight_bytes() const = 0;
  // One line about the kernels chosen, for the banner.
  virtual std::string KernelsText() const = 0;
};

}  // namespace nibble
