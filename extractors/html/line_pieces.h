// The line of a page as it stands in the tree, with who made each piece of it: for readings in which other pieces are
// hidden than those that are taken to be.
//
// Programs differ in the styles they know, and there are more ways to hide a text than are known here. So a line with
// shown and hidden text is read with both; and a line in which an inline element stands inside a word, or touches one,
// is read without it, as it looks when its style hides it in a way that nobody knew.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gumbo.h>

#include "message/words.h"

namespace postern::extract {

struct PlacedText {
  Place place;
  std::string text;
};

class LinePieces {
 public:
  enum class Seen : std::uint8_t { shown, hidden };

  // `text` must outlive the line. `owner`: the inline element with a style that it stands in, null for none.
  void add(std::string_view text, Seen seen, const GumboElement* owner, Place place);
  void cell_gap();
  // A block begins or ends that takes no room where it is hidden; elsewhere a line ends.
  void hidden_line_end();
  void end_line();
  // Whether a text that is shown stands on the line.
  bool has_shown() const { return has_shown_; }

  // The lines so far that have shown and hidden text.
  const std::string& mixed() const { return mixed_; }
  // The lines so far without inline elements that touch words.
  const std::vector<PlacedText>& without_parts() const { return without_; }

 private:
  struct Piece {
    std::string_view text;  // or kCellGap, kHiddenLineEnd
    Seen seen;
    const GumboElement* owner;
    Place place;
  };
  // Elements of one look: those that one rule shows or hides.
  using Parts = std::vector<const GumboElement*>;
  static constexpr std::string_view kCellGap = "\t", kHiddenLineEnd = "\n";

  void read_mixed();
  bool touches_a_word(size_t piece) const;
  Parts parts_inside_words() const;
  void read_without(const GumboElement* look, const Parts& parts);

  std::vector<Piece> line_;
  bool has_shown_ = false, has_hidden_ = false, has_owners_ = false;
  size_t bytes_ = 0;
  std::string mixed_;
  std::vector<PlacedText> without_;
};

// Looks of inline elements of one line that are tried one by one; all of them together are left out in any case.
inline constexpr size_t kMostLooks = 6;
// Longer lines are read without all of them only.
inline constexpr size_t kLongestTriedLine = 4000;

}  // namespace postern::extract
