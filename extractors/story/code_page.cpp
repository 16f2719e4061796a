#include "extractors/story/code_page.h"

#include <algorithm>

#include "extractors/text/charset.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

std::string charset_of_code_page(std::uint32_t code_page) {
  switch (code_page) {
    case 932:
    case 10001:
      return "windows-932";
    case 936:
    case 10008:
      return "gb18030";
    case 949:
    case 10003:
      return "windows-949";
    case 950:
    case 10002:
      return "windows-950";
    case 1200:
      return "UTF-16LE";
    case 1201:
      return "UTF-16BE";
    case 1361:
      return "ibm-1363";
    case 10000:
      return "macintosh";
    case 10006:
      return "x-mac-greek";
    case 10007:
      return "x-mac-cyrillic";
    case 10029:
      return "x-mac-centraleurroman";
    case 10081:
      return "x-mac-turkish";
    case 20127:
    case 28591:
    case kCodePageAnsi:
      return "windows-1252";
    case 20866:
      return "koi8-r";
    case 21866:
      return "koi8-u";
    case kCodePageUtf8:
      return "UTF-8";
    default:
      break;
  }
  if (code_page > 28591 && code_page < 28606) return "iso-8859-" + std::to_string(code_page - 28590);
  if ((code_page >= 1250 && code_page <= 1258) || code_page == 874) return "windows-" + std::to_string(code_page);
  std::string named = canonical_charset("cp" + std::to_string(code_page));
  return named.empty() ? "windows-1252" : named;
}

std::uint32_t code_page_of_font(std::uint32_t font_charset) {
  switch (font_charset) {
    case 0:
    case 2:
      return kCodePageAnsi;
    case 77:
      return 10000;
    case 78:
    case 128:
      return 932;
    case 79:
    case 129:
      return 949;
    case 80:
    case 134:
      return 936;
    case 81:
    case 136:
      return 950;
    case 83:
      return 10005;
    case 84:
      return 10004;
    case 85:
      return 10006;
    case 86:
      return 10081;
    case 88:
      return 10029;
    case 89:
      return 10007;
    case 130:
      return 1361;
    case 161:
      return 1253;
    case 162:
      return 1254;
    case 163:
      return 1258;
    case 177:
    case 181:
      return 1255;
    case 178:
    case 179:
    case 180:
      return 1256;
    case 186:
      return 1257;
    case 204:
      return 1251;
    case 222:
      return 874;
    case 238:
      return 1250;
    case 254:
      return 437;
    case 255:
      return 850;
    default:
      return 0;
  }
}

std::uint32_t code_page_of_language(std::uint32_t language) {
  switch (language & 0x3FF) {
    case 0x01:  // Arabic
    case 0x20:  // Urdu
    case 0x29:  // Persian
      return 1256;
    case 0x04:  // Chinese: Taiwan, Hong Kong, Macau write the traditional letters
      return language == 0x0404 || language == 0x0C04 || language == 0x1404 ? 950 : 936;
    case 0x02:  // Bulgarian
    case 0x19:  // Russian
    case 0x22:  // Ukrainian
    case 0x23:  // Belarusian
    case 0x2F:  // Macedonian
      return 1251;
    case 0x05:  // Czech
    case 0x0E:  // Hungarian
    case 0x15:  // Polish
    case 0x18:  // Romanian
    case 0x1B:  // Slovak
    case 0x1C:  // Albanian
    case 0x24:  // Slovenian
      return 1250;
    case 0x1A:  // Serbian in Cyrillic letters, else Croatian and its kin
      return language == 0x0C1A || language == 0x1C1A ? 1251 : 1250;
    case 0x08:
      return 1253;
    case 0x0D:
      return 1255;
    case 0x11:
      return 932;
    case 0x12:
      return 949;
    case 0x1E:
      return 874;
    case 0x1F:
      return 1254;
    case 0x25:
    case 0x26:
    case 0x27:
      return 1257;
    case 0x2A:
      return 1258;
    default:
      return 0;
  }
}

bool is_double_byte(std::uint32_t code_page) {
  switch (code_page) {
    case 932:
    case 936:
    case 949:
    case 950:
    case 1361:
    case 10001:
    case 10002:
    case 10003:
    case 10008:
      return true;
    default:
      return false;
  }
}

bool is_lead_byte(std::uint32_t code_page, unsigned char byte) {
  if (!is_double_byte(code_page)) return false;
  if (code_page == 932 || code_page == 10001) return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
  return byte >= 0x81 && byte <= 0xFE;
}

void append_code_page(std::string& out, std::string_view bytes, std::uint32_t code_page) {
  const bool ascii =
      std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii && code_page != 1200 && code_page != 1201) {
    out += bytes;
    return;
  }
  if (code_page == kCodePageUtf8) {  // what is ill-formed the sink replaces
    out += bytes;
    return;
  }
  auto converted = convert_to_utf8(bytes, charset_of_code_page(code_page));
  if (!converted) converted = convert_to_utf8(bytes, "windows-1252");
  if (converted) out += *converted;
}

void append_utf16le(std::string& out, std::string_view bytes) {
  const auto unit = [bytes](size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1])
                                                                             << 8);
  };
  for (size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (c >= 0xD800 && c < 0xDC00 && at + 4 <= bytes.size()) {
      const char32_t low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    append_utf8(out, c);
  }
}

}  // namespace postern::extract
