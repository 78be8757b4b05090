// Server-sent events, as OpenAI clients read them.
#pragma once

#include <string>

#include "base/json.h"

namespace nibble {

inline constexpr std::string_view kSseContentType = "text/event-stream; charset=utf-8";
inline constexpr std::string_view kSseDone = "data: [DONE]\n\n";
inline constexpr std::string_view kSseKeepAlive = ": keep-alive\n\n";

// "data: <one-line JSON>\n\n".
inline std::string SseEvent(const json::Value& value) {
  return "data: " + json::Dump(value) + "\n\n";
}

}  // namespace nibble
