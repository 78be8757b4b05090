// Programming errors: on in release builds, they print where and why, then abort. Never for outside
// input.
#pragma once

namespace nibble {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              const char* message);
}

#define NIBBLE_CHECK(condition, message)                              \
  do {                                                                \
    if (!(condition)) [[unlikely]]                                    \
      ::nibble::CheckFailed(__FILE__, __LINE__, #condition, message); \
  } while (false)
