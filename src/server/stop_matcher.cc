#include "server/stop_matcher.h"

#include <algorithm>

namespace nibble {

void StopMatcher::Push(std::string_view text, std::string* out) {
  if (matched()) return;
  if (stops_.empty()) {
    *out += text;
    return;
  }
  held_ += text;
  size_t best_end = std::string::npos;
  size_t best_begin = 0;
  for (const std::string& stop : stops_) {
    const size_t begin = held_.find(stop);
    if (begin == std::string::npos) continue;
    const size_t end = begin + stop.size();
    if (end < best_end || (end == best_end && begin < best_begin)) {
      best_end = end;
      best_begin = begin;
      matched_ = &stop;
    }
  }
  const size_t released =
      matched() ? (include_stop_ ? best_end : best_begin) : held_.size() - HeldTail();
  out->append(held_, 0, released);
  held_.erase(0, matched() ? held_.size() : released);
}

void StopMatcher::Finish(std::string* out) {
  *out += held_;
  held_.clear();
}

// Length of the longest end of held_ that begins a stop string.
size_t StopMatcher::HeldTail() const {
  size_t longest = 0;
  for (const std::string& stop : stops_) {
    for (size_t n = std::min(stop.size() - 1, held_.size()); n > longest; --n) {
      if (held_.compare(held_.size() - n, n, stop, 0, n) == 0) {
        longest = n;
        break;
      }
    }
  }
  return longest;
}

}  // namespace nibble
