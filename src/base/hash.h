// A hash of strings for tables whose keys come from outside. Its seed differs from run to run, so
// nobody can write a file or a request whose keys all collide (std::hash has a fixed seed).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nibble {

// Random, the same for the whole run.
uint64_t HashSeed();

// Also for std::string keys, and for look-ups by string_view in unordered containers with
// std::equal_to<>.
struct SeededHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const;
};

}  // namespace nibble
