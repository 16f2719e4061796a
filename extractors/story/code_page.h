// Windows code pages and Windows font charsets, as legacy office formats name them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::extract {

inline constexpr std::uint32_t kCodePageAnsi = 1252;
inline constexpr std::uint32_t kCodePageUtf8 = 65001;

// The converter's name (text/charset.h) for a code page number; windows-1252 for those that nobody knows.
std::string charset_of_code_page(std::uint32_t code_page);

// The code page of a font's charset ([MS-WMF] 2.1.1.5, and the Macintosh ones of RTF); 0 for DEFAULT_CHARSET and
// unknown ones. Fonts of symbols (2) count as 1252.
std::uint32_t code_page_of_font(std::uint32_t font_charset);

// The code page of a language id ([MS-LCID]), by its primary language; 0 for unknown ones.
std::uint32_t code_page_of_language(std::uint32_t language);

bool is_double_byte(std::uint32_t code_page);
// A first byte of two, in a double-byte code page.
bool is_lead_byte(std::uint32_t code_page, unsigned char byte);

// Appends `bytes` as UTF-8.
void append_code_page(std::string& out, std::string_view bytes, std::uint32_t code_page);
// Appends UTF-16LE as UTF-8; an odd last byte is left out, halves of pairs become U+FFFD.
void append_utf16le(std::string& out, std::string_view bytes);

}  // namespace postern::extract
