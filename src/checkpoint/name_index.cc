#include "checkpoint/name_index.h"

#include <algorithm>

namespace nibble {
namespace {

uint64_t HashOf(std::string_view name) { return std::hash<std::string_view>()(name); }

}  // namespace

bool NameIndex::Build(uint32_t count, const NameAt& name_at, uint32_t* duplicate) {
  entries_.clear();
  entries_.reserve(count);
  for (uint32_t i = 0; i < count; ++i) entries_.push_back({HashOf(name_at(i)), i});
  std::sort(entries_.begin(), entries_.end(), [&](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = name_at(a.position).compare(name_at(b.position));
    return order != 0 ? order < 0 : a.position < b.position;
  });
  for (size_t i = 1; i < entries_.size(); ++i) {
    if (entries_[i - 1].hash == entries_[i].hash &&
        name_at(entries_[i - 1].position) == name_at(entries_[i].position)) {
      *duplicate = entries_[i].position;
      return false;
    }
  }
  return true;
}

std::optional<uint32_t> NameIndex::Find(std::string_view name, const NameAt& name_at) const {
  const uint64_t hash = HashOf(name);
  const auto it = std::partition_point(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return e.hash != hash ? e.hash < hash : name_at(e.position) < name;
  });
  if (it == entries_.end() || it->hash != hash || name_at(it->position) != name)
    return std::nullopt;
  return it->position;
}

}  // namespace nibble
