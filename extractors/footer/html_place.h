// Where a block goes at the end of an HTML page, by one pass over its marks (WHATWG HTML 13.2.5, as far as it matters).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

struct HtmlPlace {
  size_t at = 0;           // before the last </body>, else the last </html>, else the end
  size_t open_tables = 0;  // there; a block inside a table is moved before it by browsers
  // The page ends inside a comment, a mark, a script or the like, or the place is inside something that shows
  // no blocks (select, template, svg, math, frameset).
  bool unsafe = false;
  std::string before;  // the text that is shown up to the place
  std::string shown;   // all of the text that is shown, references decoded, blocks on lines of their own
};

// `html` may be the shadow of a page (part_charset.h): only its marks are looked at then.
HtmlPlace find_html_place(std::string_view html);

}  // namespace postern::extract
