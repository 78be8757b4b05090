#include "text/control_matcher.h"

#include <algorithm>

namespace nibble {
namespace {

unsigned Byte(std::string_view s, size_t i) { return static_cast<unsigned char>(s[i]); }

}  // namespace

ControlMatcher::ControlMatcher(std::vector<ControlString> strings) : strings_(std::move(strings)) {
  std::sort(strings_.begin(), strings_.end(),
            [](const ControlString& a, const ControlString& b) { return a.text < b.text; });
  for (const ControlString& s : strings_) ++first_[Byte(s.text, 0) + 1];
  for (size_t b = 0; b < 256; ++b) first_[b + 1] += first_[b];
}

std::optional<ControlMatcher::Match> ControlMatcher::Find(std::string_view text,
                                                          size_t from) const {
  for (size_t begin = from; begin < text.size(); ++begin) {
    const unsigned b = Byte(text, begin);
    auto low = strings_.begin() + first_[b];
    auto high = strings_.begin() + first_[b + 1];
    std::optional<Match> match;
    // low .. high: the strings that agree with the text in their first `n` bytes; the shortest,
    // which may be complete, comes first.
    for (size_t n = 1; low != high; ++n) {
      if (low->text.size() == n) match = Match{begin, begin + n, (low++)->id};
      if (low == high || begin + n == text.size()) break;
      const unsigned next = Byte(text, begin + n);
      low = std::partition_point(low, high,
                                 [&](const ControlString& s) { return Byte(s.text, n) < next; });
      high = std::partition_point(low, high,
                                  [&](const ControlString& s) { return Byte(s.text, n) == next; });
    }
    if (match) return match;
  }
  return std::nullopt;
}

}  // namespace nibble
