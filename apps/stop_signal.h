// SIGINT, SIGTERM and SIGHUP as a flag that long work looks at, so that it ends without a half-made
// file.
#pragma once

#include <atomic>

namespace nibble {

// Installs the handlers and gives the flag: the number of the first signal, 0 before it. A second
// signal ends the process at once. For the main thread.
const std::atomic<int>& WatchStopSignals();

// The flag's value.
int StopSignal();

}  // namespace nibble
