#include "extractors/rtf/font_table.h"

#include "extractors/story/code_page.h"

namespace postern::extract::rtf {

namespace {

constexpr size_t kMostFonts = 1 << 16;  // font numbers are 16 bits wide
constexpr std::int32_t kSymbolCharset = 2;

}  // namespace

void FontTable::header_word(const Token& token) {
  if (token.text == "ansicpg") {
    if (token.number_or(0) > 0) ansi_ = static_cast<std::uint32_t>(*token.number);
  } else if (token.text == "mac") {
    ansi_ = 10000;
  } else if (token.text == "pc") {
    ansi_ = 437;
  } else if (token.text == "pca") {
    ansi_ = 850;
  } else if (token.text == "deff") {
    default_font_ = token.number_or(-1);
  }
}

void FontTable::font_word(const Token& token) {
  if (token.text == "f") {
    current_ = token.number_or(0);
    if (fonts_.size() < kMostFonts) fonts_.try_emplace(current_);
    return;
  }
  const auto found = fonts_.find(current_);
  if (found == fonts_.end()) return;
  if (token.text == "fcharset") found->second.charset = token.number_or(-1);
  if (token.text == "cpg" && token.number_or(0) > 0)
    found->second.code_page = static_cast<std::uint32_t>(*token.number);
}

std::uint32_t FontTable::code_page(std::int32_t font) const {
  if (font == kDocumentFont) return ansi_;
  const auto found = fonts_.find(font >= 0 ? font : default_font_);
  if (found == fonts_.end()) return ansi_;
  if (found->second.code_page != 0) return found->second.code_page;
  if (found->second.charset < 0) return ansi_;
  const std::uint32_t code_page = code_page_of_font(static_cast<std::uint32_t>(found->second.charset));
  return code_page != 0 ? code_page : ansi_;
}

bool FontTable::is_symbol(std::int32_t font) const {
  const auto found = fonts_.find(font >= 0 ? font : default_font_);
  return found != fonts_.end() && found->second.charset == kSymbolCharset;
}

}  // namespace postern::extract::rtf
