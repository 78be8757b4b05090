// Progress of long work on standard error: one redrawn line with bytes (or a count), rate and ETA
// on a terminal, a plain line now and then otherwise, nothing when off. Update may be called from
// any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace nibble {

class Progress {
 public:
  enum class Mode { kAuto, kOff };
  // `label` is what is being done ("quantize"); `total_bytes` 0 means unknown. With a `unit`
  // ("cases") it counts those instead of bytes.
  Progress(std::string label, uint64_t total_bytes, Mode mode, std::string unit = "");
  ~Progress();  // ends the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Add(uint64_t bytes);
  void SetNote(std::string note);  // shown behind the figures, for example the shard's name
  uint64_t done_bytes() const;
  double seconds() const;

 private:
  void Draw(bool last);
  std::string Amount(double amount) const;

  const std::string label_;
  const uint64_t total_bytes_;
  const std::string unit_;  // empty: bytes
  const bool on_;
  const bool terminal_;
  const std::chrono::steady_clock::time_point start_;
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point next_draw_;
  uint64_t done_bytes_ = 0;
  bool drawn_ = false;
  std::string note_;
};

}  // namespace nibble
