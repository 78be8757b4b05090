#include "study/forced_text.h"

#include <cmath>
#include <limits>

#include "study/logits_difference.h"

namespace nibble {
namespace {

// Calls `use` for consecutive pieces of `tokens`.
template <class F>
Status ForEachPiece(std::span<const TokenId> tokens, int64_t piece, const F& use) {
  const auto size = static_cast<size_t>(std::max<int64_t>(1, piece));
  for (size_t begin = 0; begin < tokens.size(); begin += size) {
    NIBBLE_TRY(use(begin, tokens.subspan(begin, std::min(size, tokens.size() - begin))));
  }
  return {};
}

double TopTwoMargin(std::span<const float> row) {
  float best = -std::numeric_limits<float>::infinity();
  float second = best;
  for (const float v : row) {
    second = std::max(second, std::min(best, v));
    best = std::max(best, v);
  }
  return static_cast<double>(best) - static_cast<double>(second);
}

}  // namespace

Result<std::vector<float>> ForcedText::Read(std::span<const TokenId> tokens, bool want) {
  std::vector<TokenId> fed = {last_};
  fed.insert(fed.end(), tokens.begin(), tokens.end() - 1);
  StepItem item{
      .sequence = sequence_.get(), .tokens = fed, .logits = want ? Logits::kAll : Logits::kNone};
  NIBBLE_ASSIGN(std::vector<StepResult> results,
                model_.Step({&item, 1}, {.input_amax = input_amax_}));
  last_ = tokens.back();
  return std::move(results.front().logits);
}

double TextScore::perplexity() const {
  return tokens > 0 ? std::exp(nll / static_cast<double>(tokens)) : 0;
}
double TextScore::perplexity_per_byte() const {
  return bytes > 0 ? std::exp(nll / static_cast<double>(bytes)) : 0;
}

Status AddText(Model& model, const SuiteText::Text& text, int64_t prefill_chunk,
               InputAmax* input_amax, TextScore* score) {
  ForcedText forced(model, text.ids.front(), input_amax);
  const auto vocabulary = static_cast<size_t>(model.config().vocab_size);
  const auto add = [&](size_t begin, std::span<const TokenId> tokens) -> Status {
    const auto counts = [&](size_t i) { return text.counts[begin + i + 1]; };
    bool any = false;
    for (size_t i = 0; i < tokens.size(); ++i) any = any || counts(i);
    NIBBLE_ASSIGN(const std::vector<float> logits, forced.Read(tokens, any));
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (!counts(i)) continue;
      const auto row = std::span(logits).subspan(i * vocabulary, vocabulary);
      score->nll += LogSumExp(row) - static_cast<double>(row[static_cast<size_t>(tokens[i])]);
      ++score->tokens;
    }
    return {};
  };
  NIBBLE_TRY(ForEachPiece(std::span(text.ids).subspan(1), prefill_chunk, add));
  ++score->texts;
  score->bytes += text.bytes;
  return {};
}

Status AddAnswer(Model& reference, Model& model, std::span<const TokenId> prompt,
                 std::span<const TokenId> answer, int64_t prefill_chunk, int64_t margin_at,
                 AnswerDifference* difference, double* margin) {
  ForcedText a(reference, prompt.front());
  ForcedText b(model, prompt.front());
  const auto read = [&](size_t, std::span<const TokenId> tokens) -> Status {
    NIBBLE_TRY(a.Read(tokens, false));
    NIBBLE_TRY(b.Read(tokens, false));
    return {};
  };
  NIBBLE_TRY(ForEachPiece(prompt.subspan(1), prefill_chunk, read));
  const auto vocabulary = static_cast<size_t>(model.config().vocab_size);
  const auto compare = [&](size_t begin, std::span<const TokenId> tokens) -> Status {
    NIBBLE_ASSIGN(const std::vector<float> expected, a.Read(tokens, true));
    NIBBLE_ASSIGN(const std::vector<float> actual, b.Read(tokens, true));
    const LogitsReport report = CompareLogits(expected, actual, static_cast<int64_t>(vocabulary));
    difference->tokens += report.rows;
    difference->kl_sum += report.kl_mean * static_cast<double>(report.rows);
    difference->kl_max = std::max(difference->kl_max, report.kl_max);
    difference->top1_changes += report.top1_changes;
    const int64_t row = margin_at - static_cast<int64_t>(begin);
    if (row >= 0 && row < report.rows) {
      *margin = TopTwoMargin(
          std::span(expected).subspan(static_cast<size_t>(row) * vocabulary, vocabulary));
    }
    return {};
  };
  return ForEachPiece(answer, prefill_chunk, compare);
}

}  // namespace nibble
