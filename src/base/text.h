// Small text helpers that every floor needs: escaping of outside names in messages, human-readable
// sizes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nibble {

// `s` made safe for one line of a message or log: control characters, quotes, backslashes and
// invalid UTF-8 bytes are written as \n, \x1b and the like; beyond `max_bytes` it is cut and ends
// in "...".
std::string Escape(std::string_view s, size_t max_bytes = 200);

// "1.50 GB", "37.2 MB", "512 B": powers of ten, three significant digits.
std::string HumanBytes(double bytes);

// "1:02:03" or "4.2 s".
std::string HumanSeconds(double seconds);

// Index of the first byte of `s` that is not part of valid UTF-8 (no surrogates, no overlong
// forms), or npos.
size_t FindInvalidUtf8(std::string_view s);

}  // namespace nibble
