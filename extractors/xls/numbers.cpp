#include "extractors/xls/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace postern::extract::xls {

namespace {

constexpr double kExact = 1e15;

// All digits that the number has: integers in full, others with the 15 digits that Excel keeps.
std::string digits_of(double value) {
  char out[64];
  const bool integer = std::abs(value) < 1e18 && std::nearbyint(value) == value;
  std::snprintf(out, sizeof out, integer ? "%.0f" : "%.15g", value);
  return out;
}

bool is_builtin_date(unsigned format) {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) ||
         (format >= 50 && format <= 58);
}

// The first section without quoted text, escapes and brackets (but [h] counts).
std::string bare_section(std::string_view code) {
  std::string out;
  for (size_t i = 0; i < code.size() && code[i] != ';'; i++) {
    const char c = code[i];
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      i++;
    } else if (c == '[') {
      const size_t close = std::min(code.find(']', i), code.size());
      const std::string_view inside = code.substr(i + 1, close - i - 1);
      if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) out += inside;
      i = close;
    } else {
      out += c;
    }
  }
  return out;
}

bool is_date_section(std::string_view bare) {
  const size_t letter = bare.find_first_of("yYdDhHmMsSgGeE");
  return letter != std::string_view::npos && std::string_view("gGeE").find(bare[letter]) == std::string_view::npos;
}

// Built-in codes of plain numbers (2.4.126).
std::string_view builtin_code(unsigned format) {
  switch (format) {
    case 2:
      return "0.00";
    case 3:
      return "#,##0";
    case 4:
      return "#,##0.00";
    case 9:
      return "0%";
    case 10:
      return "0.00%";
    case 37:
    case 38:
      return "#,##0";
    case 39:
    case 40:
      return "#,##0.00";
    default:
      return "";
  }
}

// Decimals, thousands and percent of a section; "" when it shows something else.
std::string show_plain(double value, std::string_view bare) {
  const size_t first = bare.find_first_of("0#?");
  if (first == std::string_view::npos || bare.find_first_of("eE/") != std::string_view::npos) return {};
  const size_t dot = bare.find('.', first);
  const size_t last = bare.find_last_of("0#?");
  size_t decimals = 0;
  if (dot != std::string_view::npos && dot < last) decimals = last - dot;
  const bool percent = bare.find('%') != std::string_view::npos;
  const bool thousands = bare.substr(first, std::min(dot, last) - first).find(',') != std::string_view::npos;
  if (decimals > 15 || std::abs(value) >= kExact) return {};
  char out[64];
  std::snprintf(out, sizeof out, "%.*f", static_cast<int>(decimals), percent ? value * 100 : value);
  std::string text = out;
  if (thousands) {
    const size_t begin = text[0] == '-' ? 1 : 0;
    const size_t whole = std::min(text.find('.'), text.size());
    for (size_t at = whole; at > begin + 3;) text.insert(at -= 3, 1, ',');
  }
  if (percent) text += '%';
  return text;
}

}  // namespace

double real_number(std::uint64_t bits) {
  double value = 0;
  static_assert(sizeof value == sizeof bits);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

double rk_number(std::uint32_t rk) {
  double value = 0;
  if ((rk & 2) != 0) {
    value = static_cast<double>(static_cast<std::int32_t>(rk) >> 2);
  } else {
    value = real_number(std::uint64_t{rk & 0xFFFFFFFC} << 32);
  }
  return (rk & 1) != 0 ? value / 100 : value;
}

std::string NumberFormats::code_of(unsigned style, unsigned& format) const {
  format = style < styles_.size() ? styles_[style] : 0;
  const auto found = codes_.find(format);
  return found != codes_.end() ? found->second : std::string(builtin_code(format));
}

std::string NumberFormats::show(double value, unsigned style) const {
  if (!std::isfinite(value)) return {};
  std::string digits = digits_of(value);
  unsigned format = 0;
  const std::string code = code_of(style, format);
  const std::string bare = bare_section(code);
  if (is_date_section(bare) || (code.empty() && is_builtin_date(format))) {
    std::string date = ooxml::format_serial(value, dates_1904);
    if (!date.empty()) return date;
  }
  if (code.empty() || code == "General") return digits;
  std::string shown = parsed_.try_emplace(format, code).first->second.show(value, dates_1904);
  if (shown.empty()) shown = show_plain(value, bare);
  if (shown.empty() || shown == digits) return digits;
  return shown.append(1, ' ').append(digits);
}

}  // namespace postern::extract::xls
