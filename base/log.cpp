#include "base/log.h"

#include <atomic>
#include <cstdio>

#include <pthread.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"

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

std::atomic<pid_t> g_pid{0};

// The system's answer, asked for once in each process.
pid_t own_pid() {
  [[maybe_unused]] static const int forgotten_in_children = ::pthread_atfork(nullptr, nullptr, [] { g_pid = 0; });
  pid_t pid = g_pid.load(std::memory_order_relaxed);
  if (pid == 0) g_pid = pid = ::getpid();
  return pid;
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
  const std::string text = escape_unsafe(line);
  if (g_target.load() == LogTarget::syslog) {
    ::syslog(priority_of(level), "%s", text.c_str());
    return;
  }
  std::string out = format_rfc3339(system_clock().now());
  out += ' ';
  out += g_ident;
  out += '[';
  out += std::to_string(own_pid());
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
  std::string out = escape_unsafe(text, " =\"\\");
  if (cut) out += "...";
  return out;
}

}  // namespace postern
