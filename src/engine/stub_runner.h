// The engine without weights: a deterministic text per request, so that everything around the model
// can be tested. The text is "stub <h> 0 1 2 3 ..." where <h> is the first 8 hex digits of the
// SHA-256 of the prompt's ids (little-endian u32); or a fixed list of ids, then EOS.
#pragma once

#include <optional>

#include "engine/model_runner.h"
#include "text/tokenizer.h"

namespace nibble {

struct StubOptions {
  int64_t vocab_size = 0;
  int64_t max_model_len = 0;
  double delay_ms = 0;                       // between the tokens of a sequence
  double prefill_ms_per_1k = 0;              // delay of the first token per 1,000 prompt tokens
  std::optional<std::vector<TokenId>> play;  // these ids, then `eos`, instead of the text
  TokenId eos = 1;
};

// The text that the stub answers, as far as it has `numbers` numbers.
std::string StubText(std::span<const TokenId> prompt, int64_t numbers);

class StubRunner : public ModelRunner {
 public:
  // `tokenizer` may be null: then the answer is ids that count up from one that <h> gives. It must
  // outlive this object.
  StubRunner(const Tokenizer* tokenizer, const StubOptions& options);

  int64_t vocab_size() const override { return options_.vocab_size; }
  int64_t max_model_len() const override { return options_.max_model_len; }
  Result<Slot> Open(const Request& request) override;
  void Close(Slot slot) override;
  Status Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) override;
  EngineClock::time_point ReadyAt(Slot slot) const override;

 private:
  struct Stream {
    std::vector<TokenId> prompt;
    std::vector<TokenId> ids;  // the answer as far as it is known
    int64_t numbers = 0;       // how many numbers `ids` covers; 0: not begun
    size_t next = 0;
    EngineClock::time_point ready;
  };
  TokenId NextToken(Stream* stream) const;
  void Extend(Stream* stream) const;

  const Tokenizer* const tokenizer_;
  const StubOptions options_;
  std::vector<Stream> streams_;  // by slot
  std::vector<Slot> free_;
};

}  // namespace nibble
