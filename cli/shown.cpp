#include "cli/shown.h"

namespace postern::cli {

namespace {

// Bytes of the character at `i` that must not reach a terminal, 0 when it may: controls, C1 controls (U+0080..9F), and
// U+202A..202E, U+2066..2069, U+200E/F and U+061C, text that reorders what stands around it.
size_t unsafe_length(std::string_view text, size_t i) {
  const auto at = [&](size_t n) { return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0; };
  if (at(0) < 0x20 || at(0) == 0x7F) return 1;
  if (at(0) == 0xC2) return at(1) >= 0x80 && at(1) <= 0x9F ? 2 : 0;
  if (at(0) == 0xD8) return at(1) == 0x9C ? 2 : 0;
  if (at(0) != 0xE2) return 0;
  const bool overrides = at(1) == 0x80 && ((at(2) >= 0xAA && at(2) <= 0xAE) || at(2) == 0x8E || at(2) == 0x8F);
  const bool isolates = at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9;
  return overrides || isolates ? 3 : 0;
}

}  // namespace

std::string shown(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t length = unsafe_length(text, i);
    if (length == 0) {
      out.push_back(text[i++]);
      continue;
    }
    for (const size_t end = i + length; i < end; i++) {
      const auto byte = static_cast<unsigned char>(text[i]);
      out += "\\x";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
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
