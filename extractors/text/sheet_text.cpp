#include "extractors/text/sheet_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "extractors/ooxml/grid.h"
#include "extractors/ooxml/number_format.h"
#include "extractors/ooxml/sheet.h"

namespace postern::extract {
namespace {

using ooxml::CellGrids;
using ooxml::CellRef;
using ooxml::kMaxColumn;
using ooxml::kMaxRow;
using ooxml::NumberFormat;

constexpr size_t kMostFormats = 4096;
constexpr size_t kMostFields = 64;  // of one record, which has a dozen

class Cells final : public Emitter {
 public:
  explicit Cells(Sink& sink) : sink_(sink), grids_(*this, Place::cell, "Sheet1") {}

  void emit(Place place, std::string_view at, std::string_view text) override {
    if (hit_ == LimitHit::none) hit_ = sink_.text(place, at, text);
  }
  void put(CellRef cell, std::string_view text) { grids_.put(CellGrids::Seen::shown, cell, text); }
  void put_number(CellRef cell, std::string_view text, const NumberFormat& format) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      put(cell, text);
    } else {
      grids_.put_number(CellGrids::Seen::shown, cell, text, value, format, false);
    }
  }
  bool stopped() const { return hit_ != LimitHit::none || sink_.stopped(); }
  LimitHit finish() {
    grids_.finish();
    return hit_;
  }

 private:
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  CellGrids grids_;
};

// A string in quotes may go on over several lines.
std::string_view take_string(std::string_view& rest) {
  const char* const begin = rest.data();
  std::string_view line = take_line(rest);
  bool open = line.starts_with('"');
  if (open) open = std::count(line.begin(), line.end(), '"') % 2 != 0;
  while (open && !rest.empty()) {
    line = take_line(rest);
    if (std::count(line.begin(), line.end(), '"') % 2 != 0) open = false;
  }
  return {begin, static_cast<size_t>(line.data() + line.size() - begin)};
}

// The first lines of a text whose lines may end with a carriage return alone.
std::string_view take_any_line(std::string_view& rest) {
  const size_t end = rest.find_first_of("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.find_first_not_of("\r\n", std::min(end, rest.size())), rest.size()));
  return line;
}

std::uint32_t to_count(std::string_view digits, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) return most;
  return end == digits.data() ? 0 : std::min(value, most);
}

// A semicolon that is part of a field is written twice.
std::vector<std::string> split_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  for (size_t i = 0; i < line.size(); i++) {
    if (line[i] != ';' || fields.size() == kMostFields) {
      fields.back() += line[i];
    } else if (line.substr(i + 1, 1) == ";") {
      fields.back() += ';';
      i++;
    } else {
      fields.emplace_back();
    }
  }
  return fields;
}

// The letters of ISO 6937 that SYLK writes as ESC N, an accent and a letter, or ESC N and one character.
std::string_view accented(char accent, char letter) {
  struct Row {
    char accent;
    std::string_view letters;
    std::string_view meanings;  // of two bytes each
  };
  static constexpr Row kRows[] = {{'A', "AEIOUaeiou", "ÀÈÌÒÙàèìòù"},
                                  {'B', "AEIOUYaeiouy", "ÁÉÍÓÚÝáéíóúý"},
                                  {'C', "AEIOUaeiou", "ÂÊÎÔÛâêîôû"},
                                  {'D', "ANOano", "ÃÑÕãñõ"},
                                  {'H', "AEIOUaeiouy", "ÄËÏÖÜäëïöüÿ"},
                                  {'J', "Aa", "Åå"},
                                  {'K', "Cc", "Çç"}};
  for (const Row& row : kRows) {
    if (row.accent != accent) continue;
    const size_t found = row.letters.find(letter);
    return found == std::string_view::npos ? std::string_view() : row.meanings.substr(2 * found, 2);
  }
  return {};
}

void undo_escapes(std::string& text) {
  constexpr char kEscape = '\x1B';
  if (text.find(kEscape) == std::string::npos) return;
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest[0] != kEscape || rest.size() < 3) {
      out += text[i];
      continue;
    }
    if (rest[1] == 'N' && rest.size() >= 4) {
      if (const std::string_view letter = accented(rest[2], rest[3]); !letter.empty()) {
        out += letter;
        i += 3;
        continue;
      }
    }
    // ESC, then the two halves of a byte: "ESC space :" is a line feed.
    if (rest[1] >= ' ' && rest[1] <= '/' && rest[2] >= '0' && rest[2] <= '?') {
      const int byte = (rest[1] - ' ') << 4 | (rest[2] - '0');
      if (byte == '\n' || byte == '\r') {
        out += ' ';
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  text = std::move(out);
}

std::string unquoted(std::string_view text) {
  if (text.starts_with('"')) text.remove_prefix(1);
  if (text.ends_with('"')) text.remove_suffix(1);
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    out += text[i];
    if (text[i] == '"' && text.substr(i + 1, 1) == "\"") i++;
  }
  return out;
}

class SylkReader {
 public:
  explicit SylkReader(Sink& sink) : cells_(sink) {}

  LimitHit read(std::string_view rest) {
    while (!rest.empty() && !cells_.stopped()) {
      std::string record(take_line(rest));
      undo_escapes(record);
      take(split_fields(record));
    }
    cells_.emit(Place::formula, "Sheet1", formulas_);
    cells_.emit(Place::defined_name, "", names_);
    return cells_.finish();
  }

 private:
  void take(const std::vector<std::string>& fields) {
    if (fields[0] == "P") {
      format(fields);
    } else if (fields[0] == "F") {
      format_of_cell(fields);
    } else if (fields[0] == "C") {
      cell(fields);
    } else if (fields[0] == "NN") {
      name(fields);
    }
  }

  void format(const std::vector<std::string>& fields) {
    for (size_t i = 1; i < fields.size() && formats_.size() < kMostFormats; i++) {
      if (!fields[i].starts_with('P')) continue;
      const std::string_view code = std::string_view(fields[i]).substr(1);
      formats_.push_back(code == "General" ? NumberFormat() : NumberFormat(code));
    }
  }

  bool move_to(std::string_view field) {
    if (field.starts_with('X')) {
      at_.column = std::max<std::uint32_t>(to_count(field.substr(1), kMaxColumn), 1);
    } else if (field.starts_with('Y')) {
      at_.row = std::max<std::uint32_t>(to_count(field.substr(1), kMaxRow), 1);
    } else {
      return false;
    }
    return true;
  }

  // Formats come in front of their cells, or once for a column.
  void format_of_cell(const std::vector<std::string>& fields) {
    std::uint32_t column = 0, row = 0;
    size_t format = kMostFormats;
    for (size_t i = 1; i < fields.size(); i++) {
      const std::string_view field = fields[i];
      if (move_to(field)) continue;
      if (field.starts_with('P')) format = to_count(field.substr(1), kMostFormats);
      if (field.starts_with('C')) column = to_count(field.substr(1), kMaxColumn);
      if (field.starts_with('R')) row = to_count(field.substr(1), kMaxRow);
    }
    if (format == kMostFormats) return;
    if (column > 0) {
      column_formats_[column] = format;
    } else if (row == 0) {
      cell_format_ = {at_, format};
    }
  }

  const NumberFormat& format_here() const {
    static const NumberFormat kGeneral;
    size_t found = kMostFormats;
    if (cell_format_.cell.row == at_.row && cell_format_.cell.column == at_.column) {
      found = cell_format_.format;
    } else if (const auto column = column_formats_.find(at_.column); column != column_formats_.end()) {
      found = column->second;
    }
    return found < formats_.size() ? formats_[found] : kGeneral;
  }

  void cell(const std::vector<std::string>& fields) {
    for (size_t i = 1; i < fields.size(); i++) move_to(fields[i]);
    for (size_t i = 1; i < fields.size(); i++) {
      const std::string_view field = fields[i];
      if (field.starts_with('K')) {
        if (field.substr(1, 1) == "\"") {
          cells_.put(at_, unquoted(field.substr(1)));
        } else {
          cells_.put_number(at_, field.substr(1), format_here());
        }
      } else if (field.starts_with('E')) {
        formulas_ += ooxml::format_cell(at_) + ": " + std::string(field.substr(1)) + '\n';
      }
    }
  }

  void name(const std::vector<std::string>& fields) {
    for (size_t i = 1; i < fields.size(); i++) {
      if (fields[i].starts_with('N') || fields[i].starts_with('E')) names_ += fields[i].substr(1) + '\t';
    }
    names_ += '\n';
  }

  struct FormatOfCell {
    CellRef cell;
    size_t format = kMostFormats;
  };

  Cells cells_;
  CellRef at_{1, 1};
  std::vector<NumberFormat> formats_;
  std::unordered_map<std::uint32_t, size_t> column_formats_;
  FormatOfCell cell_format_;
  std::string formulas_, names_;
};

}  // namespace

bool looks_like_sylk(std::string_view text) {
  if (!text.starts_with("ID;P") && !text.starts_with("ID;N") && !text.starts_with("ID;E")) return false;
  static_cast<void>(take_any_line(text));
  // A table of commas and semicolons may begin with the name of a column as well.
  const std::string_view second = take_any_line(text);
  static constexpr std::string_view kRecords[] = {"P;", "F;", "B;", "C;", "O;", "NN;", "NE;", "NU;", "W;", "E"};
  return std::any_of(std::begin(kRecords), std::end(kRecords), [second](std::string_view record) {
    return record.ends_with(';') ? second.starts_with(record) : second == record;
  });
}

bool looks_like_dif(std::string_view text) {
  if (take_any_line(text) != "TABLE") return false;
  return take_any_line(text).starts_with("0,");
}

LimitHit tell_sylk(std::string_view utf8, Sink& sink) {
  return SylkReader(sink).read(utf8);
}

LimitHit tell_dif(std::string_view utf8, Sink& sink) {
  Cells cells(sink);
  // Of the header, "DATA" and its two lines are the end.
  while (!utf8.empty() && take_line(utf8) != "DATA") continue;
  static_cast<void>(take_line(utf8));
  static_cast<void>(take_line(utf8));
  CellRef at{0, 0};
  while (!utf8.empty() && !cells.stopped()) {
    const std::string_view first = take_line(utf8);
    const size_t comma = std::min(first.find(','), first.size());
    const std::string_view kind = first.substr(0, comma);
    const std::string_view second = take_string(utf8);
    if (kind == "-1") {
      if (second == "EOD") break;
      at = {std::min(at.row + 1, kMaxRow), 0};
      continue;
    }
    if (at.column == kMaxColumn) continue;  // no sheet is wider
    at = {std::max<std::uint32_t>(at.row, 1), at.column + 1};
    if (kind == "1") {
      if (const std::string text = unquoted(second); !text.empty()) cells.put(at, text);
    } else if (second == "V") {
      cells.put_number(at, first.substr(std::min(comma + 1, first.size())), NumberFormat());
    } else {
      cells.put(at, second);  // TRUE, NA, ERROR
    }
  }
  return cells.finish();
}

}  // namespace postern::extract
