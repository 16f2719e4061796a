#include "extractors/wrapper/drawn_squares.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace postern::extract {

namespace {

constexpr size_t kLeastDark = 60;    // runs of modules in the smallest code
constexpr float kLeastModules = 20;  // a side of it, about
constexpr float kMostModules = 450;  // several codes beside each other
constexpr float kMostLong = 60;  // modules of a square that may belong to a code; longer ones are frames and grounds
constexpr int kScale = 4;        // pixels a module
constexpr int kBorder = 4 * kScale;
constexpr char kDark = '\0', kLight = '\xFF';

float middle_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Dark and light by turns, 1 : 1 : 3 : 1 : 1 wide, in either colour.
bool is_mark(const std::array<int, 5>& runs) {
  const auto is_about = [](int run, int modules) {
    return std::abs(run - modules * kScale) <= std::max(modules, 2) * kScale / 4;
  };
  return is_about(runs[1], 1) && is_about(runs[2], 3) && is_about(runs[3], 1) &&
         (is_about(runs[0], 1) || is_about(runs[4], 1));
}

bool has_marks(const std::string& pixels, size_t width) {
  constexpr size_t kLeast = 3;
  size_t found = 0;
  for (size_t row = 0; row + width <= pixels.size() && found < kLeast; row += width * (kScale / 2)) {
    std::array<int, 5> runs{};
    int length = 1;
    for (size_t x = 1; x < width; x++) {
      if (pixels[row + x] == pixels[row + x - 1]) {
        length++;
        continue;
      }
      std::rotate(runs.begin(), runs.begin() + 1, runs.end());
      runs.back() = length;
      length = 1;
      if (!is_mark(runs)) continue;
      found++;
      break;
    }
  }
  return found >= kLeast;
}

}  // namespace

void DrawnSquares::fill(float left, float top, float right, float bottom, bool is_dark) {
  if (squares_.size() >= kMostSquares || !(left < right) || !(top < bottom)) return;
  constexpr float kFarthest = 1e6F;
  if (!(left > -kFarthest && top > -kFarthest && right < kFarthest && bottom < kFarthest)) return;
  squares_.push_back({left, top, right, bottom, is_dark});
}

bool DrawnSquares::may_be_code() const {
  const auto dark = std::count_if(squares_.begin(), squares_.end(), [](const Square& one) { return one.is_dark; });
  return static_cast<size_t>(dark) >= kLeastDark;
}

std::string DrawnSquares::picture() const {
  if (!may_be_code()) return {};
  std::vector<float> sides, lefts;
  for (const Square& one : squares_) {
    if (one.is_dark) sides.push_back(std::min(one.right - one.left, one.bottom - one.top));
  }
  const float side = middle_of(sides);
  // How far the modules stand apart: more than a side where they are dots.
  for (const Square& one : squares_) {
    if (one.is_dark && one.right - one.left < side * 1.5F) lefts.push_back(one.left);
  }
  std::sort(lefts.begin(), lefts.end());
  std::vector<float> steps;
  for (size_t i = 1; i < lefts.size(); i++) {
    if (lefts[i] - lefts[i - 1] > side / 4) steps.push_back(lefts[i] - lefts[i - 1]);
  }
  constexpr float kFarthestDots = 1.8F;
  float module = steps.empty() ? side : middle_of(steps);
  if (module < side || module > side * kFarthestDots) module = side;
  const float wider = (module - side) / 2;

  const auto is_part = [&](const Square& one) {
    return std::max(one.right - one.left, one.bottom - one.top) <= kMostLong * module;
  };
  Square all{};
  bool first = true;
  for (const Square& one : squares_) {
    if (!one.is_dark || !is_part(one)) continue;
    all = first ? one
                : Square{std::min(all.left, one.left), std::min(all.top, one.top), std::max(all.right, one.right),
                         std::max(all.bottom, one.bottom), true};
    first = false;
  }
  const float columns = (all.right - all.left) / module, rows = (all.bottom - all.top) / module;
  if (first || !(columns >= kLeastModules && rows >= kLeastModules)) return {};
  if (!(columns <= kMostModules && rows <= kMostModules)) return {};

  const int width = static_cast<int>(std::ceil(columns + 1) * kScale) + 2 * kBorder;
  const int height = static_cast<int>(std::ceil(rows + 1) * kScale) + 2 * kBorder;
  std::string pixels(static_cast<size_t>(width) * static_cast<size_t>(height), kLight);
  const auto pixel = [&](float at, float begin, int most) {
    const float scaled = std::round((at - begin) / module * kScale) + static_cast<float>(kBorder);
    return static_cast<int>(std::clamp(scaled, 0.F, static_cast<float>(most)));
  };
  // Modules of a code lie beside each other, on a few grounds.
  constexpr size_t kMostLayers = 16;
  size_t room = pixels.size() * kMostLayers;
  for (const Square& one : squares_) {
    const float more = one.is_dark && is_part(one) ? wider : 0;
    const int left = pixel(one.left - more, all.left, width), right = pixel(one.right + more, all.left, width);
    const int top = pixel(one.top - more, all.top, height), bottom = pixel(one.bottom + more, all.top, height);
    const auto painted =
        static_cast<size_t>(std::max(right - left, 0)) * static_cast<size_t>(std::max(bottom - top, 0));
    if (painted > room) return {};
    room -= painted;
    for (int y = top; y < bottom; y++) {
      const auto row = pixels.begin() + static_cast<std::ptrdiff_t>(y) * width;
      std::fill(row + left, row + right, one.is_dark ? kDark : kLight);
    }
  }
  if (!has_marks(pixels, static_cast<size_t>(width))) return {};
  return "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n" + pixels;
}

void give_drawn_squares(DrawnSquares& squares, Sink& sink) {
  const std::string picture = squares.picture();
  squares.clear();
  if (picture.empty() || sink.stopped()) return;
  Child child;
  child.facts.push_back("drawn-in-text");
  sink.child(child, picture);
}

}  // namespace postern::extract
