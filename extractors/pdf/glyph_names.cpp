#include "extractors/pdf/glyph_names.h"

#include <poppler/GfxFont.h>
#include <poppler/GlobalParams.h>
#include <unicode/uchar.h>

namespace postern::extract::pdf {

namespace {

constexpr Unicode kLatinEnd = 0x250;

// Symbols among them aside, which have letters of their own elsewhere.
bool is_sure(Unicode c) {
  return c < kLatinEnd && c != 0xAA && c != 0xB5 && c != 0xBA && u_isalnum(static_cast<UChar32>(c));
}

// Letters that stand for themselves in formulas and rings are not contradicted by their plain names.
bool may_be_dressed(Unicode c) {
  return (c >= 0x1D400 && c < 0x1D800) || (c >= 0x2070 && c < 0x2150) || (c >= 0x2460 && c < 0x2500) ||
         (c >= 0x1D00 && c < 0x1DC0) || (c >= 0xE000 && c < 0xF900) || (c >= 0xFB00 && c < 0xFB07) ||
         (c >= 0xFF00 && c < 0xFFF0);
}

// Whether the glyphs that a page shows are those of the names: always where the font is no part of the file.
bool draws_by_name(const Gfx8BitFont& font) {
  Ref program;
  switch (font.getType()) {
    case fontType1:
    case fontType1C:
    case fontType1COT:
      return true;
    case fontTrueType:
    case fontTrueTypeOT:
      return font.getHasEncoding() && (!font.getEmbeddedFontID(&program) || !font.isSymbolic());
    default:
      return false;
  }
}

}  // namespace

void GlyphNames::learn(const std::shared_ptr<GfxFont>& font) {
  font_ = font;
  any_ = false;
  if (!font || font->isCIDFont() || !font->hasToUnicodeCMap()) return;
  const auto& simple = static_cast<const Gfx8BitFont&>(*font);
  if (!draws_by_name(simple)) return;
  for (size_t code = 0; code < named_.size(); code++) {
    const char* name = simple.getCharName(static_cast<int>(code));
    const Unicode c = name == nullptr ? 0 : globalParams->mapNameToUnicodeText(name);
    named_[code] = is_sure(c) ? c : 0;
    any_ = any_ || named_[code] != 0;
  }
}

Unicode GlyphNames::other(const std::shared_ptr<GfxFont>& font, CharCode code, const Unicode* unicode, int length) {
  if (font != font_) learn(font);
  if (!any_ || code >= named_.size() || named_[code] == 0) return 0;
  const Unicode named = named_[code];
  if (length <= 0 || unicode == nullptr) return named;
  const bool same = u_foldCase(static_cast<UChar32>(unicode[0]), U_FOLD_CASE_DEFAULT) ==
                    u_foldCase(static_cast<UChar32>(named), U_FOLD_CASE_DEFAULT);
  return same || may_be_dressed(unicode[0]) ? 0 : named;
}

}  // namespace postern::extract::pdf
