// Fonts and the code pages that bytes of text have under them (RTF 1.9.1, "Font Table").
#pragma once

#include <cstdint>
#include <unordered_map>

#include "extractors/rtf/tokens.h"

namespace postern::extract::rtf {

// The font of texts that are about the document, such as its title: they are in its own code page, whatever the
// default font's.
inline constexpr std::int32_t kDocumentFont = -2;

class FontTable {
 public:
  // A word of the document's header or of \fonttbl: \ansi, \mac, \pc, \pca, \ansicpg, \deff, \f, \fcharset, \cpg.
  void header_word(const Token& token);
  void font_word(const Token& token);

  // The code page of text in a font; another negative number than kDocumentFont is the default font.
  std::uint32_t code_page(std::int32_t font) const;
  bool is_symbol(std::int32_t font) const;
  std::uint32_t document_code_page() const { return ansi_; }

 private:
  struct Font {
    std::int32_t charset = -1;
    std::uint32_t code_page = 0;  // by \cpg, 0 without
  };

  std::unordered_map<std::int32_t, Font> fonts_;
  std::int32_t current_ = -1;
  std::int32_t default_font_ = -1;
  std::uint32_t ansi_ = 1252;
};

}  // namespace postern::extract::rtf
