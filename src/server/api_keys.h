// The keys that clients may present. Only digests are kept; every comparison takes the same time.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "server/http.h"

namespace nibble {

class ApiKeys {
 public:
  void Add(std::string_view key);
  bool empty() const { return digests_.empty(); }
  // Exactly one "Authorization: Bearer <key>" with a known key. True when there are no keys at all.
  bool Allow(const HttpHead& head) const;

 private:
  using Digest = std::array<unsigned char, 32>;  // SHA-256
  std::vector<Digest> digests_;
};

}  // namespace nibble
