// Texts in drawing records ([MS-ODRAW]): WordArt, names and descriptions of shapes. The content of text boxes stands
// elsewhere.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

struct DrawingTexts {
  std::string word_art;      // a line each
  std::string descriptions;  // alternative texts
  std::string names;         // of shapes
};

DrawingTexts read_drawing(std::string_view records);

}  // namespace postern::extract
