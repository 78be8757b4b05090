#include "text/output_parser.h"

#include <algorithm>
#include <utility>

#include "text/control_strings.h"

namespace nibble {
namespace {

constexpr std::string_view kBlockStarts[] = {"tool_calls", "invoke"};

// The length of the longest tail that may belong to the start of a block: \n{0,2}< or \n{1,2}.
size_t HeldBytes(std::string_view text) {
  size_t held = text.ends_with('<') ? 1 : 0;
  for (int i = 0; i < 2 && held < text.size() && text[text.size() - held - 1] == '\n'; ++i) ++held;
  return held;
}

}  // namespace

Result<OutputParser::Controls> OutputParser::FindControls(const Tokenizer& tokenizer) {
  Controls controls;
  const std::pair<std::string_view, TokenId*> wanted[] = {
      {control::kBegin, &controls.begin},        {control::kEnd, &controls.end},
      {control::kUser, &controls.user},          {control::kAssistant, &controls.assistant},
      {control::kReminder, &controls.reminder},  {control::kThink, &controls.think},
      {control::kThinkEnd, &controls.think_end}, {control::kDsml, &controls.dsml}};
  for (const auto& [text, slot] : wanted) {
    const auto id = tokenizer.FindAdded(text);
    if (!id) return InvalidInput("tokenizer: the control string \"{}\" is no added token", text);
    *slot = *id;
  }
  return controls;
}

OutputParser::OutputParser(const Tokenizer* tokenizer, const Controls& controls, ThinkingMode mode)
    : tokenizer_(tokenizer),
      controls_(controls),
      state_(mode == ThinkingMode::kThinking ? State::kReasoning : State::kContent) {}

Result<std::vector<OutputDelta>> OutputParser::Push(TokenId id) {
  if (!tokenizer_->Contains(id))
    return InvalidInput("id {} is outside the vocabulary 0..{}", id, tokenizer_->size() - 1);
  if (tokenizer_->IsAdded(id)) return PushControl(id);
  std::string text;
  stream_.Push(tokenizer_->Bytes(id), &text);
  return PushText(text);
}

std::vector<OutputDelta> OutputParser::PushText(std::string_view text) {
  std::vector<OutputDelta> out;
  Text(text, &out);
  return out;
}

std::vector<OutputDelta> OutputParser::PushControl(TokenId id) {
  std::vector<OutputDelta> out;
  std::string tail;
  stream_.Finish(&tail);
  Text(tail, &out);
  Control(id, &out);
  return out;
}

std::vector<OutputDelta> OutputParser::Finish() {
  std::vector<OutputDelta> out;
  std::string tail;
  stream_.Finish(&tail);
  Text(tail, &out);
  End(&out);
  return out;
}

void OutputParser::Text(std::string_view text, std::vector<OutputDelta>* out) {
  if (text.empty() || state_ == State::kEnded) return;
  if (state_ == State::kTools) {
    block_.PushText(text);
    TakeCalls(out);
  } else if (block_start_) {
    BlockStart(text, out);
  } else {
    Plain(text, out);
  }
}

// Text in reasoning or content.
void OutputParser::Plain(std::string_view text, std::vector<OutputDelta>* out) {
  std::string all = std::exchange(held_, {});
  all += text;
  const size_t held = HeldBytes(all);
  held_ = all.substr(all.size() - held);
  Emit(std::string_view(all).substr(0, all.size() - held), out);
}

// Text after `<` and the id of ｜DSML｜.
void OutputParser::BlockStart(std::string_view text, std::vector<OutputDelta>* out) {
  *block_start_ += text;
  const std::string& name = *block_start_;
  for (const std::string_view start : kBlockStarts) {
    if (start.starts_with(name)) return;
    if (!name.starts_with(start)) continue;
    malformed_.block_in_reasoning += state_ == State::kReasoning;
    state_ = State::kTools;
    held_.clear();
    block_.PushText("<");
    block_.PushDsml();
    block_.PushText(name);
    block_start_.reset();
    return TakeCalls(out);
  }
  ++malformed_.stray_controls;
  const std::string plain = std::move(*block_start_);
  block_start_.reset();
  Plain(plain, out);
}

void OutputParser::Control(TokenId id, std::vector<OutputDelta>* out) {
  if (state_ == State::kEnded) return;
  if (controls_.EndsTurn(id)) return End(out);
  if (state_ == State::kTools) {
    if (id == controls_.dsml) {
      block_.PushDsml();
    } else {
      block_.PushControl(tokenizer_->Bytes(id));
    }
    return TakeCalls(out);
  }
  if (id == controls_.think_end && state_ == State::kReasoning) {
    FlushHeld(out);
    state_ = State::kContent;
  } else if (id == controls_.think && state_ == State::kContent && !content_written_ &&
             !held_.ends_with('<')) {
    FlushHeld(out);
    state_ = State::kReasoning;
  } else if (id == controls_.dsml && held_.ends_with('<') && !block_start_) {
    block_start_.emplace();
  } else {
    ++malformed_.stray_controls;
  }
}

// What was held back cannot be the start of a block any more.
void OutputParser::FlushHeld(std::vector<OutputDelta>* out) {
  if (block_start_) {
    held_ += *block_start_;
    block_start_.reset();
  }
  Emit(std::exchange(held_, {}), out);
}

void OutputParser::TakeCalls(std::vector<OutputDelta>* out) {
  for (GeneratedCall& call : block_.TakeCalls(&malformed_)) {
    ++tool_calls_;
    out->push_back({OutputDelta::Kind::kToolCall, {}, std::move(call)});
  }
}

// Of a begun block nothing is shown.
void OutputParser::End(std::vector<OutputDelta>* out) {
  if (state_ == State::kEnded) return;
  if (block_start_ || block_.in_call()) {
    ++malformed_.incomplete_calls;
  } else {
    FlushHeld(out);
  }
  state_ = State::kEnded;
}

void OutputParser::Emit(std::string_view text, std::vector<OutputDelta>* out) {
  if (text.empty()) return;
  const auto kind =
      state_ == State::kReasoning ? OutputDelta::Kind::kReasoning : OutputDelta::Kind::kContent;
  content_written_ = content_written_ || state_ == State::kContent;
  if (out->empty() || out->back().kind != kind) out->push_back({kind, {}, {}});
  out->back().text += text;
}

}  // namespace nibble
