// Columns: which cell of a table's first row stands above a place in a text.
//
// A table is a run of lines with cells: with tabs between them, as extractors write sheets and the tables of
// documents and pages, or at least three with the same number of ';' or ',' (CSV). Its first row is the heading when no
// digit stands in it more often than letters: a row of numbers heads nothing. Built once a segment, in one pass.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/views.h"

namespace postern::policy {

class Columns {
 public:
  // Lines of `text` (a reader view) are looked at; it is not kept.
  void read(std::string_view text);
  // The heading above the place `at`, in the same text; empty where there is none: outside of tables, in the first
  // row itself. `text` is what was read.
  ByteRange heading_of(std::string_view text, std::uint32_t at) const;

 private:
  struct Table {
    std::uint32_t begin;      // of the first row
    std::uint32_t first_end;  // where the first row ends
    std::uint32_t end;
    std::uint32_t rows;
    char separator;
  };
  std::vector<Table> tables_;
};

}  // namespace postern::policy
