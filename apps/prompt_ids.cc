#include "apps/prompt_ids.h"

#include <iostream>
#include <iterator>
#include <limits>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace nibble {
namespace {

constexpr uint64_t kMaxIdsBytes = 64u << 20;

Result<std::string> ReadText(const std::string& path) {
  if (path != "-") return ReadSmallFile(path, kMaxIdsBytes);
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  if (text.size() > kMaxIdsBytes)
    return InvalidInput("standard input: more than {} bytes of token ids", kMaxIdsBytes);
  return text;
}

}  // namespace

Result<std::vector<int32_t>> ReadIds(const std::string& path) {
  const std::string what = path == "-" ? "standard input" : Escape(path, 400);
  NIBBLE_ASSIGN(const std::string text, ReadText(path));
  NIBBLE_ASSIGN(const json::Value value, json::Parse(text, what));
  const json::Array* array = value.as_array();
  if (array == nullptr)
    return InvalidInput("{}: expected a JSON array of token ids, found {}", what, value.kind());
  if (array->empty()) return InvalidInput("{}: no token ids in the array", what);
  std::vector<int32_t> ids;
  for (const json::Value& element : *array) {
    const auto id = element.as_int();
    if (!id || *id < 0 || *id > std::numeric_limits<int32_t>::max())
      return InvalidInput("{}: element {} is not a token id", what, ids.size());
    ids.push_back(static_cast<int32_t>(*id));
  }
  return ids;
}

}  // namespace nibble
