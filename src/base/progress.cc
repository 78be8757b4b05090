#include "base/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"

namespace nibble {
namespace {

// A closed or full standard error must not end the work, so the result of write is of no interest.
void WriteToStderr(const std::string& text) {
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Progress::Progress(std::string label, uint64_t total_bytes, Mode mode, std::string unit)
    : label_(std::move(label)),
      total_bytes_(total_bytes),
      unit_(std::move(unit)),
      on_(mode == Mode::kAuto),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      next_draw_(start_ + std::chrono::milliseconds(terminal_ ? 100 : 5000)) {}

Progress::~Progress() {
  // Work that failed before anything was shown leaves the one line of its error.
  if (on_ && (drawn_ || done_bytes_ >= total_bytes_)) Draw(true);
}

void Progress::Add(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  done_bytes_ += bytes;
  const auto now = std::chrono::steady_clock::now();
  if (!on_ || now < next_draw_) return;
  next_draw_ = now + std::chrono::milliseconds(terminal_ ? 100 : 5000);
  Draw(false);
}

void Progress::SetNote(std::string note) {
  const std::lock_guard lock(mutex_);
  note_ = std::move(note);
}

uint64_t Progress::done_bytes() const {
  const std::lock_guard lock(mutex_);
  return done_bytes_;
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::string Progress::Amount(double amount) const {
  return unit_.empty() ? HumanBytes(amount) : fmt::format("{:.6g} {}", amount, unit_);
}

void Progress::Draw(bool last) {
  drawn_ = true;
  const double elapsed = std::max(seconds(), 1e-6);
  const double rate = static_cast<double>(done_bytes_) / elapsed;
  std::string line = label_ + ": ";
  if (unit_.empty() || total_bytes_ == 0) {
    line += Amount(static_cast<double>(done_bytes_));
  } else {
    line += fmt::format("{}", done_bytes_);  // the unit stands behind the total
  }
  if (total_bytes_ > 0) {
    const double share = static_cast<double>(done_bytes_) / static_cast<double>(total_bytes_);
    line +=
        fmt::format(" of {} ({:.0f} %)", Amount(static_cast<double>(total_bytes_)), 100 * share);
  }
  line += fmt::format(", {}/s", Amount(rate));
  if (last) {
    line += fmt::format(", {}", HumanSeconds(elapsed));
  } else if (total_bytes_ > done_bytes_ && rate > 0) {
    line += fmt::format(", ETA {}",
                        HumanSeconds(static_cast<double>(total_bytes_ - done_bytes_) / rate));
  }
  if (!note_.empty() && !last) line += "  " + note_;
  WriteToStderr(terminal_ ? "\r\x1b[K" + line + (last ? "\n" : "") : line + "\n");
}

}  // namespace nibble
