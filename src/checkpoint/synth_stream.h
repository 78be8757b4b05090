// The pseudo-random stream of synthetic checkpoints: word i of a tensor is a hash of (its name, the
// seed, i), so that any part of any tensor can be made by itself. All arithmetic wraps at 64 bits.
#pragma once

#include <cstdint>
#include <string_view>

namespace nibble {

constexpr uint64_t SynthMix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

inline constexpr uint64_t kFnvOffset = 0xCBF29CE484222325u;
inline constexpr uint64_t kFnvPrime = 0x100000001B3u;

constexpr uint64_t SynthFnv(std::string_view s) {
  uint64_t h = kFnvOffset;
  for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return h;
}

class SynthStream {
 public:
  constexpr SynthStream(std::string_view name, uint64_t seed)
      : key_(SynthMix(SynthFnv(name) ^ SynthMix(seed))) {}
  constexpr uint64_t key() const { return key_; }
  constexpr uint64_t Word(uint64_t i) const {
    return SynthMix(key_ + (i + 1) * 0x9E3779B97F4A7C15u);
  }

 private:
  uint64_t key_;
};

}  // namespace nibble
