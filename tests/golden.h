// Where tests find their data: small copies in tests/data, the full golden folders in ../shared
// when they are there.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace nibble {

inline std::filesystem::path TestData(const std::string& relative) {
  return std::filesystem::path(NIBBLE_SOURCE_DIR) / "tests" / "data" / relative;
}
inline std::filesystem::path SharedData(const std::string& relative) {
  return std::filesystem::path(NIBBLE_SOURCE_DIR).parent_path() / "shared" / relative;
}

}  // namespace nibble

// Skips the test, loudly, when ../shared/<relative> is not there.
#define NIBBLE_REQUIRE_SHARED(relative)                                                         \
  if (!std::filesystem::exists(::nibble::SharedData(relative))) {                               \
    std::fprintf(stderr, "SKIPPED: %s is not there\n", ::nibble::SharedData(relative).c_str()); \
    GTEST_SKIP() << "needs " << ::nibble::SharedData(relative);                                 \
  }
