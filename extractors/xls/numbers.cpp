#include "extractors/xls/numbers.h"

#include <cmath>
#include <cstring>

namespace postern::extract::xls {

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

const ooxml::NumberFormat& NumberFormats::format_of(unsigned style) const {
  const unsigned id = style < styles_.size() ? styles_[style] : 0;
  const auto parsed = parsed_.find(id);
  if (parsed != parsed_.end()) return parsed->second;
  const auto code = codes_.find(id);
  return parsed_
      .emplace(id, code == codes_.end() ? ooxml::NumberFormat::builtin(id) : ooxml::NumberFormat(code->second))
      .first->second;
}

std::string NumberFormats::show(double value, unsigned style) const {
  if (!std::isfinite(value)) return {};
  const ooxml::NumberFormat& format = format_of(style);
  std::string full;
  if (format.is_date()) full = ooxml::format_serial(value, dates_1904);
  if (full.empty()) full = ooxml::plain_number(value);
  std::string shown = format.show(value, dates_1904);
  if (shown.empty() || shown == full) return full;
  return shown.append(1, ' ').append(full);
}

std::string NumberFormats::show_text(std::string_view text, unsigned style) const {
  std::string shown = format_of(style).show_text(text);
  return shown.empty() ? std::string(text) : shown;
}

}  // namespace postern::extract::xls
