#include "engine/stub_runner.h"

#include <openssl/sha.h>

#include <array>

namespace nibble {
namespace {

EngineClock::duration Ms(double ms) {
  return std::chrono::duration_cast<EngineClock::duration>(
      std::chrono::duration<double, std::milli>(ms));
}

// The first four bytes of the digest.
uint32_t PromptHash(std::span<const TokenId> prompt) {
  std::vector<unsigned char> bytes;
  bytes.reserve(prompt.size() * 4);
  for (const TokenId id : prompt) {
    for (int shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<unsigned char>(static_cast<uint32_t>(id) >> shift));
  }
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(bytes.data(), bytes.size(), digest.data());
  return static_cast<uint32_t>(digest[0]) << 24 | static_cast<uint32_t>(digest[1]) << 16 |
         static_cast<uint32_t>(digest[2]) << 8 | digest[3];
}

}  // namespace

std::string StubText(std::span<const TokenId> prompt, int64_t numbers) {
  std::string text = fmt::format("stub {:08x}", PromptHash(prompt));
  for (int64_t i = 0; i < numbers; ++i) text += fmt::format(" {}", i);
  return text;
}

StubRunner::StubRunner(const Tokenizer* tokenizer, const StubOptions& options)
    : tokenizer_(tokenizer), options_(options) {
  NIBBLE_CHECK(options.vocab_size > 0 && options.max_model_len > 0, "the stub needs its limits");
}

Result<Slot> StubRunner::Open(const Request& request) {
  if (free_.empty()) {
    free_.push_back(static_cast<Slot>(streams_.size()));
    streams_.emplace_back();
  }
  const Slot slot = free_.back();
  free_.pop_back();
  Stream& stream = streams_[static_cast<size_t>(slot)];
  stream = Stream();
  stream.prompt = request.prompt;
  const double wait_ms = options_.delay_ms + options_.prefill_ms_per_1k *
                                                 static_cast<double>(request.prompt.size()) / 1000;
  stream.ready = EngineClock::now() + Ms(wait_ms);
  return slot;
}

void StubRunner::Close(Slot slot) {
  streams_[static_cast<size_t>(slot)] = Stream();
  free_.push_back(slot);
}

EngineClock::time_point StubRunner::ReadyAt(Slot slot) const {
  return streams_[static_cast<size_t>(slot)].ready;
}

Status StubRunner::Step(std::span<const RunnerItem> items, std::vector<RunnerResult>* results) {
  results->assign(items.size(), {});
  const auto ready = EngineClock::now() + Ms(options_.delay_ms);
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].wants_token) continue;
    Stream& stream = streams_[static_cast<size_t>(items[i].slot)];
    (*results)[i].token = NextToken(&stream);
    stream.ready = ready;
  }
  return {};
}

TokenId StubRunner::NextToken(Stream* stream) const {
  const size_t index = stream->next++;
  if (options_.play) return index < options_.play->size() ? (*options_.play)[index] : options_.eos;
  if (tokenizer_ == nullptr) {
    return static_cast<TokenId>((PromptHash(stream->prompt) + index) %
                                static_cast<uint64_t>(options_.vocab_size));
  }
  // The last tokens of an unfinished text may come out otherwise when it goes on.
  constexpr size_t kUnsure = 8;
  while (index + kUnsure >= stream->ids.size()) Extend(stream);
  return stream->ids[index];
}

// Doubles the known part of the answer: linear work in all.
void StubRunner::Extend(Stream* stream) const {
  stream->numbers = stream->numbers == 0 ? 32 : stream->numbers * 2;
  auto ids = tokenizer_->EncodePlain(StubText(stream->prompt, stream->numbers));
  NIBBLE_CHECK(ids.ok(), "the stub's text is ASCII");
  stream->ids = std::move(*ids);
}

}  // namespace nibble
