// Cells and what decides how they look.
#include "extractors/archive/bytes.h"
#include "extractors/xls/book.h"
#include "extractors/xls/formula.h"
#include "extractors/xls/text_codes.h"

namespace postern::extract::xls {

void Book::cells(const Record& record, PieceReader& in) {
  const unsigned id = record.id;
  switch (id) {
    case kLabelSst:
    case kLabel:
    case kLabel2:
    case kRString:
    case kNumber:
    case kNumber2:
    case kInteger2:
    case kRk:
    case kMulRk:
    case kBoolErr:
    case kBoolErr2:
    case kFormula:
    case kFormula3:
    case kFormula4:
      break;
    case kString:
    case kString2: {
      const std::string value = text(in, biff_ == 2 ? 1 : 2);
      computed_.kept(value);
      put_text(context().formula_row, context().formula_column, value, context().formula_style);
      return;
    }
    default:
      return;
  }
  const auto row = static_cast<std::uint32_t>(in.number(2));
  const auto column = static_cast<std::uint32_t>(in.number(2));
  unsigned style = 0;
  if (biff_ == 2) {
    style = static_cast<unsigned>(in.number(1) & 0x3F);
    in.skip(2);
  } else {
    style = static_cast<unsigned>(in.number(2));
  }
  switch (id) {
    case kLabelSst: {
      const auto index = static_cast<size_t>(in.number(4));
      if (index < strings_.size()) {
        used_[index] = true;
        put_text(row, column, strings_[index], style);
      }
      break;
    }
    case kLabel:
    case kLabel2:
    case kRString:
      put_text(row, column, text(in, biff_ == 2 ? 1 : 2), style);
      break;
    case kNumber:
    case kNumber2:
      put_number(row, column, real_number(in.number(8)), style);
      break;
    case kInteger2:
      put_number(row, column, static_cast<double>(in.number(2)), style);
      break;
    case kRk:
      put_number(row, column, rk_number(static_cast<std::uint32_t>(in.number(4))), style);
      break;
    case kMulRk:
      many_numbers(record, row, column);
      break;
    case kBoolErr:
    case kBoolErr2: {
      const auto value = static_cast<unsigned>(in.number(1));
      put(row, column, in.number(1) == 0 ? (value != 0 ? "TRUE" : "FALSE") : error_text(value));
      break;
    }
    default:
      formula(record, in, row, column, style);
      break;
  }
}

void Book::many_numbers(const Record& record, std::uint32_t row, std::uint32_t column) {
  constexpr size_t kFirst = 4, kEach = 6, kLast = 2;
  const std::string_view data = record.first();
  for (size_t at = kFirst; at + kEach + kLast <= data.size(); at += kEach) {
    put_number(row, column++, rk_number(le32(data, at + 2)), le16(data, at));
  }
}

void Book::formula(const Record& record, PieceReader& in, std::uint32_t row, std::uint32_t column, unsigned style) {
  Context& now = context();
  now.formula_row = row;
  now.formula_column = column;
  now.formula_style = style;
  const std::uint64_t result = in.number(8);
  std::string kept;  // a number; other results are put as they are, or come behind it
  if (result >> 48 == 0xFFFF && biff_ > 2) {
    const unsigned value = result >> 16 & 0xFF;
    switch (result & 0xFF) {
      case 1:
        put(row, column, value != 0 ? "TRUE" : "FALSE");
        break;
      case 2:
        put(row, column, error_text(value));
        break;
      default:
        break;  // text, in the next record
    }
  } else {
    put_number(row, column, real_number(result), style);
    kept = ooxml::plain_number(real_number(result));
  }
  // [MS-XLS] 2.4.127: flags and, from BIFF5 on, a cache of four bytes stand before the tokens.
  const size_t at = biff_ == 2 ? 7 + 8 + 1 : biff_ < 5 ? 6 + 8 + 2 : 6 + 8 + 6;
  const std::string_view data = record.first();
  const unsigned width = biff_ == 2 ? 1 : 2;
  if (at + width > data.size()) return;
  const std::string written =
      formula_text(data.substr(at + width, le_at(data, at, width)), {biff_, code_page_, &linked_sheets_, &names_});
  if (written.empty()) return;
  now.formulas += cell_name(row, column) + " =" + written + "\n";
  if (now.kind != Substream::sheet) return;
  const Place place = now.hidden ? Place::hidden_sheet : in_hidden_cells(row, column) ? Place::hidden_row : Place::cell;
  computed_.formula({row + 1, column + 1}, written, kept, place);
}

void Book::shared_strings(PieceReader& in) {
  in.skip(4);
  const std::uint64_t count = in.number(4);
  for (std::uint64_t i = 0; i < count && !in.at_end(); i++) {
    if ((i & 0xFFF) == 0 && reading_.stopped()) return;
    strings_.push_back(in.string(2));
  }
  used_.assign(strings_.size(), false);
}

void Book::format(PieceReader& in, unsigned record) {
  unsigned id = 0;
  if (record == kFormat2) {  // BIFF2 and 3 number them by their order
    id = next_format_++;
  } else {
    id = static_cast<unsigned>(in.number(2));
    if (biff_ == 4) id = next_format_++;
  }
  std::string code = text(in, biff_ == 8 ? 2 : 1);
  reading_.emit(Place::attribute, "formats of numbers", ooxml::format_words(code));
  formats_.add_format(id, std::move(code));
}

void Book::row(PieceReader& in) {
  const auto number = static_cast<std::uint32_t>(in.number(2));
  in.skip(10);
  if ((in.number(2) & 0x20) != 0) context().hidden_rows.insert(number);
}

void Book::column_info(PieceReader& in) {
  const auto first = static_cast<std::uint32_t>(in.number(2)), last = static_cast<std::uint32_t>(in.number(2));
  in.skip(4);
  constexpr size_t kMostRanges = 256;  // as many as BIFF has columns
  if ((in.number(2) & 1) != 0 && context().hidden_columns.size() < kMostRanges) {
    context().hidden_columns.emplace_back(first, last);
  }
}

}  // namespace postern::extract::xls
