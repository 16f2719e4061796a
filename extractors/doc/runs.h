// Runs: which bytes of a document's text are marked, and which paragraph marks end cells and rows.
//
// Properties stand on pages of 512 bytes, one page for a range of bytes of the text ([MS-DOC] 2.9.32 ChpxFkp,
// 2.9.174 PapxFkp). Only what a reader of text needs is kept: runs that are not plain, marks that are no ends of plain
// paragraphs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "extractors/doc/styles.h"
#include "extractors/story/story.h"

namespace postern::extract::doc {

enum class ParagraphEnd : std::uint8_t { plain, cell, row };

struct Run {
  std::uint32_t begin = 0, end = 0;  // bytes of the main stream
  RunMarks marks;
  ParagraphEnd paragraph = ParagraphEnd::plain;
  char32_t symbol = 0;  // what a symbol's place holder stands for
  std::uint16_t style = 0;
  std::optional<std::uint16_t> font;  // its number, where charsets hang on fonts: before Word 97
  // It says itself whether it is hidden, whatever its styles say. Otherwise `marks.hidden` turns around what the
  // paragraph's style says.
  bool says_hidden = false;
};

// Runs in the order of their bytes.
class Runs {
 public:
  // `pages` is the list of pages, of characters or of paragraphs. At most as many runs are read as the pages of the
  // stream can hold.
  static Runs of_characters(std::string_view document, std::string_view pages, bool wide, const Styles& styles);
  static Runs of_paragraphs(std::string_view document, std::string_view pages, bool wide, const Styles& styles);

  // The run that holds byte `at`; null for plain text. `next` becomes the byte at which that changes.
  const Run* find(std::uint32_t at, std::uint32_t& next) const;

 private:
  void sort();

  std::vector<Run> runs_;
};

// Changes to marks of a list of property changes ([MS-DOC] 2.2.5.1 Sprm).
void apply_changes(std::string_view changes, bool wide, Run& run);

}  // namespace postern::extract::doc
