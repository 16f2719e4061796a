// The names of the glyphs of simple fonts (ISO 32000-1 9.6.6), where the map to Unicode of a font says something else:
// pages are drawn by the names, copied by the map.
//
// Uses poppler's own interface, as text_device.h does.
#pragma once

#include <array>
#include <memory>

#include <poppler/CharTypes.h>

class GfxFont;

namespace postern::extract::pdf {

class GlyphNames {
 public:
  // The Latin letter or digit that the font draws for `code`, when the map says another one or none; 0 otherwise, and
  // for fonts that have no map or do not draw by names. Cheap while the font stays the same.
  Unicode other(const std::shared_ptr<GfxFont>& font, CharCode code, const Unicode* unicode, int length);

 private:
  void learn(const std::shared_ptr<GfxFont>& font);

  std::shared_ptr<GfxFont> font_;
  bool any_ = false;
  std::array<Unicode, 256> named_{};
};

}  // namespace postern::extract::pdf
