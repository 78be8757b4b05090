#include "server/choice_output.h"

namespace nibble {

ChoiceOutput::ChoiceOutput(const Tokenizer* tokenizer, const OutputParser::Controls* controls,
                           ChoiceOutputOptions options)
    : tokenizer_(tokenizer),
      include_stop_(options.include_stop),
      min_tokens_(options.min_tokens),
      ignore_eos_(options.ignore_eos),
      controls_(controls),
      stop_(std::move(options.stop), options.include_stop) {
  if (tokenizer == nullptr) return;
  if (options.split && options.skip_special_tokens) {
    parser_.emplace(tokenizer, *controls, *options.split);
  } else {
    plain_.emplace(tokenizer, options.skip_special_tokens);
  }
}

void ChoiceOutput::Push(TokenId id, bool ends, TextDelta* out) {
  ++tokens_;
  if (tokenizer_ == nullptr || !tokenizer_->Contains(id)) return;
  if (ends && !include_stop_) return;
  if (parser_) {
    if (ignore_eos_ && controls_->EndsTurn(id)) return;
    auto deltas = parser_->Push(id);
    if (deltas.ok()) Append(std::move(*deltas), out);
    reasoning_tokens_ += parser_->in_reasoning();
  } else {
    const auto text = plain_->Push(id);
    if (text.ok()) AppendContent(*text, out);
  }
}

void ChoiceOutput::Finish(TextDelta* out) {
  if (parser_) Append(parser_->Finish(), out);
  if (plain_) AppendContent(plain_->Finish(), out);
  stop_.Finish(&out->content);
}

bool ChoiceOutput::ended() const { return stop_.matched() || (parser_ && parser_->ended()); }

void ChoiceOutput::AppendContent(std::string_view text, TextDelta* out) {
  if (tokens_ <= min_tokens_) {
    out->content += text;
  } else {
    stop_.Push(text, &out->content);
  }
}

void ChoiceOutput::Append(std::vector<OutputDelta> deltas, TextDelta* out) {
  for (OutputDelta& delta : deltas) {
    if (delta.kind == OutputDelta::Kind::kReasoning) {
      out->reasoning += delta.text;
    } else if (delta.kind == OutputDelta::Kind::kContent) {
      AppendContent(delta.text, out);
    } else if (!stop_.matched()) {
      out->calls.push_back(std::move(delta));
    }
  }
}

}  // namespace nibble
