#include "engine/model_adapter.h"

namespace nibble {

ModelAdapter::ModelAdapter(Model* model, int64_t max_model_len)
    : model_(model), max_model_len_(max_model_len) {}

Result<Slot> ModelAdapter::Open(const Request&) {
  if (free_.empty()) {
    free_.push_back(static_cast<Slot>(sequences_.size()));
    sequences_.push_back(model_->NewSequence());
  }
  const Slot slot = free_.back();
  free_.pop_back();
  sequences_[static_cast<size_t>(slot)]->Reset();
  return slot;
}

void ModelAdapter::Close(Slot slot) { free_.push_back(slot); }

Status ModelAdapter::Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) {
  std::vector<StepItem> steps;
  for (const RunnerItem& item : items) {
    StepItem step;
    step.sequence = sequences_[static_cast<size_t>(item.slot)].get();
    step.tokens = item.tokens;
    step.logits = item.wants_token ? Logits::kLast : Logits::kNone;
    steps.push_back(step);
  }
  NIBBLE_ASSIGN(last_, model_->Step(steps));
  results->assign(items.size(), {});
  for (size_t i = 0; i < items.size(); ++i) (*results)[i].logits = last_[i].logits;
  return {};
}

}  // namespace nibble
