// A text given to a model token by token: with which logits would it have chosen each of them?
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "model/model.h"
#include "study/suite_text.h"

namespace nibble {

class ForcedText {
 public:
  // `model` and `input_amax`, which may be null, must outlive this object.
  ForcedText(Model& model, TokenId first, InputAmax* input_amax = nullptr)
      : model_(model), sequence_(model.NewSequence()), last_(first), input_amax_(input_amax) {}

  // Goes on by `tokens` (at least one). With `want` the logits [tokens, V] that chose them. Errors:
  // those of Model::Step.
  Result<std::vector<float>> Read(std::span<const TokenId> tokens, bool want);

 private:
  Model& model_;
  std::unique_ptr<Sequence> sequence_;
  TokenId last_;  // not given to the model yet: its row predicts the next token
  InputAmax* input_amax_;
};

// Negative log-likelihood of texts.
struct TextScore {
  int64_t texts = 0;
  int64_t tokens = 0;
  int64_t bytes = 0;
  double nll = 0;  // nats, of all counted tokens

  double perplexity() const;           // per token
  double perplexity_per_byte() const;  // of the tokens' text
};
Status AddText(Model& model, const SuiteText::Text& text, int64_t prefill_chunk,
               InputAmax* input_amax, TextScore* score);

// What two models think of the same answers.
struct AnswerDifference {
  int64_t tokens = 0;
  double kl_sum = 0;  // KL(reference || model), nats
  double kl_max = 0;
  int64_t top1_changes = 0;

  double kl_mean() const { return tokens > 0 ? kl_sum / static_cast<double>(tokens) : 0; }
};

// `answer` (at least one token) behind `prompt`, given to both. `margin_at`: a token of the answer
// whose top-2 margin in the reference (best logit minus second) is wanted; negative: none.
Status AddAnswer(Model& reference, Model& model, std::span<const TokenId> prompt,
                 std::span<const TokenId> answer, int64_t prefill_chunk, int64_t margin_at,
                 AnswerDifference* difference, double* margin);

}  // namespace nibble
