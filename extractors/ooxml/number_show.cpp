// Numbers as text, once their format is understood (number_format.h).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "extractors/ooxml/number_format.h"

namespace postern::extract::ooxml {

namespace {

constexpr int kDigits = 15;             // that a cell keeps
constexpr long long kSecond = 10'000;   // in the units of a moment, tenths of milliseconds
constexpr double kLastDay = 2'958'466;  // the end of the year 9999

// A number that is not negative in decimals, rounded half up as Excel does it: digits before and behind the point, no
// leading zeros.
struct Decimal {
  std::string whole;
  std::string fraction;
};
Decimal rounded(double value, size_t decimals) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*e", kDigits - 1, value);  // d.dddde+xx
  std::string digits;
  size_t end = 0;
  for (; text[end] != 0 && text[end] != 'e'; end++) {
    if (text[end] >= '0' && text[end] <= '9') digits.push_back(text[end]);
  }
  const int exponent = text[end] == 'e' ? std::atoi(text + end + 1) : 0;
  // A zero in front takes what is carried; the point stands behind `point` digits.
  digits.insert(0, exponent < 0 ? static_cast<size_t>(1 - exponent) : 1, '0');
  const size_t point = exponent < 0 ? 2 : static_cast<size_t>(exponent) + 2;
  const size_t keep = point + decimals;
  const bool up = digits.size() > keep && digits[keep] >= '5';
  digits.resize(keep, '0');
  for (size_t i = keep; up && i-- > 0;) {
    if (digits[i] != '9') {
      digits[i]++;
      break;
    }
    digits[i] = '0';
  }
  Decimal out{digits.substr(0, point), digits.substr(point)};
  out.whole.erase(0, std::min(out.whole.find_first_not_of('0'), out.whole.size()));
  return out;
}

constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

std::string padded(long number, size_t width) {
  std::string out = std::to_string(number);
  if (out.size() < width) out.insert(0, width - out.size(), '0');
  return out;
}

struct Moment {
  std::chrono::year_month_day day;
  unsigned weekday = 0;
  long seconds = 0;  // of the day
  long tenths_of_ms = 0;
};

// Excel takes 1900 for a leap year: serial 60 is a day that never was, later ones are shifted by it.
bool to_moment(double serial, bool dates_1904, long long round_to, Moment& out) {
  if (!(serial >= 0) || serial >= kLastDay) return false;
  using namespace std::chrono;
  const bool before_leap = !dates_1904 && serial < 60;
  const sys_days epoch =
      dates_1904 ? sys_days(year(1904) / 1 / 1) : sys_days(year(1899) / 12 / (before_leap ? 31 : 30));
  constexpr double kUnits = 864'000'000;  // tenths of milliseconds a day
  const double first = std::floor(serial);
  auto units = std::llround((serial - first) * kUnits);
  units = (units + round_to / 2) / round_to * round_to;
  const auto extra = units / static_cast<long long>(kUnits);
  units %= static_cast<long long>(kUnits);
  const sys_days day = epoch + days(static_cast<int>(first) + static_cast<int>(extra));
  out.day = year_month_day(day);
  out.weekday = weekday(day).c_encoding();
  out.seconds = static_cast<long>(units / 10'000);
  out.tenths_of_ms = static_cast<long>(units % 10'000);
  return true;
}

}  // namespace

std::string format_serial(double serial, bool dates_1904) {
  Moment moment;
  if (!to_moment(serial, dates_1904, kSecond, moment)) return "";
  std::string day = padded(static_cast<int>(moment.day.year()), 4) + "-" +
                    padded(static_cast<unsigned>(moment.day.month()), 2) + "-" +
                    padded(static_cast<unsigned>(moment.day.day()), 2);
  if (moment.seconds == 0) return day;
  const std::string time = padded(moment.seconds / 3600, 2) + ":" + padded(moment.seconds / 60 % 60, 2) + ":" +
                           padded(moment.seconds % 60, 2);
  return serial < 1 ? time : day + " " + time;
}

std::string NumberFormat::show_date(const Section& section, double value, bool dates_1904) {
  long long round_to = kSecond;
  for (const Token& token : section.tokens) {
    if (token.kind == Kind::place) round_to = std::max(round_to / 10, 1LL);
  }
  Moment moment;
  if (!to_moment(value, dates_1904, round_to, moment)) return "";
  const bool halves = std::any_of(section.tokens.begin(), section.tokens.end(),
                                  [](const Token& each) { return each.kind == Kind::half_day; });
  const long hour = moment.seconds / 3600;
  const long total = static_cast<long>(std::floor(value)) * 86'400 + moment.seconds;
  std::string out;
  long scale = 1'000;
  for (const Token& token : section.tokens) {
    const size_t size = token.text.size();
    switch (token.kind) {
      case Kind::half_day:
        out += token.text.size() > 3 ? (hour < 12 ? "AM" : "PM") : (hour < 12 ? "A" : "P");
        break;
      case Kind::elapsed:
        out += padded(token.text[0] == 'h' ? total / 3600 : token.text[0] == 'm' ? total / 60 : total, size);
        break;
      case Kind::place:  // of a second
        out += std::to_string(moment.tenths_of_ms / scale % 10);
        scale = std::max(scale / 10, 1L);
        break;
      case Kind::date:
        switch (token.text[0]) {
          case 'y': {
            const int year = static_cast<int>(moment.day.year());
            out += size <= 2 ? padded(year % 100, 2) : padded(year, 4);
            break;
          }
          case 'm': {
            const unsigned month = static_cast<unsigned>(moment.day.month());
            const std::string_view name = kMonths[(month - 1) % 12];
            out += size <= 2 ? padded(month, size)
                             : std::string(name.substr(0, size == 3   ? 3
                                                          : size == 5 ? 1
                                                                      : name.size()));
            break;
          }
          case 'd': {
            const std::string_view name = kDays[moment.weekday % 7];
            out += size <= 2 ? padded(static_cast<unsigned>(moment.day.day()), size)
                             : std::string(name.substr(0, size == 3 ? 3 : name.size()));
            break;
          }
          case 'h':
            out += padded(halves ? (hour + 11) % 12 + 1 : hour, std::min<size_t>(size, 2));
            break;
          case 'n':
            out += padded(moment.seconds / 60 % 60, size);
            break;
          default:
            out += padded(moment.seconds % 60, std::min<size_t>(size, 2));
            break;
        }
        break;
      default:
        out += token.text;
        break;
    }
  }
  const size_t last = out.find_last_not_of(' ');
  out.resize(last == std::string::npos ? 0 : last + 1);
  return out;
}

std::string NumberFormat::show_number(const Section& section, double value) {
  const std::vector<Token>& tokens = section.tokens;
  size_t first = tokens.size(), last = 0, point = tokens.size(), decimals = 0;
  for (size_t i = 0; i < tokens.size(); i++) {
    if (tokens[i].kind == Kind::percent) value *= 100;
    if (tokens[i].kind == Kind::point && point == tokens.size()) point = i;
    if (tokens[i].kind != Kind::place) continue;
    if (i > point) {
      decimals++;
    } else {
      first = std::min(first, i);
      last = i;
    }
  }
  bool thousands = false;
  for (size_t i = 0; i < tokens.size(); i++) {
    if (tokens[i].kind != Kind::comma) continue;
    if (i > first && i < last) {
      thousands = true;
    } else if (i > last && first < tokens.size()) {
      value /= 1000;
    }
  }
  const Decimal decimal = rounded(value, decimals);

  // From the right: each place takes a digit, the first place all that are left.
  std::vector<std::string> pieces(tokens.size());
  size_t left = decimal.whole.size(), given = 0;
  for (size_t i = std::min(point, tokens.size()); i-- > 0;) {
    const Token& token = tokens[i];
    if (token.kind != Kind::place) continue;
    const size_t take = i == first ? std::max<size_t>(left, 1) : 1;
    for (size_t k = 0; k < take; k++) {
      if (left == 0 && token.text != "0") break;
      if (thousands && given > 0 && given % 3 == 0) pieces[i].insert(pieces[i].begin(), ',');
      pieces[i].insert(pieces[i].begin(), left > 0 ? decimal.whole[left - 1] : '0');
      given++;
      if (left > 0) left--;
    }
  }
  // Behind the point zeros at the end are shown by 0 alone.
  size_t shown = decimal.fraction.size(), behind = 0;
  size_t least = 0;
  for (size_t i = point; i < tokens.size(); i++) {
    if (tokens[i].kind != Kind::place) continue;
    behind++;
    if (tokens[i].text == "0") least = behind;
  }
  while (shown > least && decimal.fraction[shown - 1] == '0') shown--;
  behind = 0;
  for (size_t i = point; i < tokens.size(); i++) {
    if (tokens[i].kind != Kind::place) continue;
    if (behind < shown) pieces[i] = std::string(1, decimal.fraction[behind]);
    behind++;
  }

  std::string out;
  for (size_t i = 0; i < tokens.size(); i++) {
    switch (tokens[i].kind) {
      case Kind::literal:
      case Kind::percent:
      case Kind::point:
        out += tokens[i].text;
        break;
      case Kind::place:
        out += pieces[i];
        break;
      case Kind::general:
        out += plain_number(value);
        break;
      default:
        break;
    }
  }
  // Where no place stands before the point, the digits are not lost.
  if (first == tokens.size() && point < tokens.size() && !decimal.whole.empty()) {
    size_t at = 0;
    for (size_t i = 0; i < point; i++) at += tokens[i].kind == Kind::literal ? tokens[i].text.size() : 0;
    out.insert(std::min(at, out.size()), decimal.whole);
  }
  return out;
}

// "# ?/?", "?/8": the nearest fraction whose denominator has as many digits as there are places, or is the one given.
std::string NumberFormat::show_fraction(const Section& section, double value) {
  const std::vector<Token>& tokens = section.tokens;
  const auto slash = static_cast<size_t>(
      std::find_if(tokens.begin(), tokens.end(), [](const Token& each) { return each.kind == Kind::slash; }) -
      tokens.begin());
  // A whole part stands apart from the numerator.
  bool whole_part = false, gap = false;
  for (size_t i = slash; i-- > 0;) {
    if (tokens[i].kind == Kind::place && gap) whole_part = true;
    if (tokens[i].kind == Kind::literal && i + 1 < slash) gap = true;
  }
  size_t places = 0;
  long fixed = 0;
  constexpr long kMostDenominator = 9999;
  for (size_t i = slash + 1; i < tokens.size(); i++) {
    if (tokens[i].kind == Kind::place) {
      places++;
      if (tokens[i].text == "0" && fixed > 0) fixed = std::min(fixed * 10, kMostDenominator);
    } else if (tokens[i].kind == Kind::literal) {
      for (const char c : tokens[i].text) {
        if (c >= '0' && c <= '9') fixed = std::min(fixed * 10 + (c - '0'), kMostDenominator);
      }
    }
  }
  double whole = whole_part ? std::floor(value) : 0;
  const double part = value - whole;
  long denominator = std::max(fixed, 1L);
  if (fixed == 0) {
    const long most = places >= 4 ? kMostDenominator : places == 3 ? 999 : places == 2 ? 99 : 9;
    double best = 2;
    for (long d = 1; d <= most; d++) {
      const double scaled = part * static_cast<double>(d);
      const double error = std::abs(scaled - std::round(scaled)) / static_cast<double>(d);
      if (error + 1e-12 < best) {
        best = error;
        denominator = d;
      }
    }
  }
  auto numerator = std::llround(part * static_cast<double>(denominator));
  if (whole_part && numerator == denominator) {
    whole += 1;
    numerator = 0;
  }
  if (whole_part && numerator == 0) return plain_number(whole);
  std::string out = whole > 0 ? plain_number(whole) + " " : "";
  return out + std::to_string(numerator) + "/" + std::to_string(denominator);
}

std::string NumberFormat::show_exponent(const Section& section, double value) {
  const std::vector<Token>& tokens = section.tokens;
  const auto at = static_cast<size_t>(
      std::find_if(tokens.begin(), tokens.end(), [](const Token& each) { return each.kind == Kind::exponent; }) -
      tokens.begin());
  Section mantissa;
  mantissa.tokens.assign(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(at));
  long step = 0;  // places before the point: the exponent is a multiple of their number
  for (const Token& token : mantissa.tokens) {
    if (token.kind == Kind::point) break;
    if (token.kind == Kind::place) step++;
  }
  step = std::max(step, 1L);
  long exponent = value > 0 ? static_cast<long>(std::floor(std::log10(value))) : 0;
  exponent = (exponent >= 0 ? exponent / step : -((-exponent + step - 1) / step)) * step;
  const double scaled = value / std::pow(10.0, static_cast<double>(exponent));
  size_t places = 0;
  std::string behind;
  for (size_t i = at + 1; i < tokens.size(); i++) {
    if (tokens[i].kind == Kind::place) places++;
    if (tokens[i].kind == Kind::literal) behind += tokens[i].text;
  }
  const std::string sign = exponent < 0 ? "-" : tokens[at].text[1] == '+' ? "+" : "";
  return show_number(mantissa, scaled) + "E" + sign + padded(std::abs(exponent), places) + behind;
}

}  // namespace postern::extract::ooxml
