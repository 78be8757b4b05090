// A generation in flight for one HTTP request: one or more choices that the engine works on, turned
// into a reply or a stream as their tokens come. Lives on the executor of its exchange; destroying
// it cancels what the engine still does for it.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/engine.h"
#include "server/choice_output.h"
#include "server/generation_fields.h"
#include "server/http.h"
#include "server/reply.h"

namespace nibble {

struct GenerationSpec {
  ReplyHead head;
  GenerationFields fields;
  bool include_reasoning = true;
  ChoiceOutputOptions output;
  std::vector<std::vector<TokenId>> prompts;
  std::vector<int64_t> max_tokens;  // per prompt
  std::vector<TokenId> eos_ids;
  const Tokenizer* tokenizer = nullptr;              // null: ids only
  const OutputParser::Controls* controls = nullptr;  // needed to split
};

class Generation : public HttpWork, public std::enable_shared_from_this<Generation> {
 public:
  // `open` counts generations in flight.
  Generation(GenerationSpec spec, std::shared_ptr<HttpExchange> exchange,
             std::atomic<int64_t>* open);
  ~Generation() override;

  // Submits all choices. Anything but kAccepted: nothing was begun and the caller answers.
  Admission Start(Engine* engine);

  void OnWritable() override { Pump(); }
  void OnQuiet() override;
  void OnShutdown() override;

 private:
  struct Choice {
    Choice(int64_t index_, size_t prompt_, ChoiceOutput output_)
        : index(index_), prompt(prompt_), output(std::move(output_)) {}
    int64_t index;
    size_t prompt;
    ChoiceOutput output;
    int64_t tokens = 0;
    bool began = false;  // a chunk has been sent
    bool done = false;
    int64_t calls = 0;  // tool calls delivered
    ReplyChoice reply;  // filled as pieces come; texts only when not streaming
    RequestTimings timings;
  };

  std::vector<Request> MakeRequests() const;
  // Takes what the engine has for us and passes it on.
  void Pump();
  void Advance(Choice* choice, RequestEvents events);
  void EndChoice(Choice* choice, const Finished& finished);
  void Deliver(Choice* choice, TextDelta delta, std::vector<TokenId> ids);
  void Collect(Choice* choice, TextDelta delta, const std::vector<TokenId>& ids);
  void Stream(Choice* choice, TextDelta delta, std::vector<TokenId> ids);
  void WriteChunk(Choice* choice, ChunkParts parts);
  void WriteEvent(json::Value event, bool is_usage);
  void BeginStream();
  void Complete();
  void Fail(const ApiError& error);
  Usage TotalUsage() const;

  const GenerationSpec spec_;
  const std::shared_ptr<HttpExchange> exchange_;
  std::atomic<int64_t>* const open_;
  std::vector<Choice> choices_;
  std::vector<Ticket> tickets_;  // one per choice
  bool stream_begun_ = false;
  bool ended_ = false;  // the answer is complete
};

}  // namespace nibble
