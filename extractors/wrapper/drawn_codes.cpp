#include "extractors/wrapper/drawn_codes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <unicode/utf8.h>

namespace postern::extract {

namespace {

// A character's upper and lower half, a bit each where it is filled.
using Cell = std::uint8_t;
constexpr Cell kBlank = 0, kUpper = 1, kLower = 2, kFull = 3;
using Row = std::vector<Cell>;

constexpr size_t kLeastLines = 11;    // 21 modules, two in a line
constexpr size_t kLeastColumns = 21;  // modules of the smallest code

// Colours that terminals are told (ECMA-48 8.3.117): what a blank is filled with. True: with a light one.
class Background {
 public:
  // `text` stands behind "ESC ["; takes the sequence from it. False when it is none of a colour.
  bool take(std::string_view& text) {
    const size_t end = text.find_first_not_of("0123456789;");
    if (end == std::string_view::npos || text[end] != 'm') return false;
    std::string_view numbers = text.substr(0, end);
    text.remove_prefix(end + 1);
    std::array<int, 8> codes{};
    size_t count = 0;
    for (; count < codes.size(); count++) {
      const auto read = std::from_chars(numbers.data(), numbers.data() + numbers.size(), codes[count]);
      const auto used = static_cast<size_t>(read.ptr - numbers.data());
      if (used >= numbers.size()) {
        count++;
        break;
      }
      numbers.remove_prefix(used + 1);
    }
    for (size_t i = 0; i < count; i++) apply(codes, count, i);
    return true;
  }
  bool light() const { return light_; }

 private:
  void apply(const std::array<int, 8>& codes, size_t count, size_t& i) {
    constexpr int kBlack = 40, kWhite = 47, kOther = 48, kBrightWhite = 107, kForeground = 38;
    const int code = codes[i];
    if ((code == kOther || code == kForeground) && i + 2 < count && codes[i + 1] == 5) {
      constexpr int kPaletteWhite = 231, kPaletteGrey = 244;
      const int colour = codes[i + 2];
      i += 2;
      if (code == kOther) light_ = colour == 15 || colour == 7 || colour == kPaletteWhite || colour > kPaletteGrey;
    } else if (code == 0 || code == kBlack) {
      light_ = false;
    } else if (code == kWhite || code == kBrightWhite) {
      light_ = true;
    }
  }

  bool light_ = false;
};

// What one character draws, and over how many columns.
struct Drawn {
  Cell cell;
  unsigned columns;
};

std::optional<Drawn> drawn_by(UChar32 c, const Background& background) {
  switch (c) {
    case ' ':
    case 0xA0:
    case 0x2591:  // light shade
    case 0x2800:  // blank Braille
      return Drawn{background.light() ? kFull : kBlank, 1};
    case '#':
    case '@':
    case 'X':
    case 0x2588:
    case 0x2593:  // dark shade
      return Drawn{kFull, 1};
    case 0x2580:
      return Drawn{kUpper, 1};
    case 0x2584:
      return Drawn{kLower, 1};
    case 0x25A0:  // squares and circles, black and white
    case 0x26AB:
    case 0x2B1B:
      return Drawn{kFull, 2};
    case 0x25A1:
    case 0x26AA:
    case 0x2B1C:
    case 0x3000:
      return Drawn{kBlank, 2};
    default:
      // Coloured squares.
      if (c >= 0x1F7E5 && c <= 0x1F7EB) return Drawn{kFull, 2};
      return std::nullopt;
  }
}

// The cells of a line; false when something else stands in it. Marks of quotations in front of it do not count.
bool cells_of(std::string_view line, Row& row) {
  row.clear();
  Background background;
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.starts_with('>')) line.remove_prefix(line.starts_with("> ") ? 2 : 1);
  while (!line.empty()) {
    if (line.starts_with("\x1b[")) {
      line.remove_prefix(2);
      if (!background.take(line)) return false;
      continue;
    }
    const auto* const bytes = reinterpret_cast<const uint8_t*>(line.data());
    const auto length = static_cast<int32_t>(std::min<size_t>(line.size(), U8_MAX_LENGTH));
    int32_t size = 0;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, size, length, c);
    line.remove_prefix(static_cast<size_t>(size));
    if (c == 0xFE0E || c == 0xFE0F) continue;  // in which style a square is shown
    const auto drawn = drawn_by(c, background);
    if (!drawn || row.size() + drawn->columns > kMostDrawnColumns) return false;
    row.insert(row.end(), drawn->columns, drawn->cell);
  }
  return true;
}

// The lines of a drawing as modules, filled or not, row by row.
class Modules {
 public:
  explicit Modules(const std::vector<Row>& lines) {
    const auto is_half = [](Cell cell) { return cell == kUpper || cell == kLower; };
    const bool halves = std::any_of(lines.begin(), lines.end(),
                                    [&](const Row& row) { return std::any_of(row.begin(), row.end(), is_half); });
    // A character is twice as high as it is wide: one that is a module by itself counts twice.
    const unsigned wide = halves || in_pairs(lines) ? 1 : 2;
    for (const Row& row : lines) width_ = std::max(width_, row.size() * wide);
    for (const Row& row : lines) {
      for (const Cell half : {kUpper, kLower}) {
        for (size_t x = 0; x < width_; x++) {
          const size_t at = x / wide;
          filled_.push_back(at < row.size() && (row[at] & half) != 0);
        }
      }
    }
  }

  // Three lines through the marks in the corners: dark and light by turns, 1 : 1 : 3 : 1 : 1 wide, in either colour.
  bool has_marks() const {
    constexpr size_t kLeast = 3;
    size_t found = 0;
    for (size_t y = 0; y < height() && found < kLeast; y++) found += marks_in_row(y) ? size_t{1} : size_t{0};
    return found >= kLeast;
  }

  // "P5 WIDTH HEIGHT 255\n" and the pixels, with the border that a code needs.
  std::string picture() const {
    constexpr size_t kScale = 4, kBorder = 8;
    constexpr char kDark = '\0', kLight = '\xFF';
    const size_t width = (width_ + 2 * kBorder) * kScale, height = (this->height() + 2 * kBorder) * kScale;
    std::string out = "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n";
    const size_t head = out.size();
    // Around it lies what its first module shows: it may be drawn light on dark.
    const bool outside = filled_.front();
    out.append(width * height, outside ? kDark : kLight);
    for (size_t y = 0; y < this->height() * kScale; y++) {
      for (size_t x = 0; x < width_ * kScale; x++) {
        const bool filled = filled_[y / kScale * width_ + x / kScale];
        out[head + (y + kBorder * kScale) * width + x + kBorder * kScale] = filled ? kDark : kLight;
      }
    }
    return out;
  }

 private:
  size_t height() const { return filled_.size() / width_; }

  static bool in_pairs(const std::vector<Row>& lines) {
    return std::all_of(lines.begin(), lines.end(), [](const Row& row) {
      for (size_t at = 0; at + 1 < row.size(); at += 2) {
        if (row[at] != row[at + 1]) return false;
      }
      return true;
    });
  }

  bool marks_in_row(size_t y) const {
    std::array<size_t, 5> runs{};  // the last ones
    size_t length = 1;
    for (size_t x = 1; x <= width_; x++) {
      const bool ends = x == width_ || filled_[y * width_ + x] != filled_[y * width_ + x - 1];
      if (!ends) {
        length++;
        continue;
      }
      std::rotate(runs.begin(), runs.begin() + 1, runs.end());
      runs.back() = length;
      length = 1;
      const size_t unit = runs[1];
      if (unit > 0 && runs[3] == unit && runs[2] == 3 * unit && (runs[0] == unit || runs[4] == unit)) return true;
    }
    return false;
  }

  size_t width_ = 0;
  std::vector<bool> filled_;
};

bool is_blank(const Row& row) {
  return std::all_of(row.begin(), row.end(), [](Cell cell) { return cell == kBlank; });
}

}  // namespace

bool may_hold_drawn_code(std::string_view text) {
  // A side of a mark, seven modules long, in each of the ways.
  constexpr std::array<std::string_view, 7> kSigns = {
      "##############",
      "\u2588\u2588\u2588\u2588\u2588",
      "\u2580\u2580\u2580\u2580\u2580",
      "\u2584\u2584\u2584\u2584\u2584",
      "\u2b1b",
      "\x1b[4",
      "\u25a0\u25a0\u25a0",
  };
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [text](std::string_view sign) { return text.find(sign) != std::string_view::npos; });
}

bool give_drawn_codes(std::string_view text, Sink& sink) {
  if (!may_hold_drawn_code(text)) return true;
  size_t given = 0;
  std::vector<Row> lines;
  size_t widest = 0;
  const auto end_drawing = [&] {
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    const bool large = lines.size() >= kLeastLines && lines.size() <= kMostDrawnLines && widest >= kLeastColumns;
    bool room = true;
    if (large && !std::all_of(lines.begin(), lines.end(), is_blank)) {
      const Modules modules(lines);
      const bool is_code = modules.has_marks();
      if (is_code) room = ++given <= kMostDrawings;
      if (is_code && room) {
        Child child;
        child.facts.push_back("drawn-in-text");
        sink.child(child, modules.picture());
      }
    }
    lines.clear();
    widest = 0;
    return room;
  };
  Row row;
  while (!text.empty() && !sink.stopped()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const bool draws = cells_of(text.substr(0, end), row);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (draws && (!row.empty() || !lines.empty()) && lines.size() <= kMostDrawnLines) {
      widest = std::max(widest, row.size());
      lines.push_back(row);
    } else if (!end_drawing()) {
      return false;
    }
  }
  return end_drawing();
}

Ending drawn_codes_limit() {
  return {Outcome::limit, "codes drawn in a text reached the limit (" + std::to_string(kMostDrawings) + ")"};
}

}  // namespace postern::extract
