#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace nibble {

void CheckFailed(const char* file, int line, const char* condition, const char* message) {
  std::fprintf(stderr, "nibble: internal error at %s:%d: %s (%s)\n", file, line, message,
               condition);
  std::abort();
}

}  // namespace nibble
