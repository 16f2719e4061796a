#include "base/clock.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>

namespace postern {

namespace {

class SystemClock final : public Clock {
 public:
  WallTime now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

struct Calendar {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> time;
};

Calendar split(WallTime t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<std::chrono::milliseconds>(t - day)};
}

// Reads exactly `digits` decimal digits at `at` and moves past them.
bool read_number(std::string_view text, size_t& at, size_t digits, int& out) {
  if (at + digits > text.size()) return false;
  int value = 0;
  for (size_t i = 0; i < digits; i++) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  at += digits;
  out = value;
  return true;
}

bool read_char(std::string_view text, size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  at++;
  return true;
}

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array<Unit, 7> kUnits = {{{"y", 365LL * 86'400'000},
                                         {"w", 7LL * 86'400'000},
                                         {"d", 86'400'000},
                                         {"h", 3'600'000},
                                         {"m", 60'000},
                                         {"s", 1'000},
                                         {"ms", 1}}};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string format_rfc3339(WallTime time) {
  const Calendar c = split(time);
  std::array<char, 64> out{};
  const int year = int(c.date.year());
  const unsigned month = unsigned(c.date.month());
  const unsigned day = unsigned(c.date.day());
  const int hours = int(c.time.hours().count());
  const int minutes = int(c.time.minutes().count());
  const int seconds = int(c.time.seconds().count());
  const int ms = int(c.time.subseconds().count());
  if (ms == 0) {
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", year, month, day, hours, minutes, seconds);
  } else {
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", year, month, day, hours, minutes,
                  seconds, ms);
  }
  return out.data();
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "'" + std::string(text) + "' is not a time: " + std::string(why) +
                                              " (write it like 2027-02-01T07:00:00+00:00)");
  };
  size_t at = 0;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!read_number(text, at, 4, year) || !read_char(text, at, "-") || !read_number(text, at, 2, month) ||
      !read_char(text, at, "-") || !read_number(text, at, 2, day)) {
    return bad("a date YYYY-MM-DD is expected");
  }
  if (!read_char(text, at, "Tt ")) return bad("'T' and the time of day are missing");
  if (!read_number(text, at, 2, hour) || !read_char(text, at, ":") || !read_number(text, at, 2, minute) ||
      !read_char(text, at, ":") || !read_number(text, at, 2, second)) {
    return bad("a time of day HH:MM:SS is expected");
  }
  int ms = 0;
  if (read_char(text, at, ".")) {
    int scale = 100;
    bool any = false;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      ms += (text[at++] - '0') * scale;
      scale /= 10;
      any = true;
    }
    if (!any) return bad("digits are missing after the '.'");
  }
  int offset_minutes = 0;
  if (!read_char(text, at, "Zz")) {
    const char sign = at < text.size() ? text[at] : '\0';
    int oh = 0, om = 0;
    if (!read_char(text, at, "+-") || !read_number(text, at, 2, oh) || !read_char(text, at, ":") ||
        !read_number(text, at, 2, om) || oh > 23 || om > 59) {
      return bad("the offset is missing");
    }
    offset_minutes = (oh * 60 + om) * (sign == '-' ? -1 : 1);
  }
  if (at != text.size()) return bad("there is text after it");
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                         std::chrono::day(unsigned(day))};
  if (!date.ok()) return bad("no such day in the calendar");
  if (hour > 23 || minute > 59 || second > 60) return bad("no such time of day");
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(ms) - std::chrono::minutes(offset_minutes);
}

std::string format_rfc5322_date(WallTime time) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Calendar c = split(time);
  const unsigned weekday = std::chrono::weekday(std::chrono::sys_days(c.date)).c_encoding();
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000", kDays[weekday], unsigned(c.date.day()),
                kMonths[unsigned(c.date.month()) - 1], int(c.date.year()), int(c.time.hours().count()),
                int(c.time.minutes().count()), int(c.time.seconds().count()));
  return out.data();
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, size_t(end - rest));
  if (error == std::errc() && number >= 0) {
    for (const Unit& u : kUnits) {
      if (u.name != unit) continue;
      if (number > std::numeric_limits<std::int64_t>::max() / u.milliseconds) break;
      return std::chrono::milliseconds(number * u.milliseconds);
    }
  }
  return fail(ErrorKind::invalid_input, "'" + std::string(text) +
                                            "' is not a duration (write a number and one of ms, s, m, h, d, w, y, "
                                            "such as 30s or 5d)");
}

std::string format_duration(std::chrono::milliseconds duration) {
  for (const Unit& u : kUnits) {
    if (u.name == "y" || u.name == "w") continue;
    if (duration.count() % u.milliseconds == 0 && duration.count() != 0) {
      return std::to_string(duration.count() / u.milliseconds) + std::string(u.name);
    }
  }
  return "0s";
}

}  // namespace postern
