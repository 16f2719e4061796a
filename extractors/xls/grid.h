// The cells of a sheet as a reader sees them: cells by tab, rows by line, in blocks with their range as locator.
#pragma once

#include <cstdint>
#include <string>

#include "extractors/ole/reading.h"

namespace postern::extract::xls {

// "B7"; row and column count from 0, as the records have them.
std::string cell_name(std::uint32_t row, std::uint32_t column);

class CellGrid {
 public:
  CellGrid(ole::Reading& reading, Place place, std::string sheet)
      : reading_(reading), place_(place), sheet_(std::move(sheet)) {}

  void put(std::uint32_t row, std::uint32_t column, std::string_view text);
  void flush();

 private:
  ole::Reading& reading_;
  Place place_;
  std::string sheet_;
  std::string text_;
  std::uint32_t first_row_ = 0, first_column_ = 0, row_ = 0, column_ = 0, widest_ = 0;
};

}  // namespace postern::extract::xls
