// Number formats: how a spreadsheet shows a number (ECMA-376 part 1, 18.8.30 and 18.8.31).
//
// Sections by sign or condition, places of digits among literals, thousands, scaling, percent, exponents, fractions,
// currencies, dates, times and elapsed time, General. Names of months and days are English, whatever the locale of the
// format; colours and padding show nothing. Shared by the readers of all kinds of sheets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::ooxml {

inline constexpr size_t kMaxFormatBytes = 1024;  // of a format code; Excel takes 255 characters

class NumberFormat {
 public:
  NumberFormat() = default;  // General
  explicit NumberFormat(std::string_view code);
  // One of the formats that every workbook has (18.8.30), as an English Excel shows it.
  static NumberFormat builtin(unsigned id);

  // Shows numbers as they are.
  bool general() const { return sections_.empty(); }
  // Shows a date, a time or both.
  bool is_date() const { return !sections_.empty() && sections_.front().date; }
  // The number as shown; "" when the format shows none or the number is no date that it could show.
  std::string show(double value, bool dates_1904) const;
  // A text as shown, by the section for text; "" when there is none, or it shows no text.
  std::string show_text(std::string_view text) const;

 private:
  enum class Kind { literal, place, point, comma, percent, exponent, slash, date, elapsed, half_day, general, text };
  struct Token {
    Kind kind = Kind::literal;
    std::string text;  // a literal, or the letters of a date
  };
  struct Section {
    std::vector<Token> tokens;
    char compare[3] = {};  // "<=", or "" without condition
    double limit = 0;
    bool date = false;
    bool general = false;
    bool exponent = false;
    bool slash = false;
  };

  static Section parse(std::string_view code);
  static void settle(Section& section);
  const Section& section_for(double value, bool& absolute) const;
  static std::string show_date(const Section& section, double value, bool dates_1904);
  static std::string show_number(const Section& section, double value);
  static std::string show_fraction(const Section& section, double value);
  static std::string show_exponent(const Section& section, double value);

  std::vector<Section> sections_;
};

// What a format code says in quotes, when that is more than a unit or a sign: "Reference 4711 " of `"Reference 4711
// "0`.
std::string format_words(std::string_view code);

// Undoes the escapes of characters that XML cannot hold (ST_Xstring, 22.9.2.19): "_x0041_" is "A".
void unescape_xstring(std::string& text, size_t from);

// A stored number as a reader of the cell would want it: integers in all their digits, others with the
// 15 digits that Excel keeps (the file's 17 are an artefact).
std::string plain_number(std::string_view stored);
std::string plain_number(double value);
// As programs show it in a wide cell of format General, with ten digits or decimals; others than those from 1e-9 to
// 1e10 in full.
std::string general_number(double value);
// A serial number as date and time, "2024-02-29" or "2024-02-29 13:30:00"; "" when it is none.
std::string format_serial(double serial, bool dates_1904);

}  // namespace postern::extract::ooxml
