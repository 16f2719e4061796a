#include "extractors/html/layout.h"

#include <algorithm>
#include <utility>

namespace postern::extract {
namespace {

constexpr float kRightEdge = 20'000;  // where what floats to the right ends: no line of a mail is as long

bool is_container(BoxKind kind) {
  return kind == BoxKind::flex || kind == BoxKind::inline_flex || kind == BoxKind::grid ||
         kind == BoxKind::inline_grid || kind == BoxKind::row;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

struct Offset {
  float x, y;
};

// What moves a box of this size from where it would stand.
Offset offset_of(const Placement& placement, float width, float height, bool transforms) {
  Offset out{0, 0};
  if (placement.position == Positioning::relative) {
    out.x = placement.left ? *placement.left : -placement.right.value_or(0);
    out.y = placement.top ? *placement.top : -placement.bottom.value_or(0);
  }
  if (transforms) {
    out.x += placement.shift_x.value_or(0) + placement.own_shift_x.value_or(0) * width;
    out.y += placement.shift_y.value_or(0) + placement.own_shift_y.value_or(0) * height;
  }
  return out;
}

}  // namespace

Layout::Layout() {
  stack_.emplace_back();
}

bool Layout::draw(size_t moves) {
  moves_ += moves;
  cut_ = cut_ || moves_ > kMostMoves;
  return !cut_;
}

Layout::Role Layout::role_of(const Placement& placement, BoxKind kind) const {
  if (kind == BoxKind::contents) return Role::in_line;
  if (placement.position == Positioning::absolute) return Role::absolute;
  if (stack_.back().container != kNone) return Role::item;
  if (placement.floats.value_or(FloatSide::none) != FloatSide::none) return Role::floated;
  switch (kind) {
    case BoxKind::unset:
    case BoxKind::in_line:
    case BoxKind::contents:
      return Role::in_line;
    case BoxKind::inline_block:
    case BoxKind::inline_flex:
    case BoxKind::inline_grid:
    case BoxKind::cell:
      return Role::atom;
    case BoxKind::block:
    case BoxKind::flex:
    case BoxKind::grid:
    case BoxKind::row:
      break;
  }
  return Role::block;
}

void Layout::open(const Placement& placement, BoxKind kind, Direction direction) {
  if (placement.box != BoxKind::unset) kind = placement.box;
  const size_t index = stack_.size();
  Box box;
  box.placement = placement;
  box.kind = kind;
  box.role = role_of(placement, kind);
  box.host = index;
  const bool right_to_left = direction == Direction::right_to_left;
  if (box.role == Role::in_line || box.role == Role::block) {
    box.host = stack_.back().host;
    Box& host = stack_[box.host];
    if (box.role == Role::block) {
      end_line(host);
      if (placement.clears.value_or(false)) clear_floats(host);
      host.y += placement.margin_top.value_or(0);
      box.outer_indent = host.indent;
      box.outer_right_to_left = host.right_to_left;
      host.right_to_left = right_to_left;
      host.indent += placement.margin_left.value_or(0);
      host.x = host.indent + host.floats_left;
    } else {
      host.x += placement.margin_left.value_or(0);
    }
    box.origin_x = host.x;
    box.origin_y = host.y;
    box.first_piece = host.pieces.size();
  } else {
    box.right_to_left = right_to_left;
  }
  if (is_container(kind)) {
    box.container = index;
    box.right_to_left = right_to_left;
  } else if (kind == BoxKind::contents) {
    box.container = stack_.back().container;
  }
  stack_.push_back(std::move(box));
}

void Layout::text(std::string_view utf8, White white, Place place, Source source) {
  if (cut_ || utf8.empty()) return;
  if (stack_.back().container != kNone) {
    if (std::all_of(utf8.begin(), utf8.end(), is_space)) return;
    open({}, BoxKind::inline_block, Direction::left_to_right);
    text(utf8, white, place, source);
    return close();
  }
  if (white == White::stays) {
    while (true) {
      const size_t line = std::min(utf8.find('\n'), utf8.size());
      put(utf8.substr(0, line), place, source);
      if (line == utf8.size()) return;
      line_break();
      utf8.remove_prefix(line + 1);
    }
  }
  Box& host = host_of(stack_.back());
  std::string words;
  for (const char c : utf8) {
    if (!is_space(c)) {
      words += c;
    } else if (!words.empty() ? words.back() != ' ' : !host.after_space) {
      words += ' ';
    }
  }
  put(words, place, source);
}

void Layout::put(std::string_view utf8, Place place, Source source) {
  if (utf8.empty()) return;
  if (pieces_ >= kMostPieces || text_.size() + utf8.size() > kMostLaidOut) cut_ = true;
  if (cut_) return;
  pieces_++;
  Box& host = host_of(stack_.back());
  constexpr float kAbove = kLineHeight / 2;
  // What begins a good deal over what was there before was put there by its style.
  const bool told = source == Source::added || host.y < host.lowest - kAbove;
  const float y = source == Source::above ? host.y - kAbove : host.y;
  const float width = text_width(utf8, letters_);
  host.pieces.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(utf8.size()), host.x, y,
                         width, ++number_, place, told});
  text_ += utf8;
  if (source != Source::above) host.x += width;
  host.after_space = utf8.back() == ' ';
  host.line_is_empty = false;
  host.line_height = std::max(host.line_height, kLineHeight);
}

void Layout::line_break() {
  if (stack_.back().container != kNone) return;
  Box& host = host_of(stack_.back());
  if (host.line_is_empty) {
    host.y += kLineHeight;
    host.lowest = std::max(host.lowest, host.y);
  } else {
    end_line(host);
  }
}

void Layout::end_line(Box& host) {
  if (!host.line_is_empty) {
    if (host.right_to_left) turn_line(host);
    host.widest = std::max(host.widest, host.x);
    host.y += host.line_height;
    host.lowest = std::max(host.lowest, host.y);
  }
  if (host.y >= host.floats_end) host.floats_left = host.floats_right = 0;
  host.x = host.indent + host.floats_left;
  host.line_start = host.pieces.size();
  host.atoms.clear();
  host.line_height = 0;
  host.line_is_empty = host.after_space = true;
}

void Layout::clear_floats(Box& host) {
  host.y = std::max(host.y, host.floats_end);
  host.floats_left = host.floats_right = 0;
  host.x = host.indent;
}

bool Layout::has_right_to_left(const Piece& piece) const {
  // Hebrew, Arabic, Syriac, Thaana, N'Ko: U+0590 to U+07FF.
  const std::string_view text = std::string_view(text_).substr(piece.begin, piece.size);
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '\xD6' && c <= '\xDF'; });
}

// Boxes of a line count as neutral letters: in a paragraph from right to left they stand in that order (CSS Writing
// Modes 3, 2.4.4). Its words do so only in scripts that go that way, where the order of the page is that of reading.
void Layout::turn_line(Box& host) {
  const size_t end = host.pieces.size();
  if (host.atoms.empty() || !draw(end - host.line_start)) return;
  const auto begin = host.pieces.begin();
  if (std::any_of(begin + static_cast<std::ptrdiff_t>(host.line_start), host.pieces.end(),
                  [this](const Piece& piece) { return has_right_to_left(piece); }))
    return;
  const float right = host.x;
  float left = right;
  for (size_t i = host.line_start; i < end; i++) left = std::min(left, host.pieces[i].x);
  const auto turn = [&](size_t first, size_t last) {
    if (first == last) return;
    float from = host.pieces[first].x, to = from;
    for (size_t i = first; i < last; i++) {
      from = std::min(from, host.pieces[i].x);
      to = std::max(to, host.pieces[i].x + host.pieces[i].width);
    }
    for (size_t i = first; i < last; i++) host.pieces[i].x += left + right - to - from;
  };
  size_t at = host.line_start;
  for (size_t i = 0; i + 1 < host.atoms.size(); i += 2) {
    turn(at, host.atoms[i]);
    turn(host.atoms[i], host.atoms[i + 1]);
    at = host.atoms[i + 1];
  }
  turn(at, end);
}

void Layout::shift(std::vector<Piece>& pieces, size_t first, size_t last, float x, float y) {
  if ((x == 0 && y == 0) || !draw(last - first)) return;
  for (size_t i = first; i < last; i++) {
    pieces[i].x += x;
    pieces[i].y += y;
  }
}

void Layout::append(std::vector<Piece>& to, std::vector<Piece>&& from, float x, float y) {
  if (!draw(from.size())) return;
  shift(from, 0, from.size(), x, y);
  if (to.empty()) {
    to = std::move(from);
  } else {
    to.insert(to.end(), from.begin(), from.end());
  }
}

// Mirrored: the last letter is the first.
void Layout::turn_over(std::vector<Piece>& pieces, size_t first) {
  size_t bytes = 0;
  float left = kRightEdge, right = -kRightEdge;
  for (size_t i = first; i < pieces.size(); i++) {
    left = std::min(left, pieces[i].x);
    right = std::max(right, pieces[i].x + pieces[i].width);
    bytes += 1 + pieces[i].size;
  }
  if (!draw(bytes)) return;
  for (size_t i = first; i < pieces.size(); i++) {
    Piece& piece = pieces[i];
    piece.x = left + right - piece.x - piece.width;
    piece.told = true;
    const std::string turned = letters_reversed(std::string_view(text_).substr(piece.begin, piece.size));
    text_.replace(piece.begin, piece.size, turned);
  }
}

void Layout::close() {
  Box box = std::move(stack_.back());
  stack_.pop_back();
  if (box.role == Role::in_line) {
    Box& host = host_of(box);
    const Offset moved = offset_of(box.placement, 0, 0, false);
    shift(host.pieces, box.first_piece, host.pieces.size(), moved.x, moved.y);
    host.x += box.placement.margin_right.value_or(0);
    return;
  }
  if (box.role == Role::block) return close_block(box);
  float width = 0, height = 0;
  if (is_container(box.kind)) {
    arrange(box, width, height);
  } else {
    end_line(box);
    width = box.widest;
    height = box.y;
  }
  if (box.placement.width)
    width = *box.placement.width < 1 ? *box.placement.width : std::max(width, *box.placement.width);
  if (box.placement.height) height = *box.placement.height;
  if (box.placement.mirrored.value_or(false)) turn_over(box.pieces, 0);
  const Offset moved = offset_of(box.placement, width, height, true);
  shift(box.pieces, 0, box.pieces.size(), moved.x, moved.y);
  switch (box.role) {
    case Role::item:
      return stack_[stack_.back().container].items.push_back(
          {std::move(box.pieces), std::move(box.placement), width, height});
    case Role::absolute:
      return place_absolute(box, width, height);
    case Role::floated:
      return place_float(box, width, height);
    case Role::in_line:
    case Role::block:
    case Role::atom:
      return place_atom(box, width, height);
  }
}

void Layout::close_block(Box& box) {
  Box& host = host_of(box);
  float width = 0, height = 0;
  if (is_container(box.kind)) {
    arrange(box, width, height);
    append(host.pieces, std::move(box.pieces), box.origin_x, box.origin_y);
    host.y = std::max(host.y, box.origin_y + height);
    host.lowest = std::max(host.lowest, host.y);
    host.widest = std::max(host.widest, box.origin_x + width);
    host.line_start = host.pieces.size();
  } else {
    end_line(host);
  }
  if (box.placement.mirrored.value_or(false)) turn_over(host.pieces, box.first_piece);
  const Offset moved = offset_of(box.placement, host.widest - box.origin_x, host.y - box.origin_y, true);
  shift(host.pieces, box.first_piece, host.pieces.size(), moved.x, moved.y);
  if (box.placement.height) host.y = box.origin_y + *box.placement.height;
  host.y += box.placement.margin_bottom.value_or(0);
  host.indent = box.outer_indent;
  host.right_to_left = box.outer_right_to_left;
  host.x = host.indent + host.floats_left;
}

void Layout::place_atom(Box& box, float width, float height) {
  Box& host = host_of(stack_.back());
  if (stands_alone(width, height)) {
    end_line(host);
    append(host.pieces, std::move(box.pieces), host.x, host.y);
    host.line_is_empty = false;
    host.line_height = height;
    return end_line(host);
  }
  const size_t first = host.pieces.size();
  host.x += box.placement.margin_left.value_or(0);
  append(host.pieces, std::move(box.pieces), host.x, host.y);
  host.x += width + box.placement.margin_right.value_or(0);
  if (first == host.pieces.size()) return;
  host.atoms.insert(host.atoms.end(), {first, host.pieces.size()});
  host.line_is_empty = host.after_space = false;
  host.line_height = std::max(host.line_height, height);
}

void Layout::place_float(Box& box, float width, float height) {
  Box& host = host_of(stack_.back());
  if (stands_alone(width, height)) return place_atom(box, width, height);
  const bool right = box.placement.floats == FloatSide::right;
  width += box.placement.margin_left.value_or(0) + box.placement.margin_right.value_or(0);
  float x = host.indent + host.floats_left;
  if (right) {
    host.floats_right += width;
    x = kRightEdge - host.floats_right;
  } else {
    // The words before it on its line make way.
    shift(host.pieces, host.line_start, host.pieces.size(), width, 0);
    host.floats_left += width;
    host.x += width;
  }
  append(host.pieces, std::move(box.pieces), x + box.placement.margin_left.value_or(0), host.y);
  host.floats_end = std::max(host.floats_end, host.y + height);
  host.lowest = std::max(host.lowest, host.y);
}

void Layout::place_absolute(Box& box, float width, float height) {
  size_t around = stack_.size() - 1;
  while (around > 0 && stack_[around].placement.position.value_or(Positioning::in_flow) == Positioning::in_flow)
    around--;
  const Box& block = stack_[around];
  Box& host = host_of(block);
  const Placement& at = box.placement;
  const Box& before = host_of(stack_.back());
  float x = before.x, y = before.y;
  if (at.left) {
    x = block.origin_x + *at.left;
  } else if (at.right) {
    x = block.origin_x + block.placement.width.value_or(kPageWidth) - *at.right - width;
  }
  constexpr float kPageHeight = 600;
  if (at.top) {
    y = block.origin_y + *at.top;
  } else if (at.bottom) {
    y = block.origin_y + block.placement.height.value_or(kPageHeight) - *at.bottom - height;
  }
  x += at.margin_left.value_or(0);
  y += at.margin_top.value_or(0);
  append(host.pieces, std::move(box.pieces), x, y);
}

std::string describe_layout_limit() {
  return "where its styles put its text was not worked out: texts reached the limit (" + std::to_string(kMostPieces) +
         ", or " + std::to_string(kMostLaidOut) + " bytes), or moves of them (" + std::to_string(kMostMoves) +
         "); it was read in the order in which it is written";
}

std::vector<LaidLines> Layout::read() {
  while (stack_.size() > 1) close();
  Box& page = stack_.front();
  end_line(page);
  return cut_ ? std::vector<LaidLines>{} : changed_lines(text_, page.pieces);
}

}  // namespace postern::extract
