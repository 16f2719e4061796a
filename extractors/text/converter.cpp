#include "extractors/text/converter.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "extractors/text/charset.h"

namespace postern::extract {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

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
    Label{"uhc", "windows-949"},
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

}  // namespace

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

}  // namespace postern::extract
