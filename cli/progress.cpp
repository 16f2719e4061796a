#include "cli/progress.h"

#include <iostream>
#include <string>

#include <unistd.h>

namespace postern::cli {

namespace {

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string time_left(double seconds) {
  if (seconds < 90) return std::to_string(static_cast<int>(seconds) + 1) + " s left";
  if (seconds < 90 * 60) return std::to_string(static_cast<int>(seconds / 60) + 1) + " min left";
  return std::to_string(static_cast<int>(seconds / 3600) + 1) + " h left";
}

}  // namespace

Progress::Progress(bool asked)
    : kind_(::isatty(STDERR_FILENO) == 1 ? ProgressLine::terminal
            : asked                      ? ProgressLine::lines
                                         : ProgressLine::none) {}

Progress::~Progress() {
  if (on_line_) std::cerr << "\r\x1b[K" << std::flush;
}

void Progress::begin(std::uint64_t messages_before, std::uint64_t total_bytes) {
  begun_ = shown_ = system_clock().steady();
  messages_before_ = messages_before;
  total_bytes_ = total_bytes;
}

void Progress::update(std::uint64_t messages, std::uint64_t bytes) {
  if (kind_ == ProgressLine::none) return;
  const SteadyTime now = system_clock().steady();
  if (first_) bytes_before_ = bytes;
  const bool due = now - shown_ >= (kind_ == ProgressLine::terminal ? kBetweenUpdates : kBetweenLines);
  if (!due && !(first_ && kind_ == ProgressLine::lines)) return;
  first_ = false;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  std::string text = grouped(messages) + " messages";
  if (total_bytes_ > 0) text = std::to_string(bytes * 100 / total_bytes_) + " %, " + text;
  if (seconds > 1 && messages > messages_before_) {
    text += ", " + grouped(static_cast<std::uint64_t>(double(messages - messages_before_) / seconds)) + " a second";
    if (total_bytes_ > bytes && bytes > bytes_before_) {
      text += ", " + time_left(double(total_bytes_ - bytes) * seconds / double(bytes - bytes_before_));
    }
  }
  if (kind_ == ProgressLine::terminal) {
    std::cerr << "\r\x1b[K" << text << std::flush;
    on_line_ = true;
  } else {
    std::cerr << "postern: " << text << std::endl;
  }
}

}  // namespace postern::cli
