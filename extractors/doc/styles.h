// Styles: which styles of a document hide the text they are applied to ([MS-DOC] 2.9.271 STSH), and before Word 97,
// which font they give it.
//
// Of Word 6 and later; Word 2 gives none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::doc {

class Styles {
 public:
  // `wide`: of Word 97 and later.
  static Styles read(std::string_view table, bool wide);

  bool hides(size_t style) const { return style < hides_.size() && hides_[style]; }
  // The number of a font; of styles that name none, and of numbers without style, the one that the document begins
  // with.
  std::optional<std::uint16_t> font(size_t style) const { return style < fonts_.size() ? fonts_[style] : font_; }
  // Names that people gave, a line each; none before Word 97.
  const std::string& names() const { return names_; }

 private:
  std::vector<bool> hides_;
  std::vector<std::optional<std::uint16_t>> fonts_;
  std::optional<std::uint16_t> font_;
  std::string names_;
};

}  // namespace postern::extract::doc
