// Names and times that replies carry. Random names: of replies, tool calls and requests. From the
// system's generator; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nibble {

// 64 random bits.
uint64_t RandomBits();
// `n` random characters of [A-Za-z0-9].
std::string RandomName(size_t n);
// "call_" and 24 characters.
inline std::string MakeCallId() { return "call_" + RandomName(24); }
// Seconds since 1970.
int64_t UnixSeconds();
// Whether a client's `id` may name its request: 1 to 128 characters of [A-Za-z0-9._-].
bool IsRequestId(std::string_view id);

}  // namespace nibble
