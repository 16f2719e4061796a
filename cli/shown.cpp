#include "cli/shown.h"

namespace postern::cli {

namespace {

// U+202A..202E, U+2066..2069, U+200E/F and U+061C: text that reorders what stands around it.
bool reorders(std::string_view text, size_t i) {
  if (text.size() - i >= 3 && text[i] == '\xE2') {
    const auto a = static_cast<unsigned char>(text[i + 1]);
    const auto b = static_cast<unsigned char>(text[i + 2]);
    return (a == 0x80 && ((b >= 0xAA && b <= 0xAE) || b == 0x8E || b == 0x8F)) || (a == 0x81 && b >= 0xA6 && b <= 0xA9);
  }
  return text.size() - i >= 2 && text[i] == '\xD8' && text[i + 1] == '\x9C';
}

}  // namespace

std::string shown(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls are U+0080..009F: C2 80 .. C2 9F.
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || c1 || reorders(text, i)) {
      out += "\\x";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string shown_part(const PartPath& path, std::string_view name) {
  std::string out = path.is_root() ? "(whole)" : path.to_string();
  if (!name.empty()) out += " " + shown(name);
  return out;
}

}  // namespace postern::cli
