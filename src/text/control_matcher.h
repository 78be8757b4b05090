// Finds control strings in text: leftmost, then longest, not overlapping, exact bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nibble {

using TokenId = int32_t;

// An added token that somebody wants recognised.
struct ControlString {
  std::string text;
  TokenId id = 0;
};

class ControlMatcher {
 public:
  // No two strings are equal and none is empty.
  explicit ControlMatcher(std::vector<ControlString> strings);
  struct Match {
    size_t begin = 0;
    size_t end = 0;
    TokenId id = 0;
  };
  // The first match at or after `from`.
  std::optional<Match> Find(std::string_view text, size_t from) const;

 private:
  std::vector<ControlString> strings_;  // sorted by text
  // strings_[first_[b]] .. strings_[first_[b + 1] - 1] start with byte b.
  std::array<uint32_t, 257> first_{};
};

}  // namespace nibble
