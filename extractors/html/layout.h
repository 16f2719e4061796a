// Layout: the text of a page in the order in which it stands on the screen.
//
// Boxes, floats, flex and grid containers, rows of tables and what is positioned are put on a plane by approximate
// widths of letters (CSS 2.2 9 and 10, Flexbox 1, Grid 1, as far as they decide which of two texts stands first); the
// plane is read by lines. Nothing is wrapped. What is read as it is written is not told.
//
// Events come in the order of the page: open() and close() of its elements, text() between them.
//
// Bounds: kMostPieces texts; kMostMoves steps of moving them, which bounds the time to a second. Past either the
// layout is given up, and is_cut() says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/html/layout_lines.h"
#include "extractors/html/letter_width.h"
#include "extractors/html/placement.h"
#include "message/words.h"

namespace postern::extract {

// Texts of one page: 40 bytes each.
inline constexpr size_t kMostPieces = 1'000'000;
// Bytes of text of one page, which styles may repeat at every element.
inline constexpr size_t kMostLaidOut = 64 << 20;
inline constexpr size_t kMostMoves = 50'000'000;

class Layout {
 public:
  enum class Direction : std::uint8_t { left_to_right, right_to_left };
  enum class White : std::uint8_t { collapses, stays };
  enum class Source : std::uint8_t {
    page,   // as the tree has it
    added,  // by a style or an attribute: it is told wherever it stands
    above   // an annotation over the line
  };
  Layout();

  // `kind`: how its tag is shown where `placement.box` says nothing.
  void open(const Placement& placement, BoxKind kind, Direction direction);
  void close();
  void text(std::string_view utf8, White white, Place place, Source source = Source::page);
  void line_break();
  // Of the text that comes.
  void set_letters(Letters letters) { letters_ = letters; }
  // What stands here in the page is not shown, and what stands around it is read together.
  void gap() { number_++; }

  // After the last close(): the lines that are displayed otherwise than they are written, by place.
  std::vector<LaidLines> read();
  bool is_cut() const { return cut_; }

 private:
  using Piece = LaidText;  // in the coordinates of the box that holds it
  // A child of a container.
  struct Item {
    std::vector<Piece> pieces;
    Placement placement;
    float width, height;
  };
  enum class Role : std::uint8_t { in_line, block, atom, item, floated, absolute };
  struct Box {
    Placement placement;
    BoxKind kind = BoxKind::block;
    Role role = Role::block;
    bool right_to_left = false, outer_right_to_left = false;
    size_t host = 0;           // index of the box whose coordinates its text uses
    size_t container = kNone;  // index of the one whose items its children are
    size_t first_piece = 0;    // of the host, when it was opened
    float origin_x = 0, origin_y = 0;
    float outer_indent = 0;
    std::vector<Item> items;
    // Of a host: where its next text goes.
    std::vector<Piece> pieces;
    size_t line_start = 0;      // the first piece of the line
    std::vector<size_t> atoms;  // of the line: where their pieces begin, where they end
    float x = 0, y = 0, indent = 0, widest = 0, line_height = 0, lowest = 0;
    float floats_left = 0, floats_right = 0, floats_end = 0;
    bool line_is_empty = true, after_space = true;
  };

  static constexpr size_t kNone = static_cast<size_t>(-1);

  Role role_of(const Placement& placement, BoxKind kind) const;
  Box& host_of(const Box& box) { return stack_[box.host]; }
  void put(std::string_view utf8, Place place, Source source);
  void end_line(Box& host);
  static void clear_floats(Box& host);
  void turn_line(Box& host);
  void close_block(Box& box);
  void place_atom(Box& box, float width, float height);
  void place_float(Box& box, float width, float height);
  void place_absolute(Box& box, float width, float height);
  void append(std::vector<Piece>& to, std::vector<Piece>&& from, float x, float y);
  void shift(std::vector<Piece>& pieces, size_t first, size_t last, float x, float y);
  void turn_over(std::vector<Piece>& pieces, size_t first);
  bool has_right_to_left(const Piece& piece) const;
  bool draw(size_t moves);

  // Of a container: puts its items into its pieces.
  void arrange(Box& box, float& width, float& height);
  void arrange_row(Box& box, float& width, float& height);
  void arrange_column(Box& box, float& width, float& height);
  void arrange_grid(Box& box, float& width, float& height);
  bool goes_to_the_left(const Box& box) const;
  // A column of text, which is read from its top to its end before what stands beside it.
  static bool stands_alone(float width, float height);

  std::string text_;
  std::vector<Box> stack_;
  Letters letters_ = Letters::proportional;
  std::uint32_t number_ = 0;
  size_t pieces_ = 0, moves_ = 0;
  bool cut_ = false;
};

// Why the lines of a page of which the layout was cut are not told as they stand.
std::string describe_layout_limit();

}  // namespace postern::extract
