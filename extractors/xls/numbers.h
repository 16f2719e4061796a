// Numbers of cells: how they are stored, and as a reader of the sheet sees them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "extractors/ooxml/number_format.h"

namespace postern::extract::xls {

// RkNumber (2.5.217): 30 bits of a real number or of an integer, perhaps of its hundredfold.
double rk_number(std::uint32_t rk);
double real_number(std::uint64_t bits);

class NumberFormats {
 public:
  void add_format(unsigned id, std::string code) {
    codes_[id] = std::move(code);
    parsed_.erase(id);
  }
  void add_style(unsigned format) { styles_.push_back(format); }

  bool dates_1904 = false;

  // As the cell's format shows it, and beside it all digits, of dates the date in full, where they differ:
  // "12.3% 0.12345", "Feb-24 2024-02-29".
  std::string show(double value, unsigned style) const;
  // A text as the cell's format shows it: with "before " in front of it.
  std::string show_text(std::string_view text, unsigned style) const;

 private:
  const ooxml::NumberFormat& format_of(unsigned style) const;

  std::map<unsigned, std::string> codes_;
  mutable std::map<unsigned, ooxml::NumberFormat> parsed_;  // those that were asked for
  std::vector<unsigned> styles_;                            // of a cell format its number format
};

}  // namespace postern::extract::xls
