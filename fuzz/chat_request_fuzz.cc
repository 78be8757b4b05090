// Hostile chat requests: the first byte chooses the options, the rest is the JSON of the messages.
// The ids must spell the prompt, text of the client must give no control id, and the same ids taken
// as a generated message must pass through the output parser.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/check.h"
#include "text/chat_encoding.h"
#include "text/output_parser.h"

namespace nibble {
namespace {

const Tokenizer& SmallTokenizer() {
  static const Tokenizer tokenizer =
      Tokenizer::Load(std::filesystem::path(NIBBLE_SOURCE_DIR) / "tests/data/text/tokenizer.json")
          .value();
  return tokenizer;
}

void CheckPrompt(const std::vector<Message>& messages, const ChatOptions& options,
                 EncodingProfile profile) {
  const auto runs = RenderChat(messages, options, profile);
  if (!runs.ok()) return;
  std::string text;
  for (const Run& run : *runs) {
    text += run.text;
    if (run.trusted) continue;
    const auto plain = SmallTokenizer().EncodePlain(run.text);
    for (const TokenId id : plain.value())
      NIBBLE_CHECK(!SmallTokenizer().IsAdded(id), "text of the client gave a control id");
  }
  static const ChatEncoder preview =
      ChatEncoder::Create(&SmallTokenizer(), EncodingProfile::kPreview).value();
  static const ChatEncoder refresh =
      ChatEncoder::Create(&SmallTokenizer(), EncodingProfile::kRefresh).value();
  const ChatEncoder& encoder = profile == EncodingProfile::kPreview ? preview : refresh;
  const auto ids = encoder.Encode(messages, options).value();
  NIBBLE_CHECK(SmallTokenizer().Decode(ids).value() == text, "the ids do not spell the prompt");

  static const auto controls = OutputParser::FindControls(SmallTokenizer()).value();
  OutputParser parser(&SmallTokenizer(), controls, options.thinking_mode);
  for (const TokenId id : ids) {
    if (id == controls.begin || id == controls.end || id == controls.user ||
        id == controls.assistant)
      continue;  // they end a message
    for (const OutputDelta& delta : parser.Push(id).value()) {
      if (delta.kind != OutputDelta::Kind::kToolCall) continue;
      NIBBLE_CHECK(json::Parse(delta.call.arguments, "arguments",
                               {.max_depth = kMaxArgumentsDepth, .merge_duplicates = true})
                       .ok(),
                   "arguments do not parse");
    }
  }
  parser.Finish();
}

}  // namespace
}  // namespace nibble

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nibble;
  if (size == 0) return 0;
  const auto value =
      json::Parse({reinterpret_cast<const char*>(data) + 1, size - 1}, "request body");
  if (!value.ok()) return 0;
  const auto messages = MessagesFromJson(*value, "messages");
  if (!messages.ok()) return 0;
  ChatOptions options;
  options.thinking_mode = data[0] & 1 ? ThinkingMode::kThinking : ThinkingMode::kChat;
  options.drop_thinking = (data[0] & 2) != 0;
  options.effort = static_cast<Effort>(data[0] >> 2 & 3);
  CheckPrompt(*messages, options,
              data[0] & 16 ? EncodingProfile::kPreview : EncodingProfile::kRefresh);
  return 0;
}
