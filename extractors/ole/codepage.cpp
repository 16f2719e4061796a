#include "extractors/ole/codepage.h"

#include <algorithm>
#include <array>

#include "extractors/ole/utf16.h"
#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

struct Page {
  unsigned number;
  const char* charset;
};

// What the number alone would not tell a converter.
constexpr std::array kPages = {
    Page{874, "windows-874"},
    Page{932, "windows-31j"},
    Page{936, "gb18030"},
    Page{949, "windows-949"},
    Page{950, "Big5"},
    Page{1361, "johab"},
    Page{10000, "macintosh"},
    Page{10001, "Shift_JIS"},
    Page{10002, "Big5"},
    Page{10003, "EUC-KR"},
    Page{10006, "x-mac-greek"},
    Page{10007, "x-mac-cyrillic"},
    Page{10008, "EUC-CN"},
    Page{10029, "x-mac-centraleurroman"},
    Page{10081, "x-mac-turkish"},
    Page{20127, "US-ASCII"},
    Page{20866, "KOI8-R"},
    Page{21866, "KOI8-U"},
    Page{20932, "EUC-JP"},
    Page{50220, "ISO-2022-JP"},
    Page{50221, "ISO-2022-JP"},
    Page{51932, "EUC-JP"},
    Page{51949, "EUC-KR"},
    Page{51936, "EUC-CN"},
    Page{52936, "HZ-GB-2312"},
    Page{54936, "gb18030"},
    Page{65000, "UTF-7"},
    Page{32768, "macintosh"},
    Page{32769, "windows-1252"},
};

std::string charset_of(unsigned page) {
  for (const Page& known : kPages) {
    if (known.number == page) return known.charset;
  }
  if (page >= 1250 && page <= 1258) return "windows-" + std::to_string(page);
  if (page >= 28591 && page <= 28606) return "ISO-8859-" + std::to_string(page - 28590);
  if (page >= 437 && page <= 1149) return "ibm-" + std::to_string(page);
  return {};
}

}  // namespace

std::string codepage_to_utf8(std::string_view bytes, unsigned page) {
  if (page == 1200) return utf16le_to_utf8(bytes);
  if (page == 65001) return to_utf8(bytes);
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return std::string(bytes);
  }
  const std::string charset = charset_of(page);
  if (!charset.empty()) {
    if (auto text = convert_to_utf8(bytes, charset)) return std::move(*text);
  }
  return convert_to_utf8(bytes, "windows-1252").value_or(to_utf8(bytes));
}

}  // namespace postern::extract
