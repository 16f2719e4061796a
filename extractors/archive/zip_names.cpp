#include "extractors/archive/zip_names.h"

#include <algorithm>
#include <array>

#include <zlib.h>

#include "extractors/archive/bytes.h"
#include "extractors/text/charset.h"
#include "extractors/utf8.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

constexpr unsigned kUnicodePath = 0x7075;

// IBM 437 from 0x80 on.
constexpr std::array<char16_t, 128> kCp437 = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE,
    0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, 0x00FF, 0x00D6,
    0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA,
    0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502,
    0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, 0x2514,
    0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, 0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
    0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C,
    0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4,
    0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320,
    0x2321, 0x00F7, 0x2248, 0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0};

// The code pages of the systems that write zips without saying so, and the characters their names are made of
// beyond ASCII: [first, last], twice.
struct LegacyCharset {
  const char* name;
  std::array<std::array<char32_t, 2>, 2> letters;
};
constexpr std::array kLegacyCharsets = {
    LegacyCharset{"windows-1252", {{{0xA0, 0x17F}, {0x2010, 0x20AC}}}},
    LegacyCharset{"ibm866", {{{0x400, 0x45F}, {0x2116, 0x2116}}}},
    LegacyCharset{"windows-1251", {{{0x400, 0x45F}, {0x2116, 0x2116}}}},
    LegacyCharset{"koi8-r", {{{0x400, 0x45F}, {0x2116, 0x2116}}}},
    LegacyCharset{"gb18030", {{{0x3000, 0x30FF}, {0x4E00, 0x9FFF}}}},
    LegacyCharset{"windows-31j", {{{0x3000, 0x9FFF}, {0xFF01, 0xFF9F}}}},
    LegacyCharset{"euc-jp", {{{0x3000, 0x9FFF}, {0xFF01, 0xFF9F}}}},
    LegacyCharset{"windows-949", {{{0xAC00, 0xD7A3}, {0x3000, 0x9FFF}}}},
    LegacyCharset{"Big5-HKSCS", {{{0x3000, 0x303F}, {0x4E00, 0x9FFF}}}},
};

bool consists_of(std::string_view utf8, const LegacyCharset& charset) {
  for (size_t i = 0; i < utf8.size(); i++) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) continue;
    const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    char32_t code = lead & (0x3FU >> more);
    for (size_t k = 0; k < more && i + 1 < utf8.size(); k++)
      code = code << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3FU);
    if (std::none_of(charset.letters.begin(), charset.letters.end(),
                     [&](const auto& range) { return code >= range[0] && code <= range[1]; })) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string_view find_zip_extra(std::string_view extra, unsigned id) {
  while (extra.size() >= 4) {
    const size_t size = le16(extra, 2);
    if (size > extra.size() - 4) return {};
    if (le16(extra, 0) == id) return extra.substr(4, size);
    extra.remove_prefix(4 + size);
  }
  return {};
}

std::string decode_zip_name(std::string_view raw, NameFlag flag, std::string_view extra) {
  const std::string_view unicode = find_zip_extra(extra, kUnicodePath);
  if (unicode.size() > 5 && unicode[0] == 1) {
    const auto crc = ::crc32(0, reinterpret_cast<const Bytef*>(raw.data()), static_cast<uInt>(raw.size()));
    if (le32(unicode, 1) == crc && is_utf8(unicode.substr(5))) return std::string(unicode.substr(5));
  }
  if (is_utf8(raw)) return std::string(raw);
  if (flag == NameFlag::utf8) return to_utf8(raw);  // says UTF-8 and is not: keep what is readable
  std::string out;
  for (const char byte : raw) {
    const auto value = static_cast<unsigned char>(byte);
    append_utf8(out, value < 0x80 ? char32_t{value} : char32_t{kCp437[value - 0x80U]});
  }
  return out;
}

std::vector<std::string> legacy_zip_names(std::string_view raw) {
  std::vector<std::string> out;
  if (is_utf8(raw)) return out;
  for (const LegacyCharset& charset : kLegacyCharsets) {
    size_t damage = 0;
    const auto reading = convert_to_utf8(raw, charset.name, &damage);
    if (!reading || damage > 0 || !consists_of(*reading, charset)) continue;
    if (std::find(out.begin(), out.end(), *reading) == out.end()) out.push_back(*reading);
  }
  return out;
}

}  // namespace postern::extract
