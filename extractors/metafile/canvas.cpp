#include "extractors/metafile/canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace postern::extract {

namespace {

// In heights of the font.
constexpr double kSameLine = 0.3;       // how far baselines may be apart
constexpr double kGuessedLetter = 0.5;  // width of a letter when none is told
constexpr double kBackwards = 0.6;      // how far a string may begin before the end of the one in front of it
constexpr double kTouching = 0.17;      // gaps up to here are no space
constexpr double kSpace = 1.5;          // and up to here no tab
constexpr double kSameAngle = 0.02;     // radians

size_t letters_of(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Transform combine(const Transform& inner, const Transform& outer) {
  return {
      inner.m11 * outer.m11 + inner.m12 * outer.m21,          inner.m11 * outer.m12 + inner.m12 * outer.m22,
      inner.m21 * outer.m11 + inner.m22 * outer.m21,          inner.m21 * outer.m12 + inner.m22 * outer.m22,
      inner.dx * outer.m11 + inner.dy * outer.m21 + outer.dx, inner.dx * outer.m12 + inner.dy * outer.m22 + outer.dy};
}

void Canvas::draw(double x, double y, const Transform& world, const DrawnFont& font, DrawnAt at, double width,
                  std::string_view utf8) {
  if (utf8.empty()) return;
  // The baseline's direction; y grows downwards.
  const double right_x = std::cos(font.angle) * world.m11 - std::sin(font.angle) * world.m21;
  const double right_y = std::cos(font.angle) * world.m12 - std::sin(font.angle) * world.m22;
  const double scale = std::hypot(right_x, right_y);
  const double page_x = world.m11 * x + world.m21 * y + world.dx;
  const double page_y = world.m12 * x + world.m22 * y + world.dy;
  const double height = std::abs(font.height) * scale;
  const double angle = std::atan2(right_y, right_x);
  const double along = page_x * std::cos(angle) + page_y * std::sin(angle);
  const double across = page_y * std::cos(angle) - page_x * std::sin(angle);
  const double length = width >= 0 ? width * scale : kGuessedLetter * height * static_cast<double>(letters_of(utf8));
  const double begin = at == DrawnAt::start ? along : along - (at == DrawnAt::middle ? length / 2 : length);

  const double gap = begin - line_end_;
  // Comparisons with what is no number are false: such strings stand in lines of their own.
  const bool continues = in_line_ && height > 0 && std::abs(angle - line_angle_) < kSameAngle &&
                         std::abs(across - line_across_) <= kSameLine * height && gap >= -kBackwards * height;
  if (!continues) {
    end_line();
  } else if (gap > kTouching * height && text_.back() != ' ' && utf8.front() != ' ') {
    text_ += gap > kSpace * height ? '\t' : ' ';
  }
  text_ += utf8;
  in_line_ = true;
  line_across_ = across;
  line_end_ = begin + length;
  line_angle_ = angle;
}

void Canvas::end_line() {
  if (in_line_) text_ += '\n';
  in_line_ = false;
}

std::string Canvas::take() {
  end_line();
  return std::exchange(text_, {});
}

}  // namespace postern::extract
