// Finds a position by name: the names stay where they are, the index holds one hash each. Sorted by
// (hash, name) instead of hashed into buckets, so that no choice of names makes it slow.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace nibble {

class NameIndex {
 public:
  // Gives the name of position i; must stay valid while the index is built, and must answer the
  // same names in Find.
  using NameAt = std::function<std::string_view(uint32_t)>;

  // Indexes positions [0, count). When two positions have one name, `*duplicate` becomes the later
  // one's position and false is returned.
  bool Build(uint32_t count, const NameAt& name_at, uint32_t* duplicate);
  std::optional<uint32_t> Find(std::string_view name, const NameAt& name_at) const;

 private:
  struct Entry {
    uint64_t hash;
    uint32_t position;
  };
  std::vector<Entry> entries_;
};

}  // namespace nibble
