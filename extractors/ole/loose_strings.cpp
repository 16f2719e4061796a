#include "extractors/ole/loose_strings.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/ole/codepage.h"
#include "extractors/ole/utf16.h"

namespace postern::extract {

namespace {

constexpr size_t kShortest = 4;      // bytes of a run in a code page
constexpr size_t kShortestWide = 3;  // units of a run in UTF-16

bool is_narrow(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte < 0x7F) || byte >= 0xC0;
}

// Units of the scripts that stand in labels; others are met by chance too often. Latin letters read one byte too early
// look like characters whose low byte is zero.
bool is_wide(unsigned unit) {
  constexpr unsigned kOne = 0x4E00;  // the numeral, the only such character in daily use
  if ((unit & 0xFF) == 0 && unit != kOne) return false;
  const bool alphabetic = (unit >= 0x20 && unit < 0x7F) || (unit >= 0xA0 && unit < 0x250) ||
                          (unit >= 0x370 && unit < 0x700) || (unit >= 0x2010 && unit < 0x2030) || unit == 0x20AC;
  const bool east_asian =
      (unit >= 0x3040 && unit < 0x3100) || (unit >= 0x4E00 && unit < 0xA000) || (unit >= 0xAC00 && unit < 0xD7A4);
  return alphabetic || east_asian;
}

bool is_ascii_letter(char c) {
  return c >= ' ' && c <= '~';
}

// How many units from `at` on are text. Two letters of one byte look like an East Asian one: where three bytes of four
// are such letters there is no UTF-16.
size_t wide_run(std::string_view bytes, size_t at) {
  constexpr size_t kLookedAt = 32;  // units; a run that is refused costs no more
  size_t units = 0;
  size_t letters = 0;
  for (size_t i = at; i + 1 < bytes.size() && is_wide(le16(bytes, i)); i += 2) {
    if (units == kLookedAt && 2 * letters >= 3 * units) return 0;
    if (units++ < kLookedAt)
      letters += (is_ascii_letter(bytes[i]) ? 1U : 0U) + (is_ascii_letter(bytes[i + 1]) ? 1U : 0U);
  }
  return 2 * letters >= 3 * std::min(units, kLookedAt) ? 0 : units;
}

}  // namespace

std::string loose_strings(std::string_view bytes) {
  std::string out;
  size_t at = 0;
  while (at < bytes.size()) {
    size_t narrow = 0;
    while (at + narrow < bytes.size() && is_narrow(bytes[at + narrow])) narrow++;
    const size_t wide = wide_run(bytes, at);
    if (wide >= kShortestWide && 2 * wide > narrow) {
      out += utf16le_to_utf8(bytes.substr(at, 2 * wide)) + "\n";
      at += 2 * wide;
    } else if (narrow >= kShortest) {
      out += codepage_to_utf8(bytes.substr(at, narrow), 1252) + "\n";
      at += narrow;
    } else {
      at++;
    }
  }
  return out;
}

}  // namespace postern::extract
