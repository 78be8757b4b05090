#include "apps/stop_signal.h"

#include <csignal>

namespace nibble {
namespace {

std::atomic<int> stop_signal = 0;  // a signal handler can reach nothing else
static_assert(std::atomic<int>::is_always_lock_free);

void OnStop(int signal_number) {
  stop_signal = signal_number;
  std::signal(signal_number, SIG_DFL);
}

}  // namespace

const std::atomic<int>& WatchStopSignals() {
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal_number, OnStop);
  return stop_signal;
}

int StopSignal() { return stop_signal; }

}  // namespace nibble
