#include "extractors/html/page_squares.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "extractors/html/colour.h"
#include "extractors/wrapper/drawn_squares.h"

namespace postern::extract {

namespace {

constexpr std::string_view kSpace = " \t\r\n\f";
constexpr size_t kMostOpen = 64;         // groups or tables in each other
constexpr size_t kMostNamed = 1'000;     // shapes that <use> draws again
constexpr size_t kLongestTag = 4 << 20;  // a path holds all modules

// Numbers as paths and transforms list them, parted by blanks and commas, or by nothing but a sign or a point.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}
  bool next(float& out) {
    while (!text_.empty() && (kSpace.find(text_.front()) != std::string_view::npos || text_.front() == ',')) {
      text_.remove_prefix(1);
    }
    if (text_.starts_with('+')) text_.remove_prefix(1);
    const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), out);
    if (read.ec != std::errc()) return false;
    text_.remove_prefix(static_cast<size_t>(read.ptr - text_.data()));
    return true;
  }
  // A letter of a command.
  bool letter(char& out) {
    const size_t at = text_.find_first_not_of(" \t\r\n\f,");
    const bool is_one = at != std::string_view::npos &&
                        ((text_[at] >= 'a' && text_[at] <= 'z') || (text_[at] >= 'A' && text_[at] <= 'Z'));
    if (!is_one) return false;
    out = text_[at];
    text_.remove_prefix(at + 1);
    return true;
  }

 private:
  std::string_view text_;
};

float number_or(std::string_view text, float otherwise) {
  float out = otherwise;
  return Numbers(text).next(out) ? out : otherwise;
}

// x' = a x + c y + e, y' = b x + d y + f.
struct Matrix {
  float a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;
  Matrix times(const Matrix& m) const {
    return {a * m.a + c * m.b, b * m.a + d * m.b,     a * m.c + c * m.d,
            b * m.c + d * m.d, a * m.e + c * m.f + e, b * m.e + d * m.f + f};
  }
};

Matrix parse_transform(std::string_view text) {
  Matrix out;
  while (!text.empty()) {
    const size_t open = text.find('('), close = text.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) break;
    std::string_view name = text.substr(0, open);
    Numbers numbers(text.substr(open + 1, close - open - 1));
    std::array<float, 6> n{};
    size_t count = 0;
    while (count < n.size() && numbers.next(n[count])) count++;
    if (name.ends_with("translate")) {
      out = out.times({1, 0, 0, 1, n[0], count > 1 ? n[1] : 0});
    } else if (name.ends_with("scale")) {
      out = out.times({n[0], 0, 0, count > 1 ? n[1] : n[0], 0, 0});
    } else if (name.ends_with("matrix") && count == n.size()) {
      out = out.times({n[0], n[1], n[2], n[3], n[4], n[5]});
    }
    text.remove_prefix(close + 1);
  }
  return out;
}

class Tag {
 public:
  explicit Tag(std::string_view text) : text_(text) {
    const size_t end = std::min(text.find_first_of(" \t\r\n\f/>", 1), text.size());
    name_ = text.substr(0, end);
    if (const size_t colon = name_.find(':'); colon != std::string_view::npos) name_.remove_prefix(colon + 1);
  }
  bool is(std::string_view name) const {
    return name.size() == name_.size() && std::equal(name.begin(), name.end(), name_.begin(), [](char a, char b) {
             return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
           });
  }
  bool closes_itself() const { return text_.ends_with('/'); }

  // The value as it stands; names are looked for in small letters, as programs write them.
  std::string_view get(std::string_view name) const {
    for (size_t at = text_.find(name); at != std::string_view::npos; at = text_.find(name, at + 1)) {
      const bool begins = at > 0 && (kSpace.find(text_[at - 1]) != std::string_view::npos || text_[at - 1] == ':');
      size_t equals = text_.find_first_not_of(kSpace, at + name.size());
      if (!begins || equals == std::string_view::npos || text_[equals] != '=') continue;
      equals = text_.find_first_not_of(kSpace, equals + 1);
      if (equals == std::string_view::npos) return {};
      const char quote = text_[equals];
      if (quote == '"' || quote == '\'') {
        const size_t end = std::min(text_.find(quote, equals + 1), text_.size());
        return text_.substr(equals + 1, end - equals - 1);
      }
      return text_.substr(equals, text_.find_first_of(" \t\r\n\f>", equals) - equals);
    }
    return {};
  }
  // A property of the style attribute.
  std::string_view style(std::string_view name) const {
    const std::string_view style = get("style");
    for (size_t at = style.find(name); at != std::string_view::npos; at = style.find(name, at + 1)) {
      const bool begins = at == 0 || style[at - 1] == ';' || kSpace.find(style[at - 1]) != std::string_view::npos;
      const size_t colon = style.find_first_not_of(kSpace, at + name.size());
      if (!begins || colon == std::string_view::npos || style[colon] != ':') continue;
      const size_t from = style.find_first_not_of(kSpace, colon + 1);
      if (from == std::string_view::npos) return {};
      return style.substr(from, style.find(';', from) - from);
    }
    return {};
  }
  std::string_view look(std::string_view name) const {
    const std::string_view by_style = style(name);
    return by_style.empty() ? get(name) : by_style;
  }

 private:
  const std::string_view text_;
  std::string_view name_;
};

enum class Ink { unsaid, none, dark, light };

Ink ink_of(std::string_view colour) {
  while (!colour.empty() && kSpace.find(colour.back()) != std::string_view::npos) colour.remove_suffix(1);
  if (colour.empty() || colour == "inherit") return Ink::unsaid;
  std::string small(colour.substr(0, 64));
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  if (small == "none" || is_transparent(small)) return Ink::none;
  auto parsed = parse_colour(small);
  if (!parsed) parsed = parse_attribute_colour(small);
  if (!parsed) return Ink::dark;  // currentColor, url(#gradient), var(--x)
  constexpr int kMiddle = 500;    // thousandths of 255, as the eye weighs them
  const int light = ((*parsed)[0] * 299 + (*parsed)[1] * 587 + (*parsed)[2] * 114) / 255;
  return light >= kMiddle ? Ink::light : Ink::dark;
}

struct Box {
  float left, top, right, bottom;
};

// The boxes around the pieces of a path (SVG 1.1, 8.3). With `line` above 0 they are drawn as lines of that width.
std::vector<Box> boxes_of(std::string_view path, float line) {
  std::vector<Box> out;
  Numbers numbers(path);
  float x = 0, y = 0, start_x = 0, start_y = 0;
  Box box{};
  bool open = false;
  const auto end_piece = [&] {
    if (open && line <= 0 && out.size() < kMostSquares) out.push_back(box);
    open = false;
  };
  const auto to = [&](float to_x, float to_y) {
    if (!open) box = {x, y, x, y};
    open = true;
    if (line > 0 && out.size() < kMostSquares) {
      const float half = line / 2;
      if (y == to_y && x != to_x) {
        out.push_back({std::min(x, to_x), y - half, std::max(x, to_x), y + half});
      } else if (x == to_x && y != to_y) {
        out.push_back({x - half, std::min(y, to_y), x + half, std::max(y, to_y)});
      }
    }
    x = to_x;
    y = to_y;
    box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x), std::max(box.bottom, y)};
  };
  char command = 0;
  while (true) {
    char letter = 0;
    if (numbers.letter(letter)) command = letter;
    if (command == 0) return out;
    const bool is_relative = command >= 'a';
    const char kind = is_relative ? static_cast<char>(command - 32) : command;
    if (kind == 'Z') {
      end_piece();
      x = start_x;
      y = start_y;
      if (letter == 0) return out;  // numbers that belong to nothing
      continue;
    }
    const size_t wanted = kind == 'H' || kind == 'V'   ? 1
                          : kind == 'S' || kind == 'Q' ? 4
                          : kind == 'C'                ? 6
                          : kind == 'A'                ? 7
                                                       : 2;
    std::array<float, 7> n{};
    for (size_t i = 0; i < wanted; i++) {
      if (numbers.next(n[i])) continue;
      end_piece();
      return out;
    }
    const float from_x = is_relative ? x : 0, from_y = is_relative ? y : 0;
    if (kind == 'M') {
      end_piece();
      x = start_x = from_x + n[0];
      y = start_y = from_y + n[1];
      command = is_relative ? 'l' : 'L';
    } else if (kind == 'H') {
      to(from_x + n[0], y);
    } else if (kind == 'V') {
      to(x, from_y + n[0]);
    } else {
      to(from_x + n[wanted - 2], from_y + n[wanted - 1]);
    }
  }
}

class Squares {
 public:
  explicit Squares(Sink& sink) : sink_(sink) {}

  void start(const Tag& tag) {
    if (tag.is("svg")) {
      if (groups_.empty()) in_svg_ = true;
      open_group(tag);
    } else if (in_svg_) {
      start_svg(tag);
    } else if (tag.is("table")) {
      if (tables_.size() < kMostOpen) tables_.emplace_back();
      if (!tables_.empty()) tables_.back().ground = ground_of(tag);
    } else if (!tables_.empty() && tag.is("tr")) {
      tables_.back().row++;
      tables_.back().column = 0;
      tables_.back().row_ground = ground_of(tag);
    } else if (!tables_.empty() && (tag.is("td") || tag.is("th"))) {
      cell(tag);
    } else if (!tag.style("box-shadow").empty()) {
      shadows(tag);
    }
  }
  void end(const Tag& tag) {
    if (tag.is("svg") || (in_svg_ && tag.is("g")) || (in_svg_ && (tag.is("defs") || tag.is("symbol")))) {
      if (!groups_.empty()) groups_.pop_back();
      if (groups_.empty() && in_svg_) {
        in_svg_ = false;
        give(squares_);
        named_.clear();
      }
    } else if (tag.is("table") && !tables_.empty()) {
      give(tables_.back().squares);
      tables_.pop_back();
    }
  }
  void finish() {
    if (in_svg_) give(squares_);
    for (Table& table : tables_) give(table.squares);
  }
  bool too_many() const { return looked_at_ > kMostSquareDrawings; }

 private:
  struct Group {
    Matrix matrix;
    Ink fill = Ink::dark;
    Ink stroke = Ink::none;
    float line = 1;
    bool is_shown = true;
  };
  struct Table {
    DrawnSquares squares;
    float row = -1, column = 0;
    Ink ground = Ink::unsaid, row_ground = Ink::unsaid;
  };
  struct Named {
    Box box;
    bool is_dark;
  };

  void give(DrawnSquares& squares) {
    if (squares.may_be_code() && !too_many() && !sink_.stopped()) {
      looked_at_++;
      if (!too_many()) give_drawn_squares(squares, sink_);
    }
    squares.clear();
  }

  Group group_of(const Tag& tag) const {
    Group out = groups_.empty() ? Group() : groups_.back();
    out.matrix = out.matrix.times(parse_transform(tag.get("transform")));
    if (const Ink fill = ink_of(tag.look("fill")); fill != Ink::unsaid) out.fill = fill;
    if (const Ink stroke = ink_of(tag.look("stroke")); stroke != Ink::unsaid) out.stroke = stroke;
    out.line = number_or(tag.look("stroke-width"), out.line);
    return out;
  }
  void open_group(const Tag& tag) {
    if (tag.closes_itself() || groups_.size() >= kMostOpen) return;
    groups_.push_back(group_of(tag));
    if (tag.is("defs") || tag.is("symbol")) groups_.back().is_shown = false;
  }

  void start_svg(const Tag& tag) {
    if (tag.is("g") || tag.is("defs") || tag.is("symbol")) return open_group(tag);
    const Group look = group_of(tag);
    const auto number = [&](std::string_view name) { return number_or(tag.get(name), 0); };
    if (tag.is("rect")) {
      if (tag.get("width").ends_with('%')) return;  // a ground
      const float x = number("x"), y = number("y");
      draw(tag.get("id"), look, {x, y, x + number("width"), y + number("height")}, look.fill);
    } else if (tag.is("circle")) {
      const float x = number("cx"), y = number("cy"), r = number("r");
      draw(tag.get("id"), look, {x - r, y - r, x + r, y + r}, look.fill);
    } else if (tag.is("path")) {
      // A tag of megabytes is searched once for each attribute, not once for each box.
      const std::string_view path = tag.get("d"), id = tag.get("id");
      const bool by_lines = look.stroke == Ink::dark && look.fill != Ink::none && path.find_first_of("zZ") == path.npos;
      const bool only_lines = look.stroke == Ink::dark && look.fill == Ink::none;
      const float line = by_lines || only_lines ? look.line : 0;
      for (const Box& box : boxes_of(path, line)) draw(id, look, box, line > 0 ? look.stroke : look.fill);
    } else if (tag.is("use")) {
      std::string_view target = tag.get("href");
      if (target.starts_with('#')) target.remove_prefix(1);
      const auto found = named_.find(std::string(target.substr(0, 64)));
      if (found == named_.end()) return;
      const float x = number("x"), y = number("y");
      const Box& box = found->second.box;
      place(look, {box.left + x, box.top + y, box.right + x, box.bottom + y}, found->second.is_dark);
    }
  }

  // `id`: as which <use> draws it again.
  void draw(std::string_view id, const Group& look, const Box& box, Ink ink) {
    if (ink == Ink::none) return;
    if (!id.empty() && named_.size() < kMostNamed) {
      named_.insert_or_assign(std::string(id.substr(0, 64)), Named{box, ink != Ink::light});
    }
    if (look.is_shown) place(look, box, ink != Ink::light);
  }
  void place(const Group& look, const Box& box, bool is_dark) {
    const Matrix& m = look.matrix;
    const float x0 = m.a * box.left + m.c * box.top + m.e, y0 = m.b * box.left + m.d * box.top + m.f;
    const float x1 = m.a * box.right + m.c * box.bottom + m.e, y1 = m.b * box.right + m.d * box.bottom + m.f;
    squares_.fill(std::min(x0, x1), std::min(y0, y1), std::max(x0, x1), std::max(y0, y1), is_dark);
  }

  static Ink ground_of(const Tag& tag) {
    for (const std::string_view name : {"background-color", "background"}) {
      const std::string_view colour = tag.style(name);
      if (!colour.empty()) return ink_of(colour.substr(0, colour.find(' ')));
    }
    return ink_of(tag.get("bgcolor"));
  }
  void cell(const Tag& tag) {
    Table& table = tables_.back();
    Ink ink = ground_of(tag);
    if (ink == Ink::unsaid) ink = table.row_ground;
    if (ink == Ink::unsaid) ink = table.ground;
    constexpr float kMostSpan = 1000;
    const float columns = std::clamp(number_or(tag.get("colspan"), 1), 1.F, kMostSpan);
    const float rows = std::clamp(number_or(tag.get("rowspan"), 1), 1.F, kMostSpan);
    const float row = std::max(table.row, 0.F);
    if (ink == Ink::dark || ink == Ink::light) {
      table.squares.fill(table.column, row, table.column + columns, row + rows, ink == Ink::dark);
    }
    table.column += columns;
  }

  // CSS Backgrounds 3, 7.1: "16px 16px #000, 20px 16px #000", each the box once more at that place.
  void shadows(const Tag& tag) {
    DrawnSquares squares;
    const float width = number_or(tag.style("width"), 0), height = number_or(tag.style("height"), 0);
    std::string_view list = tag.style("box-shadow");
    while (!list.empty()) {
      const size_t comma = std::min(list.find(','), list.size());
      std::string_view one = list.substr(0, comma);
      list.remove_prefix(std::min(comma + 1, list.size()));
      std::array<float, 4> n{};  // x, y, blur, spread
      for (size_t count = 0; count < n.size(); count++) {
        one.remove_prefix(std::min(one.find_first_not_of(kSpace), one.size()));
        if (!Numbers(one).next(n[count])) break;
        one.remove_prefix(std::min(one.find_first_of(kSpace), one.size()));
      }
      squares.fill(n[0] - n[3], n[1] - n[3], n[0] + width + n[3], n[1] + height + n[3], ink_of(one) != Ink::light);
    }
    give(squares);
  }

  Sink& sink_;
  DrawnSquares squares_;
  std::vector<Group> groups_;
  std::map<std::string, Named, std::less<>> named_;
  std::vector<Table> tables_;
  bool in_svg_ = false;
  size_t looked_at_ = 0;
};

bool may_hold_squares(std::string_view html) {
  if (html.empty()) return false;  // memmem(3) takes no null pointer
  const auto find = [html](std::string_view what, size_t from) {
    const void* const found = memmem(html.data() + from, html.size() - from, what.data(), what.size());
    return found == nullptr ? html.size() : static_cast<size_t>(static_cast<const char*>(found) - html.data());
  };
  if (find("svg", 0) < html.size() || find("box-shadow", 0) < html.size()) return true;
  constexpr size_t kLeastCells = 200;
  size_t cells = 0;
  for (size_t at = find("<td", 0); at < html.size() && cells < kLeastCells; at = find("<td", at + 1)) cells++;
  return cells >= kLeastCells;
}

}  // namespace

bool give_page_squares(std::string_view html, Sink& sink) {
  if (!may_hold_squares(html)) return true;
  Squares squares(sink);
  while (!sink.stopped()) {
    const size_t at = html.find('<');
    if (at == std::string_view::npos) break;
    html.remove_prefix(at + 1);
    if (html.starts_with("!--")) {
      html.remove_prefix(std::min(html.find("-->"), html.size()));
      continue;
    }
    const std::string_view text = html.substr(0, std::min(html.find('>'), kLongestTag));
    html.remove_prefix(text.size());
    if (text.starts_with('/')) {
      squares.end(Tag(text.substr(1)));
    } else {
      squares.start(Tag(text));
    }
  }
  squares.finish();
  return !squares.too_many();
}

}  // namespace postern::extract
