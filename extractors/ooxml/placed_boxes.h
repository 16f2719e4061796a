// Boxes of a slide that stand side by side in one row and are stored in another order (ECMA-376 part 1, 20.1.7.6): what
// is read across them is not what stands in the file one behind the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/ooxml/names.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::ooxml {

inline constexpr size_t kMostPlacedBoxes = 2000;      // of a slide
inline constexpr size_t kLongestPlacedBox = 200;      // bytes: longer ones are read by themselves
inline constexpr std::int64_t kBoxesTouch = 190'500;  // 15 points between them, and less

class PlacedBoxes {
 public:
  void start(XmlTag tag, const XmlAttributes& attributes);
  void end(XmlTag tag);
  void text(std::string_view text);

  // The boxes of each such row from left to right, a line each. Takes time in proportion to n log n.
  std::string rows() const;

 private:
  struct Box {
    std::int64_t x = 0, y = 0, width = 0, height = 0;
    std::string text;
  };
  std::vector<Box> boxes_;
  Box box_;
  bool in_box_ = false, has_place_ = false, has_size_ = false, in_text_ = false;
};

}  // namespace postern::extract::ooxml
