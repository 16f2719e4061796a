#include "extractors/html/letter_width.h"

#include <array>
#include <cstddef>

namespace postern::extract {
namespace {

constexpr float kUsual = 9, kWide = 16, kMonospaced = 9.6F;

// In tenths of a pixel, from U+0020 on.
constexpr std::array<unsigned char, 95> kAscii = {
    45,  45,  57,  89,  89,  142, 107, 31,  53,  53,  62, 93,  45, 53,  45,  45,   // space to /
    89,  89,  89,  89,  89,  89,  89,  89,  89,  89,  45, 45,  93, 93,  93,  89,   // 0 to ?
    162, 107, 107, 116, 116, 107, 98,  124, 116, 45,  80, 107, 89, 133, 116, 124,  // @ to O
    107, 124, 116, 107, 98,  116, 107, 151, 107, 107, 98, 45,  45, 45,  75,  89,   // P to _
    53,  89,  89,  80,  89,  89,  45,  89,  89,  36,  36, 80,  36, 133, 89,  89,   // ` to o
    89,  89,  53,  80,  45,  89,  80,  116, 80,  80,  80, 53,  42, 53,  93};       // p to ~

// U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F.
bool is_invisible(std::string_view rest) {
  if (rest.size() < 3 || rest[0] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(rest[1]), third = static_cast<unsigned char>(rest[2]);
  if (second == 0x80) return (third >= 0x8B && third <= 0x8F) || (third >= 0xAA && third <= 0xAE);
  return second == 0x81 && third >= 0xA0 && third <= 0xAF;
}

}  // namespace

float text_width(std::string_view utf8, Letters letters) {
  float out = 0;
  if (letters == Letters::monospaced) {
    for (size_t i = 0; i < utf8.size(); i++) {
      const bool begins = (static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80;
      if (begins && !is_invisible(utf8.substr(i))) out += kMonospaced;
    }
    return out;
  }
  for (size_t i = 0; i < utf8.size(); i++) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) {
      if (c >= 0x20 && c < 0x7F) out += static_cast<float>(kAscii[c - 0x20U]) / 10;
    } else if (c >= 0xE3) {
      out += kWide;  // U+3000 and above: mostly of East Asia
    } else if (c == 0xC2 && i + 1 < utf8.size() && (utf8[i + 1] == '\xA0' || utf8[i + 1] == '\xAD')) {
      if (utf8[i + 1] == '\xA0') out += static_cast<float>(kAscii[0]) / 10;
    } else if (c >= 0xC0 && !is_invisible(utf8.substr(i))) {
      out += kUsual;
    }
  }
  return out;
}

}  // namespace postern::extract
