// The control strings of the DeepSeek-V4 prompt; each is one id. They use U+FF5C and U+2581, not
// the ASCII bar and underscore.
#pragma once

#include <string_view>

namespace nibble::control {

inline constexpr std::string_view kBegin = "<｜begin▁of▁sentence｜>";
inline constexpr std::string_view kEnd = "<｜end▁of▁sentence｜>";
inline constexpr std::string_view kUser = "<｜User｜>";
inline constexpr std::string_view kAssistant = "<｜Assistant｜>";
inline constexpr std::string_view kReminder = "<｜latest_reminder｜>";
inline constexpr std::string_view kThink = "<think>";
inline constexpr std::string_view kThinkEnd = "</think>";
inline constexpr std::string_view kDsml = "｜DSML｜";
inline constexpr std::string_view kAction = "<｜action｜>";
inline constexpr std::string_view kQuery = "<｜query｜>";
inline constexpr std::string_view kAuthority = "<｜authority｜>";
inline constexpr std::string_view kDomain = "<｜domain｜>";
inline constexpr std::string_view kTitle = "<｜title｜>";
inline constexpr std::string_view kReadUrl = "<｜read_url｜>";

inline constexpr std::string_view kAll[] = {kBegin,     kEnd,      kUser,  kAssistant, kReminder,
                                            kThink,     kThinkEnd, kDsml,  kAction,    kQuery,
                                            kAuthority, kDomain,   kTitle, kReadUrl};

}  // namespace nibble::control
