#include "model/input_amax.h"

#include <algorithm>

namespace nibble {

void InputAmax::Raise(const Module& linear, float amax) {
  Entry& entry = entries_.try_emplace({linear.layer, linear.role, linear.expert}, Entry{linear, 0})
                     .first->second;
  entry.amax = std::max(entry.amax, amax);
}

std::vector<InputAmax::Entry> InputAmax::entries() const {
  std::vector<Entry> out;
  for (const auto& [key, entry] : entries_) out.push_back(entry);
  return out;
}

}  // namespace nibble
