// Obfuscated fonts of EPUB books (OCF 3.3, 4.3; and Adobe's way before it): the first bytes are mixed with a key that
// an identifier of the book gives. No lock: whoever has the book has the key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

class FontMask {
 public:
  FontMask(std::string key, size_t size) : key_(std::move(key)), size_(size) {}

  // True when the bytes become those of a font, so that nothing else passes for one.
  bool fits(std::string_view bytes) const;
  void take_off(std::string& bytes) const;

 private:
  std::string key_;
  size_t size_;  // how many bytes are masked
};

// The masks that an identifier makes: IDPF's, and Adobe's when it is a UUID.
std::vector<FontMask> font_masks(std::string_view identifier);

}  // namespace postern::extract
