// The body of a chat request through everything that reads it: JSON, fields, messages, tools, the
// encoder; and the other bodies that come over HTTP.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/chat_request.h"
#include "server/completion_request.h"
#include "server/token_requests.h"

namespace nibble {
namespace {

ProtocolLimits Limits() {
  ProtocolLimits limits;
  limits.models = {"tiny"};
  limits.vocab_size = 4096;
  limits.max_model_len = 4096;
  return limits;
}

void Check(bool holds) {
  if (!holds) std::abort();
}

void ReadBody(std::string_view text) {
  const auto body = json::Parse(text, "body", {.max_depth = 128, .max_values = 100'000});
  if (!body.ok()) return;
  const ProtocolLimits limits = Limits();
  std::optional<ApiError> error;
  const ChatRequest chat = ParseChatRequest(*body, limits, {}, &error);
  if (error) {
    Check(!error->code.empty() && error->message.size() < 1000);
    Check(json::Parse(ErrorBody(*error), "error").ok());
  } else {
    Check(!chat.conversation.messages.empty());
    Check(
        RenderChat(chat.conversation.messages, chat.conversation.options, EncodingProfile::kPreview)
            .ok());
  }
  error.reset();
  ParseCompletionRequest(*body, limits, &error);
  error.reset();
  ParseTokenizeRequest(*body, limits, {}, &error);
}

}  // namespace
}  // namespace nibble

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  nibble::ReadBody({reinterpret_cast<const char*>(data), size});
  return 0;
}
