// The log: one line an event on standard error or to syslog (facility mail).
//
// Lines never hold message content or matched values. Text from outside (an
// address, a file name) goes through log_field(), which leaves no way to forge a
// field; no text makes a second line. Safe to use from several threads.
#pragma once

#include <string>
#include <string_view>

namespace postern {

enum class LogLevel { debug, info, warning, error };

enum class LogTarget { standard_error, syslog };

// Called once at start, before threads. The default is standard error at info.
void log_open(LogTarget target, LogLevel least, std::string_view ident);

void log_line(LogLevel level, std::string_view line);
inline void log_info(std::string_view line) {
  log_line(LogLevel::info, line);
}
inline void log_warning(std::string_view line) {
  log_line(LogLevel::warning, line);
}
inline void log_error(std::string_view line) {
  log_line(LogLevel::error, line);
}

// `text` cut to `most` bytes at a character boundary, control characters, spaces and '='
// written as \xNN, so that it stands as one field of a line.
std::string log_field(std::string_view text, size_t most = 200);

}  // namespace postern
