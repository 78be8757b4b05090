#include "engine/generate.h"

#include <algorithm>
#include <chrono>

#include "engine/sampler.h"

namespace nibble {
namespace {

class Generation {
 public:
  Generation(Model& model, Sequence& sequence, const GenerateOptions& options)
      : model_(model), sequence_(sequence), options_(options) {}

  Result<GenerateResult> Run(std::span<const TokenId> prompt) {
    const int64_t context = model_.config().max_position_embeddings;
    const int64_t length = sequence_.length() + static_cast<int64_t>(prompt.size());
    const int64_t max_tokens = std::min(options_.max_tokens, context - length);
    if (max_tokens < std::min<int64_t>(options_.max_tokens, 1)) {
      return InvalidInput(
          "{} tokens leave no room in the model's context of {} (max_position_embeddings)", length,
          context);
    }
    counts_.prompt.assign(prompt.begin(), prompt.end());
    std::sort(counts_.prompt.begin(), counts_.prompt.end());
    counts_.prompt.erase(std::unique(counts_.prompt.begin(), counts_.prompt.end()),
                         counts_.prompt.end());
    const auto chunk = static_cast<size_t>(std::max<int64_t>(1, options_.prefill_chunk));
    for (size_t begin = 0; begin < prompt.size(); begin += chunk) {
      const size_t count = std::min(chunk, prompt.size() - begin);
      NIBBLE_TRY(
          Step(prompt.subspan(begin, count), begin + count == prompt.size(), &result_.prefill));
    }
    while (static_cast<int64_t>(result_.tokens.size()) < max_tokens) {
      NIBBLE_ASSIGN(const TokenId token, Sample());
      if (IsEos(token)) {
        result_.finish_reason = FinishReason::kStop;
        break;
      }
      if (static_cast<int64_t>(result_.tokens.size()) == max_tokens) break;
      NIBBLE_TRY(Step({&token, 1}, true, &result_.decode));
    }
    return std::move(result_);
  }

 private:
  Status Step(std::span<const TokenId> tokens, bool last, PhaseTiming* timing) {
    if (options_.stop != nullptr && options_.stop->load() != 0)
      return Error(ErrorCode::kInterrupted, "interrupted");
    StepItem item{
        .sequence = &sequence_,
        .tokens = tokens,
        .logits = options_.want_logits ? Logits::kAll : (last ? Logits::kLast : Logits::kNone),
        .mtp = options_.mtp};
    const auto start = std::chrono::steady_clock::now();
    const uint64_t bytes = model_.weight_bytes_read();
    NIBBLE_ASSIGN(std::vector<StepResult> results, model_.Step({&item, 1}));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    timing->seconds += elapsed.count();
    timing->tokens += static_cast<int64_t>(tokens.size());
    timing->weight_bytes += model_.weight_bytes_read() - bytes;
    StepResult& r = results.front();
    if (options_.want_logits) {
      result_.logits.insert(result_.logits.end(), r.logits.begin(), r.logits.end());
      result_.mtp_logits.insert(result_.mtp_logits.end(), r.mtp_logits.begin(), r.mtp_logits.end());
    }
    const auto vocabulary = static_cast<size_t>(model_.config().vocab_size);
    if (last)
      last_logits_.assign(r.logits.end() - static_cast<int64_t>(vocabulary), r.logits.end());
    return {};
  }

  Result<TokenId> Sample() {
    const auto token = SampleToken(last_logits_, options_.sampling, counts_, {},
                                   static_cast<uint64_t>(result_.tokens.size()));
    if (!token)
      return InvalidInput(
          "the logits after position {} are not numbers: nibble trace shows where "
          "they come from",
          sequence_.length() - 1);
    ++counts_.generated[*token];
    result_.tokens.push_back(*token);
    if (options_.on_token) options_.on_token(*token);
    return *token;
  }

  bool IsEos(TokenId token) const {
    return std::find(options_.eos_ids.begin(), options_.eos_ids.end(), token) !=
           options_.eos_ids.end();
  }

  Model& model_;
  Sequence& sequence_;
  const GenerateOptions& options_;
  TokenCounts counts_;
  std::vector<float> last_logits_;
  GenerateResult result_;
};

}  // namespace

Result<GenerateResult> Generate(Model& model, Sequence& sequence, std::span<const TokenId> prompt,
                                const GenerateOptions& options) {
  if (prompt.empty()) return InvalidInput("the prompt is empty: give at least one token");
  return Generation(model, sequence, options).Run(prompt);
}

}  // namespace nibble
