#include "base/hash.h"

#include <cstring>
#include <random>

namespace nibble {
namespace {

// Both halves of the 128-bit product, folded: the mixing step of wyhash.
uint64_t Mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

uint64_t HashSeed() {
  static const uint64_t seed = [] {
    std::random_device random;
    return uint64_t{random()} << 32 | random();
  }();
  return seed;
}

size_t SeededHash::operator()(std::string_view s) const {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15u;
  uint64_t hash = HashSeed() ^ s.size();
  while (!s.empty()) {
    uint64_t word = 0;
    const size_t n = s.size() < sizeof word ? s.size() : sizeof word;
    std::memcpy(&word, s.data(), n);
    hash = Mix(hash ^ word, (kOdd ^ HashSeed()) | 1);
    s.remove_prefix(n);
  }
  return static_cast<size_t>(Mix(hash, kOdd));
}

}  // namespace nibble
