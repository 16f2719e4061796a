#include "extractors/html/layout_lines.h"

#include <algorithm>
#include <cmath>

namespace postern::extract {
namespace {

// Texts whose tops are no farther apart stand on one line: less than half its height.
constexpr float kSameLine = 8;

struct Line {
  size_t first, last;  // of the texts in order
  bool told = false;
};

// Puts texts in order and tells where their lines begin and end.
std::vector<Line> by_lines(std::vector<LaidText>& laid) {
  std::sort(laid.begin(), laid.end(),
            [](const LaidText& a, const LaidText& b) { return a.y != b.y ? a.y < b.y : a.number < b.number; });
  std::vector<Line> out;
  for (size_t i = 0; i < laid.size(); i++) {
    if (out.empty() || laid[i].y > laid[out.back().first].y + kSameLine) out.push_back({i, i});
    out.back().last = i + 1;
  }
  for (const Line& line : out) {
    std::sort(laid.begin() + static_cast<std::ptrdiff_t>(line.first),
              laid.begin() + static_cast<std::ptrdiff_t>(line.last),
              [](const LaidText& a, const LaidText& b) { return a.x != b.x ? a.x < b.x : a.number < b.number; });
  }
  return out;
}

// What a reader takes a distance for.
void append_gap(float gap, float touch, std::string& out) {
  constexpr float kOfASpace = 8, kOfATab = 60;
  constexpr int kMostSpaces = 4;
  if (gap < touch) return;
  if (gap >= kOfATab) {
    out += '\t';
  } else {
    out.append(static_cast<size_t>(std::clamp(static_cast<int>(std::lround(gap / kOfASpace)), 1, kMostSpaces)), ' ');
  }
}

bool is_letter(std::string_view text) {
  size_t begins = 0;
  for (const char c : text) begins += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return begins == 1;
}

// By their left or their right borders, whichever are set.
float distance(const LaidText& one, const LaidText& next) {
  return std::min(next.x - one.x, next.x + next.width - one.x - one.width);
}

// The distance from one letter to the next in a line of letters one by one, which says better than their widths what is
// a gap; 0 for other lines.
float step_of(std::string_view text, const std::vector<LaidText>& laid, const Line& line) {
  constexpr size_t kLeastLetters = 4;
  if (line.last - line.first < kLeastLetters) return 0;
  std::vector<float> steps;
  for (size_t i = line.first; i < line.last; i++) {
    if (!is_letter(text.substr(laid[i].begin, laid[i].size))) return 0;
    if (i > line.first) steps.push_back(distance(laid[i - 1], laid[i]));
  }
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

void append_line(std::string_view text, const std::vector<LaidText>& laid, const Line& line, std::string& out) {
  constexpr float kTouch = 6, kLargeStep = 1.6F;
  const float step = step_of(text, laid, line);
  for (size_t i = line.first; i < line.last; i++) {
    if (i > line.first) {
      const LaidText& before = laid[i - 1];
      const float gap = laid[i].x - before.x - before.width;
      if (step == 0) {
        append_gap(gap, kTouch, out);
      } else if (gap >= kTouch && distance(before, laid[i]) > step * kLargeStep) {
        out += ' ';
      }
    }
    out += text.substr(laid[i].begin, laid[i].size);
  }
  out += '\n';
}

}  // namespace

std::vector<LaidLines> changed_lines(std::string_view letters, std::vector<LaidText>& laid) {
  std::vector<Line> lines = by_lines(laid);
  std::uint32_t before = 0;
  for (size_t i = 0; i < lines.size(); i++) {
    Line& line = lines[i];
    // Where two lines do not follow each other, either is told.
    if (laid[line.first].number != before + 1) {
      line.told = true;
      if (i > 0) lines[i - 1].told = true;
    }
    for (size_t j = line.first; j < line.last; j++) {
      line.told = line.told || laid[j].told || (j > line.first && laid[j].number != laid[j - 1].number + 1);
    }
    before = laid[line.last - 1].number;
  }
  std::vector<LaidLines> out;
  for (size_t i = 0; i < lines.size(); i++) {
    if (!lines[i].told) continue;
    const auto begin = laid.begin() + static_cast<std::ptrdiff_t>(lines[i].first);
    const bool of_body = std::any_of(begin, laid.begin() + static_cast<std::ptrdiff_t>(lines[i].last),
                                     [](const LaidText& one) { return one.place == Place::body; });
    const Place place = of_body ? Place::body : begin->place;
    if (i == 0 || !lines[i - 1].told || out.back().place != place) out.push_back({place, {}});
    append_line(letters, laid, lines[i], out.back().text);
  }
  return out;
}

std::string letters_reversed(std::string_view utf8) {
  std::string out(utf8.size(), ' ');
  size_t to = utf8.size();
  for (size_t at = 0; at < utf8.size();) {
    size_t end = at + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) end++;
    to -= end - at;
    out.replace(to, end - at, utf8.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace postern::extract
