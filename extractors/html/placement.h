// Placement: what CSS says of where a box stands among the others, as far as it changes the order in which a reader
// meets what is in it.
//
// Lengths are CSS pixels. An em is taken as 16 of them, one per cent as a hundredth of kPageWidth: what matters is
// which of two boxes stands first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::extract {

inline constexpr float kPageWidth = 1000;

// CSS Display 3, 2.
enum class BoxKind : std::uint8_t {
  unset,
  in_line,
  block,
  inline_block,
  flex,
  inline_flex,
  grid,
  inline_grid,
  row,
  cell,
  contents
};
enum class FloatSide : std::uint8_t { none, left, right };
enum class Positioning : std::uint8_t { in_flow, relative, absolute };

struct Placement {
  BoxKind box = BoxKind::unset;
  std::optional<bool> column, reversed;  // flex-direction
  std::optional<int> order;
  std::optional<FloatSide> floats;
  std::optional<bool> clears;  // it stands below the floats before it
  std::optional<Positioning> position;
  std::optional<float> left, right, top, bottom;
  std::optional<float> margin_left, margin_right, margin_top, margin_bottom;
  std::optional<float> width, height;
  std::optional<float> shift_x, shift_y;          // transform: translate
  std::optional<float> own_shift_x, own_shift_y;  // the same, in widths and heights of the box itself
  std::optional<bool> mirrored;                   // transform: scaleX(-1)
  std::optional<int> row, column_line;            // of a grid, from 1; from behind below 0
  std::optional<unsigned> columns, rows;          // of a grid: how many its template has
  std::optional<bool> by_column;                  // grid-auto-flow
  std::string area, areas;                        // names: its own, and those of the template

  // Declarations that come later win.
  void apply(const Placement& later);
};

// Takes in a declaration in lower case; passes over one that says nothing of a place.
void apply_placement(std::string_view name, std::string_view value, Placement& placement);

// Whether such a declaration may make what is inside stand elsewhere than it is written, by itself or with another one.
bool may_move(std::string_view name, std::string_view value);

// "2px", "-1.5em", "10%" in pixels; nothing for what is no length.
std::optional<float> pixels(std::string_view value);

}  // namespace postern::extract
