// The model as a runner: sequences are kept and reset explicitly, so that nothing of an earlier
// request can be seen by the next one in the same slot.
#pragma once

#include <memory>
#include <vector>

#include "engine/model_runner.h"
#include "model/model.h"

namespace nibble {

class ModelAdapter : public ModelRunner {
 public:
  // `model` must outlive this object. `max_model_len` is at most the config's
  // max_position_embeddings.
  ModelAdapter(Model* model, int64_t max_model_len);

  int64_t vocab_size() const override { return model_->config().vocab_size; }
  int64_t max_model_len() const override { return max_model_len_; }
  Result<Slot> Open(const Request& request) override;
  void Close(Slot slot) override;
  Status Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) override;

 private:
  Model* const model_;
  const int64_t max_model_len_;
  std::vector<std::unique_ptr<Sequence>> sequences_;  // by slot
  std::vector<Slot> free_;
  std::vector<StepResult> last_;  // owns the logits that the last results point into
};

}  // namespace nibble
