#include "server/generation.h"

#include <algorithm>

#include "server/identifiers.h"
#include "server/sse.h"

namespace nibble {
namespace {

// Beyond this many unsent bytes a stream takes no more tokens from the engine, which then pauses
// its sequences.
constexpr size_t kMaxUnsentBytes = size_t{1} << 20;

}  // namespace

Generation::Generation(GenerationSpec spec, std::shared_ptr<HttpExchange> exchange,
                       std::atomic<int64_t>* open)
    : spec_(std::move(spec)), exchange_(std::move(exchange)), open_(open) {
  ++*open_;
  for (size_t prompt = 0; prompt < spec_.prompts.size(); ++prompt) {
    for (int64_t i = 0; i < spec_.fields.n; ++i) {
      const auto index = static_cast<int64_t>(choices_.size());
      choices_.emplace_back(index, prompt,
                            ChoiceOutput(spec_.tokenizer, spec_.controls, spec_.output));
      choices_.back().reply.index = index;
      if (!spec_.fields.return_token_ids) continue;
      choices_.back().reply.token_ids.emplace();
      choices_.back().reply.prompt_token_ids = spec_.prompts[prompt];
    }
  }
}

Generation::~Generation() { --*open_; }

std::vector<Request> Generation::MakeRequests() const {
  std::vector<Request> requests;
  for (const Choice& choice : choices_) {
    Request request;
    request.prompt = spec_.prompts[choice.prompt];
    request.max_tokens = spec_.max_tokens[choice.prompt];
    request.min_tokens = std::min(spec_.fields.min_tokens, request.max_tokens);
    request.eos_ids = spec_.eos_ids;
    request.stop_ids = spec_.fields.stop_token_ids;
    request.ignore_eos = spec_.fields.ignore_eos;
    request.sampling = spec_.fields.sampling;
    request.sampling.choice = static_cast<uint32_t>(choice.index);
    requests.push_back(std::move(request));
  }
  return requests;
}

Admission Generation::Start(Engine* engine) {
  const auto wake = [exchange = std::weak_ptr(exchange_), self = weak_from_this()] {
    const auto alive = exchange.lock();
    if (!alive) return;
    alive->Post([self] {
      if (const auto generation = self.lock()) generation->Pump();
    });
  };
  return engine->TrySubmit(MakeRequests(), wake, &tickets_);
}

void Generation::Pump() {
  for (size_t i = 0; i < choices_.size() && !ended_; ++i) {
    if (choices_[i].done) continue;
    if (exchange_->unsent_bytes() > kMaxUnsentBytes) return;  // OnWritable comes back
    Advance(&choices_[i], tickets_[i].Take());
  }
  const auto done = [](const Choice& choice) { return choice.done; };
  if (!ended_ && std::all_of(choices_.begin(), choices_.end(), done)) Complete();
}

void Generation::Advance(Choice* choice, RequestEvents events) {
  if (events.finished) {
    choice->timings = events.finished->timings;
    if (events.finished->reason == FinishReason::kError) {
      Fail({.status = 500, .code = "internal_error", .message = events.finished->error});
      return;
    }
    if (events.finished->reason == FinishReason::kCancelled) {
      Fail({.status = 503,
            .code = "draining",
            .message = "the server is shutting down",
            .retry_after_s = 1});
      return;
    }
  }
  TextDelta delta;
  std::vector<TokenId> ids;
  for (const GeneratedToken& token : events.tokens) {
    choice->output.Push(token.id, token.ends, &delta);
    ids.push_back(token.id);
    if (choice->output.ended()) break;
  }
  choice->tokens += static_cast<int64_t>(ids.size());
  const bool ended = choice->output.ended();
  if (ended) tickets_[static_cast<size_t>(choice->index)].Cancel();
  choice->done = ended || events.finished.has_value();
  if (choice->done) choice->output.Finish(&delta);
  if (!ids.empty() || !delta.empty()) Deliver(choice, std::move(delta), std::move(ids));
  if (!choice->done || ended_) return;
  EndChoice(choice, ended ? Finished{} : *events.finished);
}

void Generation::EndChoice(Choice* choice, const Finished& finished) {
  ReplyChoice& reply = choice->reply;
  reply.finish_reason = finished.reason == FinishReason::kLength ? "length"
                        : choice->calls > 0                      ? "tool_calls"
                                                                 : "stop";
  if (const std::string* stop = choice->output.stop_string()) {
    reply.stop_reason = *stop;
  } else if (finished.stop_id) {
    reply.stop_reason = *finished.stop_id;
  }
  if (!spec_.fields.stream) return;
  ChunkParts last{.finish_reason = reply.finish_reason, .stop_reason = reply.stop_reason};
  if (spec_.fields.return_token_ids) last.token_ids.emplace();  // every chunk has them
  WriteChunk(choice, std::move(last));
}

void Generation::Deliver(Choice* choice, TextDelta delta, std::vector<TokenId> ids) {
  if (!spec_.include_reasoning) delta.reasoning.clear();
  if (spec_.fields.stream) {
    Stream(choice, std::move(delta), std::move(ids));
  } else {
    Collect(choice, std::move(delta), ids);
  }
}

void Generation::Collect(Choice* choice, TextDelta delta, const std::vector<TokenId>& ids) {
  ReplyChoice& reply = choice->reply;
  reply.reasoning += delta.reasoning;
  reply.content += delta.content;
  for (OutputDelta& call : delta.calls) {
    ++choice->calls;
    reply.calls.push_back(
        {MakeCallId(), std::move(call.call.name), std::move(call.call.arguments)});
  }
  if (reply.token_ids) reply.token_ids->insert(reply.token_ids->end(), ids.begin(), ids.end());
}

// One chunk per kind of piece; the ids ride on the first.
void Generation::Stream(Choice* choice, TextDelta delta, std::vector<TokenId> ids) {
  std::optional<std::vector<TokenId>> pending;
  if (spec_.fields.return_token_ids && !ids.empty()) pending = std::move(ids);
  const auto write = [&](ChunkParts parts) {
    parts.token_ids = std::exchange(pending, std::nullopt);
    WriteChunk(choice, std::move(parts));
  };
  if (!delta.reasoning.empty()) write({.reasoning = std::move(delta.reasoning)});
  if (!delta.content.empty()) write({.content = std::move(delta.content)});
  for (OutputDelta& call : delta.calls) {
    write({.call = ReplyToolCall{MakeCallId(), std::move(call.call.name),
                                 std::move(call.call.arguments)},
           .call_index = choice->calls++});
  }
  if (pending) write({});
}

void Generation::WriteChunk(Choice* choice, ChunkParts parts) {
  if (!choice->began) {
    choice->began = true;
    BeginStream();
    if (spec_.head.chat) {
      ChunkParts first{.role = true};
      if (choice->reply.prompt_token_ids) first.prompt_token_ids = &*choice->reply.prompt_token_ids;
      WriteEvent(ChunkJson(spec_.head, choice->index, first), false);
    } else if (choice->reply.prompt_token_ids) {
      parts.prompt_token_ids = &*choice->reply.prompt_token_ids;
    }
  }
  WriteEvent(ChunkJson(spec_.head, choice->index, parts), false);
}

void Generation::WriteEvent(json::Value event, bool is_usage) {
  if (!is_usage && spec_.fields.continuous_usage_stats) {
    event.Set("usage", UsageJson(TotalUsage()));
  } else if (!is_usage && spec_.fields.include_usage) {
    event.Set("usage", json::Value());
  }
  exchange_->Write(SseEvent(event));
}

void Generation::BeginStream() {
  if (std::exchange(stream_begun_, true)) return;
  exchange_->BeginStream(kSseContentType,
                         {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}});
}

void Generation::Complete() {
  ended_ = true;
  if (spec_.fields.stream) {
    if (spec_.fields.include_usage) WriteEvent(UsageChunkJson(spec_.head, TotalUsage()), true);
    exchange_->Write(kSseDone);
    exchange_->EndStream(true);
    return;
  }
  std::vector<ReplyChoice> replies;
  for (Choice& choice : choices_) replies.push_back(std::move(choice.reply));
  exchange_->Send({.body = json::Dump(ReplyJson(spec_.head, replies, TotalUsage()))});
}

void Generation::Fail(const ApiError& error) {
  if (std::exchange(ended_, true)) return;
  tickets_.clear();
  if (stream_begun_) {
    exchange_->Write(SseEvent(ErrorJson(error)));
    exchange_->EndStream(false);
  } else {
    exchange_->Send(ErrorResponse(error));
  }
}

void Generation::OnQuiet() {
  if (ended_ || !spec_.fields.stream) return;
  BeginStream();
  exchange_->Write(kSseKeepAlive);
}

void Generation::OnShutdown() {
  Fail({.status = 503,
        .code = "draining",
        .message = "the server is shutting down",
        .retry_after_s = 1});
}

Usage Generation::TotalUsage() const {
  Usage usage;
  for (const auto& prompt : spec_.prompts)
    usage.prompt_tokens += static_cast<int64_t>(prompt.size());
  for (const Choice& choice : choices_) {
    usage.completion_tokens += choice.tokens;
    usage.reasoning_tokens += choice.output.reasoning_tokens();
    if (choice.timings.decode_ms >= usage.timings.decode_ms) usage.timings = choice.timings;
  }
  return usage;
}

}  // namespace nibble
