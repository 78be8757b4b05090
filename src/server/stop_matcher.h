// Finds stop strings in a text that comes in pieces. What is released never depends on how the text
// is cut: a tail that may still become a stop string is held back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nibble {

class StopMatcher {
 public:
  // `include_stop`: the stop string itself is released too.
  StopMatcher(std::vector<std::string> stops, bool include_stop)
      : stops_(std::move(stops)), include_stop_(include_stop) {}

  // Appends what is released to `out`. The match that ends first wins; from then on nothing more is
  // released.
  void Push(std::string_view text, std::string* out);
  // The end of the text: releases what was held back.
  void Finish(std::string* out);

  bool matched() const { return matched_ != nullptr; }
  const std::string& match() const { return *matched_; }

 private:
  size_t HeldTail() const;

  const std::vector<std::string> stops_;
  const bool include_stop_;
  std::string held_;
  const std::string* matched_ = nullptr;
};

}  // namespace nibble
