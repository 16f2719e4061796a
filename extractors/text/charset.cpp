#include "extractors/text/charset.h"

#include <algorithm>
#include <array>
#include <memory>

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "extractors/detect/text_kind.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUtf8 = "UTF-8";
constexpr std::string_view kWindows1252 = "windows-1252";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// uchardet is sure long before this, and slow on long texts.
constexpr size_t kGuessWindow = 64 << 10;

struct Label {
  std::string_view label;
  std::string_view charset;
};

// What ICU would refuse or take too narrowly.
constexpr std::array kLabels = {
    Label{"utf8", kUtf8},
    Label{"unicode-1-1-utf-8", kUtf8},
    Label{"us-ascii", kWindows1252},
    Label{"ascii", kWindows1252},
    Label{"ansi_x3.4-1968", kWindows1252},
    Label{"iso-8859-1", kWindows1252},
    Label{"iso8859-1", kWindows1252},
    Label{"iso_8859-1", kWindows1252},
    Label{"latin1", kWindows1252},
    Label{"latin-1", kWindows1252},
    Label{"cp1252", kWindows1252},
    Label{"iso-8859-9", "windows-1254"},
    Label{"iso-8859-11", "windows-874"},
    Label{"tis-620", "windows-874"},
    Label{"gb2312", "gb18030"},
    Label{"gb_2312-80", "gb18030"},
    Label{"x-gbk", "gb18030"},
    Label{"gbk", "gb18030"},
    Label{"cp936", "gb18030"},
    Label{"euc-cn", "gb18030"},
    Label{"ks_c_5601-1987", "windows-949"},
    Label{"ks_c_5601-1989", "windows-949"},
    Label{"ksc_5601", "windows-949"},
    Label{"ks_c_5601", "windows-949"},
    Label{"euc-kr", "windows-949"},
    Label{"cp949", "windows-949"},
    Label{"big5", "Big5-HKSCS"},
    Label{"x-x-big5", "Big5-HKSCS"},
    Label{"cp950", "Big5-HKSCS"},
    Label{"x-sjis", "windows-31j"},
    Label{"shift-jis", "windows-31j"},
    Label{"shift_jis", "windows-31j"},
    Label{"cp932", "windows-31j"},
    Label{"iso-2022-jp", "ISO-2022-JP-2"},
    Label{"unicode-1-1-utf-7", "UTF-7"},
    Label{"utf7", "UTF-7"},
    Label{"unicode", "UTF-16"},
    Label{"ucs-2", "UTF-16"},
    Label{"hz-gb-2312", "HZ"},
    Label{"x-mac-roman", "macintosh"},
    Label{"mac", "macintosh"},
    Label{"x-mac-japanese", "windows-31j"},
    Label{"x-mac-korean", "windows-949"},
    Label{"x-mac-chinesesimp", "gb18030"},
    Label{"x-mac-chinesetrad", "Big5-HKSCS"},
    Label{"x-mac-ce", "x-mac-centraleurroman"},
    Label{"unknown-8bit", ""},
    Label{"unknown", ""},
    Label{"x-unknown", ""},
    Label{"x-user-defined", ""},
    Label{"default", ""},
    Label{"binary", ""},
    Label{"8bit", ""},
    Label{"7bit", ""},
};

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// Converters of the charsets asked for last: opening one costs as much as converting some hundred characters, and a
// header may hold a million encoded words.
class Converters {
 public:
  // In its initial state; null when there is no such converter.
  UConverter* get(std::string_view charset) {
    const auto known =
        std::find_if(open_.begin(), open_.end(), [&](const Open& one) { return one.converter && one.name == charset; });
    if (known != open_.end()) {
      ucnv_reset(known->converter.get());
      return known->converter.get();
    }
    UErrorCode status = U_ZERO_ERROR;
    std::string name(charset);
    Converter converter(ucnv_open(name.c_str(), &status));
    if (U_FAILURE(status) || !converter) return nullptr;
    Open& slot = open_[next_++ % open_.size()];
    slot = {std::move(name), std::move(converter)};
    return slot.converter.get();
  }

 private:
  struct Open {
    std::string name;
    Converter converter;
  };
  std::array<Open, 4> open_;
  size_t next_ = 0;
};

// windows-1252 as browsers have it: the five unassigned bytes are controls (WHATWG Encoding, index windows-1252).
std::string from_windows_1252(std::string_view bytes) {
  static constexpr std::array<char16_t, 32> kHigh = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  const auto high = std::count_if(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) != 0; });
  std::string out(bytes.size() + 2 * static_cast<size_t>(high), '\0');
  char* to = out.data();
  for (const char c : bytes) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x80) {
      *to++ = c;
      continue;
    }
    const char16_t code = u < 0xA0 ? kHigh[u - 0x80u] : static_cast<char16_t>(u);
    if (code >= 0x800) {
      *to++ = static_cast<char>(0xE0 | (code >> 12));
      *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    } else {
      *to++ = static_cast<char>(0xC0 | (code >> 6));
    }
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  }
  out.resize(static_cast<size_t>(to - out.data()));
  return out;
}

size_t count_replacements(std::string_view utf8) {
  size_t count = 0;  // a text may hold little else: no search that starts anew at each
  for (size_t at = 0; at + kReplacement.size() <= utf8.size(); at++) {
    if (utf8[at] == kReplacement[0] && utf8[at + 1] == kReplacement[1] && utf8[at + 2] == kReplacement[2]) count++;
  }
  return count;
}

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Charsets in which ASCII bytes may mean other characters than ASCII's.
bool is_stateful(std::string_view charset) {
  return charset == "UTF-7" || charset == "HZ" || charset.starts_with("ISO-2022") || charset.starts_with("iso-2022") ||
         charset.starts_with("IMAP");
}

bool is_wide(std::string_view charset) {
  return charset.starts_with("UTF-16") || charset.starts_with("utf-16") || charset.starts_with("UTF-32") ||
         charset.starts_with("utf-32");
}

// EBCDIC and its like: the letters of ASCII are other characters.
bool moves_ascii(const std::string& charset) {
  size_t damage = 0;
  const auto letters = convert_to_utf8("Ab1", charset, &damage);
  return letters && *letters != "Ab1";
}

// Whether a reading is text that somebody could have written: hardly any controls or damage.
bool is_plausible(std::string_view utf8) {
  size_t odd = count_replacements(utf8);
  for (const char c : utf8) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 && u != '\t' && u != '\n' && u != '\r' && u != 0x0C) odd++;
  }
  for (size_t at = utf8.find('\xC2'); at != std::string_view::npos; at = utf8.find('\xC2', at + 1)) {
    if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xA0 && utf8[at + 1] != '\x85') odd++;
  }
  return odd * 50 <= utf8.size();
}

std::string guess_charset(std::string_view bytes) {
  struct Free {
    void operator()(uchardet_t handle) const { uchardet_delete(handle); }
  };
  const std::unique_ptr<std::remove_pointer_t<uchardet_t>, Free> detector(uchardet_new());
  if (!detector || uchardet_handle_data(detector.get(), bytes.data(), std::min(bytes.size(), kGuessWindow)) != 0)
    return {};
  uchardet_data_end(detector.get());
  return canonical_charset(uchardet_get_charset(detector.get()));
}

// UTF-8 with a few broken bytes (cut, or broken on purpose) is still UTF-8 to every reader.
bool is_mostly_utf8(std::string_view bytes) {
  size_t good = 0, bad = 0;
  while (!bytes.empty()) {
    const std::string_view prefix = bytes.substr(0, valid_utf8_prefix(bytes));
    for (const char c : prefix) good += static_cast<unsigned char>(c) >= 0xC0 ? 1 : 0;
    bytes.remove_prefix(prefix.size());
    if (bytes.empty()) break;
    bytes.remove_prefix(1);
    bad++;
    if (bad > good + 16 && bad > 64) return false;
  }
  return good >= bad * 2;
}

std::optional<TextReading> by_mark(std::string_view bytes, size_t& damage) {
  const auto converted = [&damage](std::string_view rest, const char* charset) -> std::optional<TextReading> {
    auto text = convert_to_utf8(rest, charset, &damage);
    if (!text) return std::nullopt;
    return TextReading::owned(std::move(*text), charset);
  };
  if (bytes.starts_with("\xEF\xBB\xBF")) return TextReading::borrowed(bytes.substr(3), std::string(kUtf8));
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return converted(bytes.substr(4), "UTF-32LE");
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return converted(bytes.substr(4), "UTF-32BE");
  if (bytes.starts_with("\xFF\xFE")) return converted(bytes.substr(2), "UTF-16LE");
  if (bytes.starts_with("\xFE\xFF")) return converted(bytes.substr(2), "UTF-16BE");
  return std::nullopt;
}

TextReading raw(std::string_view bytes) {
  return TextReading::borrowed(bytes, std::string(kUtf8));
}

TextReadings read_marked(std::string_view bytes, TextReading marked, const std::string& declared) {
  TextReadings out{std::move(marked), std::nullopt, false};
  const std::string& charset = out.main.charset();
  out.mislabelled =
      !declared.empty() && declared != charset && !(is_wide(declared) && is_wide(charset)) && declared != kWindows1252;
  // A wide mark before narrow text: who trusts the label reads on byte by byte.
  if (is_wide(charset) && bytes.find('\0', 4) == std::string_view::npos && is_utf8(bytes.substr(2))) {
    out.other = raw(bytes.substr(2));
    out.mislabelled = true;
  }
  return out;
}

// Valid UTF-8, or ASCII alone.
TextReadings read_utf8(std::string_view bytes, const std::string& declared) {
  TextReadings out{raw(bytes), std::nullopt, false};
  std::string charset = declared;
  if (bytes.find("\x1B$") != std::string_view::npos && (charset.empty() || charset == kUtf8 || charset == kWindows1252))
    charset = "ISO-2022-JP-2";  // seven bits throughout, so that it passes under any label
  if (charset.empty() || charset == kUtf8 || charset == kWindows1252) return out;
  const bool ascii = is_ascii(bytes);
  const bool wide = is_wide(charset), stateful = is_stateful(charset);
  if (!wide && !stateful && !moves_ascii(charset)) {
    out.mislabelled = !ascii;
    return out;
  }
  size_t damage = 0;
  auto converted = convert_to_utf8(bytes, charset, &damage);
  if (!converted || *converted == bytes) return out;
  TextReading other = TextReading::owned(std::move(*converted), charset);
  if (stateful && ascii && damage == 0) {
    // UTF-7 and HZ are rarely understood any more: many programs show the letters as they stand.
    const bool rare = charset == "UTF-7" || charset == "HZ";
    out.main = std::move(other);
    if (rare) out.other = raw(bytes);
    return out;
  }
  out.mislabelled = true;
  if (is_plausible(other.text())) {
    out.other = std::move(other);
    out.cut = damage > kMostDamage;
  }
  return out;
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
    letters += at(i) >= 0xB0 ? 1U : 0U;
    hangul += at(i) >= 0xB0 && at(i) <= 0xC8 ? 1U : 0U;
    kana += at(i) == 0xA4 || at(i) == 0xA5 ? 1U : 0U;
    i++;
  }
  if (letters + kana < kFewest) return {};
  if (kana > 0) return "EUC-JP";
  return hangul == letters ? "windows-949" : "gb18030";
}

// Lines ended with a carriage return alone until Mac OS X. Only between Latin alphabets does that decide.
bool is_mac_text(std::string_view bytes, std::string_view guess) {
  static constexpr std::string_view kLatin[] = {"",           "windows-1250", "windows-1252",         "windows-1254",
                                                "ISO-8859-1", "windows-1257", "windows-1258",         "ISO-8859-2",
                                                "ISO-8859-3", "ISO-8859-15",  "x-mac-centraleurroman"};
  return std::find(std::begin(kLatin), std::end(kLatin), guess) != std::end(kLatin) &&
         bytes.find('\r') != std::string_view::npos && bytes.find('\n') == std::string_view::npos;
}

TextReadings read_eight_bit(std::string_view bytes, const std::string& declared) {
  if (!declared.empty() && declared != kUtf8) {
    size_t damage = 0;
    if (auto converted = convert_to_utf8(bytes, declared, &damage)) {
      TextReadings out{TextReading::owned(std::move(*converted), declared), std::nullopt, damage > 0,
                       damage > kMostDamage};
      // Labels of Western Europe are what programs write when they do not know.
      const bool doubtful = damage > 0 || declared == kWindows1252;
      if (!doubtful) return out;
      if (is_mostly_utf8(bytes)) {
        out.other = std::move(out.main);
        out.main = raw(bytes);
        out.mislabelled = true;
        return out;
      }
      const std::string guess = guess_charset(bytes);
      if (guess.empty() || guess == declared || guess == kUtf8) return out;
      if (auto guessed = convert_to_utf8(bytes, guess, &damage);
          guessed && damage == 0 && *guessed != out.main.text()) {
        out.other = TextReading::owned(std::move(*guessed), guess);
        out.mislabelled = true;
      }
      return out;
    }
  }
  if (is_mostly_utf8(bytes)) return {raw(bytes), std::nullopt, true};
  std::string guess = guess_charset(bytes);
  if (guess.empty() || guess == kWindows1252) guess = guess_by_pairs(bytes);
  if (is_mac_text(bytes, guess)) guess = "macintosh";
  TextReadings out{TextReading::owned(from_windows_1252(bytes), std::string(kWindows1252)), std::nullopt,
                   !declared.empty()};
  if (guess.empty() || guess == kWindows1252 || guess == kUtf8) return out;
  size_t damage = 0;
  if (auto guessed = convert_to_utf8(bytes, guess, &damage); guessed && damage == 0 && *guessed != out.main.text()) {
    out.other = std::move(out.main);
    out.main = TextReading::owned(std::move(*guessed), guess);
  }
  return out;
}

// UTF-32 without a mark: every unit is a character of Unicode in one byte order only.
const char* guess_utf32(std::string_view bytes) {
  constexpr size_t kUnits = 1024;
  const size_t units = std::min(bytes.size() / 4, kUnits);
  if (units == 0 || bytes.size() % 4 != 0) return nullptr;
  bool little = true, big = true;
  for (size_t i = 0; i < units; i++) {
    const std::string_view unit = bytes.substr(i * 4, 4);
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(unit[at]); };
    little = little && byte(3) == 0 && byte(2) <= 0x10 && (byte(2) | byte(1) | byte(0)) != 0;
    big = big && byte(0) == 0 && byte(1) <= 0x10 && (byte(1) | byte(2) | byte(3)) != 0;
  }
  return little == big ? nullptr : little ? "UTF-32LE" : "UTF-32BE";
}

}  // namespace

TextReading TextReading::borrowed(std::string_view utf8, std::string charset) {
  TextReading out;
  out.view_ = utf8;
  out.charset_ = std::move(charset);
  out.borrows_ = true;
  return out;
}

TextReading TextReading::owned(std::string utf8, std::string charset) {
  TextReading out;
  out.storage_ = std::move(utf8);
  out.charset_ = std::move(charset);
  return out;
}

std::string canonical_charset(std::string_view label) {
  std::string name;
  for (const char c : label) {
    if (c == '"' || c == '\'' || c == ' ' || c == '\t') continue;
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  constexpr size_t kLongestName = 60;  // ICU's own bound (UCNV_MAX_CONVERTER_NAME_LENGTH)
  if (name.empty() || name.size() >= kLongestName) return {};
  if (name == "utf-8") return std::string(kUtf8);
  for (const Label& known : kLabels) {
    if (known.label == name) return std::string(known.charset);
  }
  if (name.starts_with("cp-")) name.erase(2, 1);
  // The name decides about an option after a comma in ICU; no mail means that.
  if (name.find(',') != std::string::npos) return {};
  UErrorCode status = U_ZERO_ERROR;
  const char* const standard = ucnv_getCanonicalName(name.c_str(), "MIME", &status);
  if (U_SUCCESS(status) && standard) {
    const char* const mime = ucnv_getStandardName(standard, "MIME", &status);
    return U_SUCCESS(status) && mime ? mime : name;
  }
  status = U_ZERO_ERROR;
  return ucnv_getAlias(name.c_str(), 0, &status) && U_SUCCESS(status) ? name : std::string();
}

std::optional<std::string> convert_to_utf8(std::string_view bytes, std::string_view charset, size_t* damage) {
  if (damage) *damage = 0;
  if (charset == kWindows1252) return from_windows_1252(bytes);
  static thread_local Converters converters;
  UConverter* const converter = converters.get(charset);
  if (!converter) return std::nullopt;
  constexpr size_t kChunk = 8192;  // UTF-16 units at a time, so that a large part needs no second copy
  // Bytes at a time: the converter of IBM's ISO-2022-KR looks through all that it is given at each damaged one.
  constexpr std::ptrdiff_t kPiece = 256;
  std::array<UChar, kChunk> wide;
  std::array<char, kChunk * 3> narrow;
  std::string out;
  out.reserve(bytes.size());
  const char* from = bytes.data();
  const char* const end = from + bytes.size();
  size_t filled = 0;
  size_t damaged = 0;
  bool last = false;
  while (!last && damaged <= kMostDamage) {
    const char* const piece = from + std::min(end - from, kPiece);
    UChar* to = wide.data() + filled;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &to, wide.data() + wide.size(), &from, piece, nullptr, piece == end, &status);
    filled = static_cast<size_t>(to - wide.data());
    const bool full = status == U_BUFFER_OVERFLOW_ERROR;
    last = !full && (U_FAILURE(status) || piece == end);
    if (!full && !last) continue;
    // A high surrogate waits for its second half.
    const size_t kept = full && filled > 0 && U16_IS_LEAD(wide[filled - 1]) ? 1 : 0;
    filled -= kept;
    UErrorCode narrowing = U_ZERO_ERROR;
    int32_t written = 0;
    u_strToUTF8WithSub(narrow.data(), static_cast<int32_t>(narrow.size()), &written, wide.data(),
                       static_cast<int32_t>(filled), 0xFFFD, nullptr, &narrowing);
    if (U_FAILURE(narrowing)) break;
    out.append(narrow.data(), static_cast<size_t>(written));
    damaged += count_replacements({narrow.data(), static_cast<size_t>(written)});
    if (kept > 0) wide[0] = wide[filled];
    filled = kept;
  }
  if (damage) *damage = damaged;
  return out;
}

std::string describe_damage_limit() {
  return "damaged characters of a text reached the limit (" + std::to_string(kMostDamage) + ")";
}

TextReadings read_text(std::string_view bytes, std::string_view declared_label) {
  const std::string declared = declared_label.empty() ? std::string() : canonical_charset(declared_label);
  size_t damage = 0;
  if (auto marked = by_mark(bytes, damage)) {
    TextReadings out = read_marked(bytes, std::move(*marked), declared);
    out.cut = damage > kMostDamage;
    return out;
  }
  const bool zeros = bytes.find('\0') != std::string_view::npos;
  if (zeros || is_wide(declared)) {
    const Utf16Guess guess = guess_utf16(bytes);
    std::string charset = guess == Utf16Guess::little ? "UTF-16LE" : guess == Utf16Guess::big ? "UTF-16BE" : "";
    if (const char* const utf32 = zeros && charset.empty() ? guess_utf32(bytes) : nullptr) charset = utf32;
    if (charset.empty() && zeros && is_wide(declared)) charset = declared;
    if (!charset.empty()) {
      if (auto converted = convert_to_utf8(bytes, charset, &damage)) {
        return {TextReading::owned(std::move(*converted), charset), std::nullopt,
                !declared.empty() && !is_wide(declared), damage > kMostDamage};
      }
    }
  }
  if (is_utf8(bytes)) return read_utf8(bytes, declared);
  TextReadings out = read_eight_bit(bytes, declared);
  out.mislabelled = out.mislabelled || (declared.empty() && !declared_label.empty());
  return out;
}

}  // namespace postern::extract
