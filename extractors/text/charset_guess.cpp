#include "extractors/text/charset_guess.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <uchardet/uchardet.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include "extractors/text/charset.h"
#include "extractors/text/converter.h"

namespace postern::extract {
namespace {

// uchardet is sure long before this, and slow on long texts.
constexpr size_t kGuessWindow = 64 << 10;

// uchardet's guess.
std::string guess_by_letters(std::string_view bytes) {
  struct Free {
    void operator()(uchardet_t handle) const { uchardet_delete(handle); }
  };
  const std::unique_ptr<std::remove_pointer_t<uchardet_t>, Free> detector(uchardet_new());
  if (!detector || uchardet_handle_data(detector.get(), bytes.data(), std::min(bytes.size(), kGuessWindow)) != 0)
    return {};
  uchardet_data_end(detector.get());
  return canonical_charset(uchardet_get_charset(detector.get()));
}

// uchardet knows no short text in EUC. There all high bytes stand in pairs, which in Western European text none do.
// Empty when they do not, or are too few.
std::string guess_by_pairs(std::string_view bytes) {
  constexpr size_t kFewest = 3;
  const auto at = [bytes](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  size_t letters = 0, hangul = 0, kana = 0;
  for (size_t i = 0; i < bytes.size(); i++) {
    if (at(i) < 0x80) continue;
    if (at(i) < 0xA1 || i + 1 == bytes.size() || at(i + 1) < 0xA1) return {};
    const bool letter = at(i) >= 0xB0 && at(i) != at(i + 1);  // rows of dots or arrows are none
    letters += letter ? 1U : 0U;
    hangul += letter && at(i) <= 0xC8 ? 1U : 0U;
    kana += at(i) == 0xA4 || at(i) == 0xA5 ? 1U : 0U;
    i++;
  }
  if (letters + kana < kFewest) return {};
  if (kana > 0) return "EUC-JP";
  return hangul == letters ? "windows-949" : "gb18030";
}

// What the pairs of a text say that `guess` does not. Those that begin like Hangul or hold kana are no Greek, for which
// uchardet takes a few of them between Latin letters.
std::string or_by_pairs(std::string_view bytes, std::string guess) {
  const bool latin = guess.empty() || guess == kWindows1252;
  const bool greek = guess == "ISO-8859-7" || guess == "windows-1253";
  if (!latin && !greek) return guess;
  std::string pairs = guess_by_pairs(bytes);
  return latin || pairs == "windows-949" || pairs == "EUC-JP" ? pairs : guess;
}

// Lines ended with a carriage return alone until Mac OS X. Only between Latin alphabets does that decide.
bool is_mac_text(std::string_view bytes, std::string_view guess) {
  static constexpr std::string_view kLatin[] = {"",           "windows-1250", "windows-1252",         "windows-1254",
                                                "ISO-8859-1", "windows-1257", "windows-1258",         "ISO-8859-2",
                                                "ISO-8859-3", "ISO-8859-15",  "x-mac-centraleurroman"};
  return std::find(std::begin(kLatin), std::end(kLatin), guess) != std::end(kLatin) &&
         bytes.find('\r') != std::string_view::npos && bytes.find('\n') == std::string_view::npos;
}

enum class Script : std::uint8_t { none, latin, greek, cyrillic, other };

Script script_of(UChar32 c) {
  const bool modifier = c >= 0x2B0 && c < 0x300;
  if (modifier || (!u_isalpha(c) && u_charType(c) != U_NON_SPACING_MARK)) return Script::none;
  if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00)) return Script::latin;
  if (c >= 0x370 && c < 0x400) return Script::greek;
  return c >= 0x400 && c < 0x530 ? Script::cyrillic : Script::other;
}

// Marks that stand inside words.
bool joins_letters(UChar32 c) {
  return c == 0x2019 || c == 0x2018 || c == 0xB7 || c == 0xAD || c == 0x2013 || c == 0x2014;
}

// How a reading fits: its characters beyond ASCII, and those of them that stand where no language has them: symbols and
// controls inside words, capitals behind small letters, letters of another script.
struct Fit {
  size_t beyond_ascii = 0;
  size_t odd = 0;
};

Fit fit_of(std::string_view utf8) {
  Fit out;
  const auto size = static_cast<int32_t>(utf8.size());
  const auto* const text = reinterpret_cast<const unsigned char*>(utf8.data());
  UChar32 before = ' ', c = ' ', behind = ' ';
  int32_t at = 0;
  const auto next = [&]() -> UChar32 {
    if (at >= size) return ' ';
    UChar32 read = 0;
    U8_NEXT(text, at, size, read);
    return read < 0 ? 0xFFFD : read;
  };
  c = next();
  for (bool last = utf8.empty(); !last; before = c, c = behind) {
    last = at >= size;
    behind = next();
    if (c < 0x80) continue;
    out.beyond_ascii++;
    const Script script = script_of(c), left = script_of(before), right = script_of(behind);
    bool odd = c == 0xFFFD || u_iscntrl(c) || !u_isdefined(c);
    if (script == Script::none) {
      // Quotes and dashes stand beside each other; other signs stand alone.
      const bool quote = u_ispunct(c) != 0;
      const bool from_word = left != Script::none || (!quote && before >= 0x80);
      const bool into_word = right != Script::none || (!quote && behind >= 0x80);
      const bool beside_letter = left != Script::none || right != Script::none;
      odd = odd || (from_word && into_word && beside_letter && !joins_letters(c));
    } else {
      odd = (u_isupper(c) && u_islower(before)) || (left != Script::none && left != script) ||
            (right != Script::none && right != script);
    }
    out.odd += odd ? 1U : 0U;
  }
  return out;
}

// Signs of ASCII between letters.
size_t count_signs_in_words(std::string_view utf8) {
  size_t out = 0;
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  };
  for (size_t i = 1; i + 1 < utf8.size(); i++) {
    const bool sign = std::string_view("{}~[]\\|^!").find(utf8[i]) != std::string_view::npos;
    if (sign && is_letter(utf8[i - 1]) && is_letter(utf8[i + 1])) out++;
  }
  return out;
}

bool is_one_byte(const std::string& charset) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* const converter = ucnv_open(charset.c_str(), &status);
  if (U_FAILURE(status)) return false;
  const bool out = ucnv_getMaxCharSize(converter) == 1 && ucnv_getType(converter) != UCNV_SCSU;
  ucnv_close(converter);
  return out;
}

// The code page of DOS that fits far better than `guess`, which uchardet takes those of Western Europe for.
std::string guess_dos_page(std::string_view bytes, const std::string& guess) {
  const std::string_view window = bytes.substr(0, kGuessWindow);
  const std::string taken = guess.empty() ? std::string(kWindows1252) : guess;
  if (taken != kWindows1252 && !is_one_byte(taken)) return {};
  const auto plain = convert_to_utf8(window, taken);
  if (!plain) return {};
  const Fit fit = fit_of(*plain);
  if (fit.odd * 4 < fit.beyond_ascii || fit.odd == 0) return {};
  std::string best;
  size_t fewest = fit.odd / 3 + 1;
  for (const char* const page : {"ibm-850", "ibm-852", "ibm-437", "ibm-866"}) {
    const auto reading = convert_to_utf8(window, page);
    const Fit other = reading ? fit_of(*reading) : fit;
    if (other.odd >= fewest || other.odd * 10 > other.beyond_ascii) continue;
    fewest = other.odd;
    best = page;
  }
  return best;
}

}  // namespace

bool looks_like_ebcdic(std::string_view bytes) {
  constexpr size_t kLeast = 40, kWindow = 4096;
  constexpr unsigned char kSpace = 0x40;
  const std::string_view window = bytes.substr(0, kWindow);
  if (window.size() < kLeast) return false;
  size_t spaces = 0, letters = 0, small = 0, digits = 0, other = 0;
  for (const char c : window) {
    const auto u = static_cast<unsigned char>(c);
    const unsigned low = u & 0xFU;
    const bool in_row = low >= 1 && low <= 9;
    spaces += u == kSpace ? 1U : 0U;
    small += (u >= 0x81 && u < 0xAA && (in_row && u != 0xA1)) ? 1U : 0U;
    letters += u >= 0x81 && u < 0xEA && u != 0xA1 && u != 0xE1 && in_row && (u < 0xAA || u > 0xC0) ? 1U : 0U;
    digits += u >= 0xF0 && u <= 0xF9 ? 1U : 0U;
    // What text in ASCII has and this has not: blanks, small letters of ASCII, its line ends.
    other += u == ' ' || u == '\n' || u == '\r' || u == '\t' || (u >= 'a' && u <= 'i') || u >= 0xFA ? 1U : 0U;
  }
  return spaces * 20 >= window.size() && spaces * 3 <= window.size() && (letters + digits) * 3 >= window.size() * 2 &&
         small * 2 >= letters && other * 50 <= window.size();
}

std::string guess_charset(std::string_view bytes) {
  if (looks_like_ebcdic(bytes)) {
    // They differ in signs, and in the letters of each country.
    for (const char* const page : {"ibm-37", "ibm-273", "ibm-500"}) {
      const auto reading = convert_to_utf8(bytes.substr(0, kGuessWindow), page);
      if (reading && count_signs_in_words(*reading) == 0) return page;
    }
    return "ibm-37";
  }
  std::string guess = guess_by_letters(bytes);
  std::string page = guess_dos_page(bytes, guess);
  return page.empty() ? guess : page;
}

std::string guess_mislabelled(std::string_view bytes) {
  return or_by_pairs(bytes, guess_charset(bytes));
}

std::string guess_undeclared(std::string_view bytes) {
  std::string guess = guess_charset(bytes);
  return is_mac_text(bytes, guess) ? "macintosh" : or_by_pairs(bytes, std::move(guess));
}

}  // namespace postern::extract
