// Grid: cells of a sheet as blocks of text whose places can be counted back.
//
// A block is a rectangle written as text: cells parted by one tab, rows by one
// line feed, empty cells and rows included, and no tab or line feed inside a cell.
// Its locator is "Sheet2!A1:G200": the cell of a match is the first cell of the
// range plus the line feeds before the match (rows) and the tabs since the last
// one (columns); message/locator.h does that. No match crosses a tab that the
// pattern does not ask for, while evidence in the next cell is a few characters away.
// Wide gaps begin a new block, so that a cell in XFD1048576 costs nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extractors/emitter.h"

namespace postern::extract::ooxml {

inline constexpr size_t kGridBlockBytes = 64 << 10;  // a block ends at the row after this
inline constexpr std::uint32_t kMaxGridGap = 32;     // empty cells or rows written out
inline constexpr std::uint32_t kMaxRow = 1'048'576;  // of a worksheet
inline constexpr std::uint32_t kMaxColumn = 16'384;

struct CellRef {
  std::uint32_t row = 0;     // from 1; 0: none
  std::uint32_t column = 0;  // from 1
};

// "B7", "$B$7"; row 0 when it is none.
CellRef parse_cell(std::string_view text);
std::string format_cell(CellRef cell);
// The sheet's name as formulas write it: in quotes when it is not a plain word.
std::string quote_sheet(std::string_view name);

class Grid {
 public:
  Grid(Emitter& out, Place place, std::string sheet) : out_(out), place_(place), sheet_(std::move(sheet)) {}

  // A row or column 0, as files give that put rows into cells, counts as the first.
  void put(CellRef cell, std::string_view text);
  void finish() { flush(); }

 private:
  void flush();

  Emitter& out_;
  const Place place_;
  const std::string sheet_;  // quoted
  std::string text_;
  CellRef first_;  // of the block
  CellRef last_;   // where text_ ends
  std::uint32_t widest_ = 0;
};

}  // namespace postern::extract::ooxml
