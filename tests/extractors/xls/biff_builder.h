// Records of BIFF8 for tests.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "tests/support/compound_builder.h"

namespace postern::test {

inline std::string biff(unsigned id, std::string_view data) {
  return le(id, 2) + le(data.size(), 2) + std::string(data);
}
inline std::string bof(unsigned type) {
  return biff(0x0809, le(0x0600, 2) + le(type, 2) + std::string(12, '\0'));
}
inline std::string eof() {
  return biff(0x000A, "");
}
// A string with a length of `width` bytes, one byte a character.
inline std::string narrow(std::string_view text, unsigned width) {
  return le(text.size(), width) + std::string(1, '\0') + std::string(text);
}
inline std::string cell_at(unsigned row, unsigned column, unsigned style = 0) {
  return le(row, 2) + le(column, 2) + le(style, 2);
}
inline std::string real(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return le(bits, 8);
}

// A workbook of two sheets, the second hidden: records of the globals besides what is needed, then those of the sheets.
inline std::string book(std::string_view globals, std::string_view first, std::string_view second = "") {
  const auto sheet_record = [](size_t at, unsigned state, std::string_view name) {
    return biff(0x0085, le(at, 4) + le(state, 1) + le(0, 1) + narrow(name, 1));
  };
  const std::string one = bof(0x10) + std::string(first) + eof(), two = bof(0x10) + std::string(second) + eof();
  const size_t head = bof(5).size() + globals.size() + sheet_record(0, 0, "Plan").size() * 2 + eof().size();
  return bof(5) + std::string(globals) + sheet_record(head, 0, "Plan") + sheet_record(head + one.size(), 1, "Seen") +
         eof() + one + two;
}
inline std::string xls_file(std::string stream) {
  return CompoundBuilder().stream("Workbook", std::move(stream)).build();
}

}  // namespace postern::test
