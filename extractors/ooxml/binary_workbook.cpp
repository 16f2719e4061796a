#include "extractors/ooxml/binary_workbook.h"

#include <algorithm>
#include <charconv>

#include "extractors/ooxml/records.h"
#include "extractors/xls/text_codes.h"

namespace postern::extract::ooxml {

namespace {

// Types of records ([MS-XLSB] 2.3.2).
enum Record : std::uint32_t {
  row_header = 0,
  cell_blank = 1,
  cell_rk = 2,
  cell_error = 3,
  cell_bool = 4,
  cell_real = 5,
  cell_text = 6,
  cell_shared = 7,
  formula_text = 8,
  formula_number = 9,
  formula_bool = 10,
  formula_error = 11,
  short_blank = 12,  // short cells stand behind the cell before them and say no column
  short_rk = 13,
  short_error = 14,
  short_bool = 15,
  short_real = 16,
  short_text = 17,
  short_shared = 18,
  shared_item = 19,
  defined_name = 39,
  number_format = 44,
  cell_format = 47,
  column_info = 60,
  cell_rich_text = 62,
  validation = 64,
  workbook_properties = 153,
  bundle_sheet = 156,
  header_footer = 479,
  hyperlink = 494,
  begin_cell_formats = 617,
  end_cell_formats = 618,
  comment_author = 632,
  begin_comment = 635,
  end_comment = 636,
  comment_text = 637,
};

// The texts in quotes of a parsed formula (2.5.97): tokens 17h with a count of characters. Tokens in between are not
// told apart, so that a number may look like one; what does not print is passed over.
std::string formula_strings(std::string_view formula) {
  constexpr char kText = 0x17;
  std::string out;
  for (size_t i = 0; i + 3 < formula.size();) {
    const size_t bytes = size_t{RecordFields(formula.substr(i + 1)).u16()} * 2;
    bool text = formula[i] == kText && bytes > 0 && formula.size() - i - 3 >= bytes;
    for (size_t k = 0; text && k < bytes; k += 2) {
      const auto low = static_cast<unsigned char>(formula[i + 3 + k]);
      text = formula[i + 3 + k + 1] != 0 || low >= ' ';
    }
    if (!text) {
      i++;
      continue;
    }
    out += "\"" + wide_to_utf8(formula.substr(i + 3, bytes)) + "\" ";
    i += 3 + bytes;
  }
  return out;
}

std::string shortest(double value) {
  char out[64];
  const auto [end, error] = std::to_chars(out, out + sizeof out, value);
  return std::string(out, error == std::errc() ? static_cast<size_t>(end - out) : 0);
}

class BinarySheet {
 public:
  BinarySheet(Document& document, std::string sheet, Place place, SharedStrings& strings, const CellStyles& styles)
      : document_(document),
        sheet_(std::move(sheet)),
        formula_place_(place == Place::macro ? place : Place::formula),
        strings_(strings),
        styles_(styles),
        grids_(document, place, sheet_) {}

  void record(std::uint32_t type, std::string_view payload) {
    RecordFields fields(payload);
    switch (type) {
      case row_header:
        cell_ = {std::min(fields.u32(), kMaxRow - 1) + 1, 0};
        fields.skip(6);
        row_hidden_ = (fields.u16() & 0x1000) != 0;
        break;
      case cell_rk:
      case cell_error:
      case cell_bool:
      case cell_real:
      case cell_text:
      case cell_shared:
      case formula_text:
      case formula_number:
      case formula_bool:
      case formula_error:
      case cell_rich_text:
        cell_.column = std::min(fields.u32(), kMaxColumn - 1) + 1;
        cell(type, fields);
        break;
      case cell_blank:
        cell_.column = std::min(fields.u32(), kMaxColumn - 1) + 1;
        break;
      case short_blank:
      case short_rk:
      case short_error:
      case short_bool:
      case short_real:
      case short_text:
      case short_shared:
        cell_.column = std::min(cell_.column + 1, kMaxColumn);
        if (type != short_blank) cell(type - short_rk + cell_rk, fields);
        break;
      case column_info: {
        const std::uint32_t first = fields.u32(), last = fields.u32();
        fields.skip(8);
        if ((fields.u16() & 1) != 0 && first < kMaxColumn)
          hidden_columns_.add(first + 1, std::min(last, kMaxColumn) + 1);
        break;
      }
      case header_footer:
        fields.skip(2);
        for (int i = 0; i < 6 && fields.good(); i++) {
          const std::string text = plain_header(fields.text());
          if (!text.empty()) headers_ += text + "\n";
        }
        break;
      case hyperlink:
        fields.skip(16);
        fields.text();  // of the relationship
        for (int i = 0; i < 3 && fields.good(); i++) hint(fields.text());
        break;
      case validation: {
        fields.skip(4);
        const std::uint32_t ranges = fields.u32();
        fields.skip(size_t{ranges} * 16);
        for (int i = 0; i < 4 && fields.good(); i++) hint(fields.text());
        document_.emit(Place::form_field, sheet_, formula_strings(fields.rest()));
        break;
      }
      default:
        break;
    }
  }

  void finish() {
    grids_.finish();
    document_.emit(formula_place_, sheet_, formulas_);
    document_.emit(Place::header_footer, sheet_, headers_);
    document_.emit(Place::alt_text, sheet_, hints_);
  }

 private:
  void hint(const std::string& text) {
    if (!text.empty()) hints_ += text + "\n";
  }

  // 2.5.9: behind the column, the style in 24 bits, then the value.
  void cell(std::uint32_t type, RecordFields& fields) {
    if (cell_.row == 0) cell_.row = 1;
    const std::uint32_t style = fields.u32() & 0xFFFFFF;
    const bool unseen = row_hidden_ || hidden_columns_.has(cell_.column);
    const CellGrids::Seen seen = unseen ? CellGrids::Seen::hidden : CellGrids::Seen::shown;
    switch (type) {
      case cell_rk:
        number(seen, style, fields.rk());
        break;
      case cell_real:
      case formula_number:
        number(seen, style, fields.real());
        break;
      case cell_bool:
      case formula_bool:
        grids_.put(seen, cell_, fields.u8() != 0 ? "TRUE" : "FALSE");
        break;
      case cell_error:
      case formula_error:
        grids_.put(seen, cell_, xls::error_text(fields.u8()));
        break;
      case cell_shared:
        grids_.put(seen, cell_, strings_.show(fields.u32()));
        break;
      case cell_rich_text:
        fields.skip(1);
        grids_.put(seen, cell_, fields.text());
        break;
      default:
        grids_.put(seen, cell_, fields.text());
        break;
    }
    if (type < formula_text || type > formula_error) return;
    const std::string texts = formula_strings(fields.rest());
    if (texts.empty()) return;
    formulas_.append(format_cell(cell_)).append(": ").append(texts).append(1, '\n');
    if (formulas_.size() < kGridBlockBytes) return;
    document_.emit(formula_place_, sheet_, formulas_);
    formulas_.clear();
  }

  void number(CellGrids::Seen seen, std::uint32_t style, double value) {
    const std::string stored = shortest(value);
    const NumberFormat* const format = styles_.format(style);
    grids_.put_number(seen, cell_, stored, value, format ? *format : NumberFormat(), styles_.dates_1904);
  }

  Document& document_;
  const std::string sheet_;
  const Place formula_place_;
  SharedStrings& strings_;
  const CellStyles& styles_;
  CellGrids grids_;
  CellRef cell_;
  bool row_hidden_ = false;
  HiddenColumns hidden_columns_;
  std::string formulas_;
  std::string headers_;
  std::string hints_;
};

}  // namespace

WorkbookParts read_binary_workbook(Document& document, const std::string& part) {
  WorkbookParts out;
  std::string names;
  scan_records(document, part, [&](std::uint32_t type, std::string_view payload) {
    RecordFields fields(payload);
    if (type == bundle_sheet) {
      SheetEntry sheet;
      sheet.hidden = fields.u32() != 0;
      fields.skip(4);
      sheet.id = fields.text();
      sheet.name = fields.text();
      out.sheets.push_back(std::move(sheet));
    } else if (type == workbook_properties) {
      out.dates_1904 = (fields.u32() & 1) != 0;
    } else if (type == defined_name) {
      fields.skip(9);  // flags, shortcut, sheet
      names += fields.text();
      const std::uint32_t tokens = fields.u32();
      names += " = " + formula_strings(fields.rest().substr(0, tokens));
      fields.skip(tokens);
      const std::uint32_t extra = fields.u32();
      fields.skip(extra);
      names += fields.text() + "\n";
    }
  });
  std::string titles;
  for (const SheetEntry& sheet : out.sheets) titles += sheet.name + "\n";
  document.emit(Place::cell, "sheet names", titles);
  document.emit(Place::defined_name, "", names);
  return out;
}

void read_binary_strings(Document& document, const std::string& part, SharedStrings& strings) {
  strings.begin(document);
  scan_records(document, part, [&](std::uint32_t type, std::string_view payload) {
    if (type != shared_item) return;
    RecordFields fields(payload);
    fields.skip(1);
    strings.add(fields.text());
  });
  strings.finish();
}

void read_binary_styles(Document& document, const std::string& part, CellStyles& styles) {
  bool in_cells = false;
  scan_records(document, part, [&](std::uint32_t type, std::string_view payload) {
    RecordFields fields(payload);
    if (type == number_format) {
      const unsigned id = fields.u16();
      styles.add_format(id, fields.text());
    } else if (type == begin_cell_formats || type == end_cell_formats) {
      in_cells = type == begin_cell_formats;
    } else if (type == cell_format && in_cells) {
      fields.skip(2);
      styles.add_style(fields.u16());
    }
  });
}

void read_binary_sheet(Document& document, const std::string& part, const std::string& sheet, Place place,
                       SharedStrings& strings, const CellStyles& styles) {
  BinarySheet reader(document, sheet, place, strings, styles);
  scan_records(document, part, [&](std::uint32_t type, std::string_view payload) { reader.record(type, payload); });
  reader.finish();
}

void read_binary_comments(Document& document, const std::string& part, const std::string& sheet) {
  std::vector<std::string> authors;
  std::string ref, text;
  scan_records(document, part, [&](std::uint32_t type, std::string_view payload) {
    RecordFields fields(payload);
    if (type == comment_author) {
      authors.push_back(fields.text());
    } else if (type == begin_comment) {
      const std::uint32_t author = fields.u32(), row = fields.u32();
      fields.skip(4);
      const std::uint32_t column = fields.u32();
      ref = format_cell({std::min(row, kMaxRow - 1) + 1, std::min(column, kMaxColumn - 1) + 1});
      text = author < authors.size() ? authors[author] + ": " : "";
    } else if (type == comment_text) {
      fields.skip(1);
      text += fields.text();
    } else if (type == end_comment) {
      document.emit(Place::comment, sheet + "!" + ref, text);
    }
  });
}

void read_binary_rest(Document& document, const std::string& part, Place place) {
  std::string out;
  scan_records(document, part, [&](std::uint32_t, std::string_view payload) {
    out += record_strings(payload);
    if (out.size() < kGridBlockBytes) return;
    document.emit(place, "", out);
    out.clear();
  });
  document.emit(place, "", out);
}

}  // namespace postern::extract::ooxml
