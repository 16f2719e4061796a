// Canvas: the strings that a picture draws, put together to lines as an eye does.
//
// Programs draw a line in many strings, down to single letters. Strings that follow one another on a baseline
// are one line: without a space where they touch, with a space or a tab where they do not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::extract {

// A point through a matrix: x' = m11 x + m21 y + dx, y' = m12 x + m22 y + dy ([MS-EMF] 2.2.28).
struct Transform {
  double m11 = 1;
  double m12 = 0;
  double m21 = 0;
  double m22 = 1;
  double dx = 0;
  double dy = 0;
};
// First `inner`, then `outer`.
Transform combine(const Transform& inner, const Transform& outer);

struct DrawnFont {
  double height = 0;  // in units of the picture; 0 when not told
  double angle = 0;   // of the baseline in radians, counter-clockwise as it is seen
  std::uint32_t charset = 0;
};

// Text alignment ([MS-WMF] 2.1.2.3), as far as it says where a string begins.
enum class DrawnAt : std::uint8_t { start, middle, end };

class Canvas {
 public:
  // `width` along the baseline before the transform; negative when it is not told.
  void draw(double x, double y, const Transform& world, const DrawnFont& font, DrawnAt at, double width,
            std::string_view utf8);
  // Ends the line that is being put together.
  void end_line();
  std::string take();

 private:
  std::string text_;
  bool in_line_ = false;
  double line_across_ = 0;
  double line_end_ = 0;
  double line_angle_ = 0;
};

}  // namespace postern::extract
