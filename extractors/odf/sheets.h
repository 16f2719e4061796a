// Sheets: the cells of OpenDocument spreadsheets (ODF 1.3 part 3, 9.1).
//
// Cells are given as shown; where that leaves digits out ("1.2E+03", "50%", a date without its year), the stored value
// is given in a second block. A repeated cell or row is written out kMaxRepeated times at most: programs repeat empty
// cells to the edge of the sheet, and all copies say the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/emitter.h"
#include "extractors/ooxml/computed_cells.h"
#include "extractors/ooxml/grid.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::odf {

inline constexpr std::uint32_t kMaxRepeated = 16;
inline constexpr size_t kMaxRepeatedBytes = 4096;  // a longer cell or row is written out once

class Sheet {
 public:
  // Both references must outlive the sheet.
  Sheet(Emitter& out, ooxml::ComputedCells& computed, const std::string& name, bool hidden);

  const std::string& name() const { return name_; }  // quoted, as in locators
  std::string cell_at() const { return name_ + "!" + ooxml::format_cell(next_); }

  void column(const XmlAttributes& attributes);
  void begin_row(const XmlAttributes& attributes);
  void end_row();
  void begin_cell(const XmlAttributes& attributes);
  void end_cell(std::string shown);
  void finish();

 private:
  struct Cell {
    std::uint32_t column;
    std::uint32_t repeated;
    std::string shown;
    std::string stored;  // empty when shown says it all
  };
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
  };
  bool column_hidden(std::uint32_t column) const;

  Emitter& out_;
  ooxml::ComputedCells& computed_;
  const bool hidden_sheet_;
  const std::string name_;
  ooxml::Grid shown_;
  ooxml::Grid hidden_;
  ooxml::Grid stored_;
  ooxml::Grid stored_hidden_;
  std::vector<Range> hidden_columns_;
  std::uint32_t columns_ = 0;  // told so far
  ooxml::CellRef next_{1, 1};
  std::uint32_t row_repeated_ = 1;
  bool row_hidden_ = false;
  std::uint32_t repeated_ = 1;
  std::string stored_value_;
  std::string formula_;  // of the open cell
  bool is_boolean_ = false, is_number_ = false;
  std::vector<Cell> row_;
  std::string formulas_;
};

}  // namespace postern::extract::odf
