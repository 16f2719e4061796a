#include "base/log.h"

#include <algorithm>
#include <atomic>
#include <cstdio>

#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"

namespace postern {

namespace {

std::atomic<LogTarget> g_target{LogTarget::standard_error};
std::atomic<LogLevel> g_least{LogLevel::info};
std::string g_ident = "postern";

constexpr std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

constexpr int priority_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return LOG_DEBUG;
    case LogLevel::info:
      return LOG_INFO;
    case LogLevel::warning:
      return LOG_WARNING;
    case LogLevel::error:
      return LOG_ERR;
  }
  return LOG_INFO;
}

// Bytes of the control character that begins at `i`, 0 when there is none. U+0080..9F (C2 80..9F) and U+2028..9
// (E2 80 A8..A9) are such: each ends a line, or worse, in some program that shows logs.
size_t control_length(std::string_view text, size_t i) {
  const auto at = [&](size_t n) { return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0; };
  if (at(0) < 0x20 || at(0) == 0x7F) return 1;
  if (at(0) == 0xC2 && at(1) >= 0x80 && at(1) <= 0x9F) return 2;
  return at(0) == 0xE2 && at(1) == 0x80 && (at(2) == 0xA8 || at(2) == 0xA9) ? 3 : 0;
}

// Control characters, and those of `also`, as \xNN.
std::string escaped(std::string_view text, std::string_view also) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t length = std::max<size_t>(control_length(text, i), also.find(text[i]) != std::string_view::npos);
    if (length == 0) {
      out.push_back(text[i++]);
      continue;
    }
    for (const size_t end = i + length; i < end; i++) {
      const auto byte = static_cast<unsigned char>(text[i]);
      out += "\\x";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

}  // namespace

void log_open(LogTarget target, LogLevel least, std::string_view ident) {
  g_ident = ident;
  g_least = least;
  g_target = target;
  if (target == LogTarget::syslog) ::openlog(g_ident.c_str(), LOG_PID | LOG_NDELAY, LOG_MAIL);
}

void log_line(LogLevel level, std::string_view line) {
  if (level < g_least.load()) return;
  const std::string text = escaped(line, "");
  if (g_target.load() == LogTarget::syslog) {
    ::syslog(priority_of(level), "%s", text.c_str());
    return;
  }
  std::string out = format_rfc3339(system_clock().now());
  out += ' ';
  out += g_ident;
  out += '[';
  out += std::to_string(::getpid());
  out += "]: ";
  if (level != LogLevel::info) {
    out += name_of(level);
    out += ": ";
  }
  out += text;
  out += '\n';
  // One write a line, so that lines of several threads do not mix.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, out.data(), out.size());
}

std::string log_field(std::string_view text, size_t most) {
  bool cut = false;
  if (text.size() > most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) most--;
    text = text.substr(0, most);
    cut = true;
  }
  std::string out = escaped(text, " =\"\\");
  if (cut) out += "...";
  return out;
}

}  // namespace postern
