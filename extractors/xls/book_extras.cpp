// What a workbook holds besides cells: comments, text boxes, headers, names, links, drawings.
#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"
#include "extractors/story/style_names.h"
#include "extractors/xls/book.h"
#include "extractors/xls/drawing.h"
#include "extractors/xls/formula.h"
#include "extractors/xls/text_codes.h"

namespace postern::extract::xls {

void Book::note(const Record& record) {
  PieceReader in(record.pieces);
  const auto row = static_cast<std::uint32_t>(in.number(2)), column = static_cast<std::uint32_t>(in.number(2));
  if (biff_ == 8) {
    in.skip(4);
    reading_.emit(Place::comment, here(row, column), in.string(2));  // its author
    return;
  }
  in.skip(2);
  const std::string_view data = record.first();
  const std::string part = bytes_text(data.substr(std::min<size_t>(6, data.size())));
  const bool goes_on = row == 0xFFFF;
  reading_.emit(Place::comment, goes_on ? here() : here(row, column), part);
}

void Book::text_object(const Record& record) {
  PieceReader in(record.pieces);
  in.skip(10);
  const std::uint64_t count = in.number(2);
  in.skip(record.first().size() - std::min<size_t>(12, record.first().size()));
  constexpr unsigned kNoteObject = 0x19;
  const bool is_note = context().object_type == kNoteObject;
  Place place = is_note ? Place::comment : Place::text_box;
  if (!is_note && context().kind == Substream::chart) place = Place::chart;
  if (record.pieces.size() > 1) reading_.emit(place, here(), in.characters(count, false));
}

void Book::even_headers(PieceReader& in) {
  in.skip(12 + 16 + 2);
  std::uint64_t sizes[4] = {};
  for (std::uint64_t& size : sizes) size = in.number(2);
  for (const std::uint64_t size : sizes) {
    if (size == 0) continue;
    reading_.emit(Place::header_footer, here(), plain_header(in.string(2)));
  }
}

void Book::name(const Record& record) {
  PieceReader in(record.pieces);
  const auto flags = static_cast<unsigned>(in.number(biff_ == 2 ? 1 : 2));
  if (biff_ < 3) return;
  in.skip(1);
  const std::uint64_t length = in.number(1);
  const std::uint64_t formula_size = in.number(2);
  if (biff_ >= 5) in.skip(8);
  std::string label;
  const bool builtin = (flags & 0x20) != 0;
  if (biff_ == 8) {
    label = in.string_of(length);
  } else {
    std::string bytes;
    for (std::uint64_t i = 0; i < length; i++) bytes.push_back(static_cast<char>(in.number(1)));
    label = bytes_text(bytes);
  }
  if (builtin) label = builtin_name(label);
  names_.push_back(label);
  std::string tokens;
  for (std::uint64_t i = 0; i < formula_size && !in.at_end(); i++) tokens.push_back(static_cast<char>(in.number(1)));
  const std::string written = formula_text(tokens, {biff_, code_page_, &linked_sheets_, &names_});
  reading_.emit(Place::defined_name, "", label + (written.empty() ? "" : " =" + written));
}

void Book::link(const Record& record) {
  std::string bytes;
  for (const std::string_view piece : record.pieces) bytes += piece;
  const auto row = le16(bytes, 0), column = le16(bytes, 4);
  for (const std::string& target : link_targets(bytes)) reading_.emit(Place::link, here(row, column), target);
}

void Book::external_book(PieceReader& in) {
  const std::uint64_t sheets = in.number(2);
  const std::uint64_t length = in.number(2);
  own_books_.push_back(length == 0x0401);
  if (length == 0x0401 || length == 0x3A01 || length == 0) return;  // this book itself, add-ins
  reading_.emit(Place::link, "", external_path(in.string_of(length)));
  std::string names;
  for (std::uint64_t i = 0; i < sheets && !in.at_end(); i++) names += in.string(2) + "\n";
  reading_.emit(Place::link, "", names);
}

void Book::link_table(PieceReader& in) {
  const std::uint64_t count = in.number(2);
  for (std::uint64_t i = 0; i < count && !in.at_end() && linked_sheets_.size() < kMostLinkedSheets; i++) {
    const std::uint64_t book = in.number(2), first = in.number(2);
    in.skip(2);
    const bool own = book < own_books_.size() && own_books_[book];
    linked_sheets_.push_back(own && first < sheet_names_.size() ? quote_sheet(sheet_names_[first]) : "");
  }
}

void Book::external_cells(PieceReader& in) {
  const auto last = static_cast<unsigned>(in.number(1)), first = static_cast<unsigned>(in.number(1));
  in.skip(2);
  std::string out;
  for (unsigned column = first; column <= last && !in.at_end(); column++) {
    if (!out.empty()) out += '\t';
    const std::uint64_t kind = in.number(1);
    if (kind == 2) {
      out += text(in, biff_ == 8 ? 2 : 1);
    } else {
      const std::uint64_t value = in.number(8);
      if (kind == 1) out += formats_.show(real_number(value), 0);
      if (kind == 4) out += (value & 0xFF) != 0 ? "TRUE" : "FALSE";
    }
  }
  reading_.emit(Place::cell, "values of linked workbooks", out);
}

void Book::validation(PieceReader& in) {
  in.skip(4);
  std::string out;
  for (unsigned i = 0; i < 4; i++) {
    const std::string hint = in.string(2);
    if (hint.size() > 1) out += hint + "\n";  // an empty one is a NUL
  }
  reading_.emit(Place::alt_text, here(), out);
  for (unsigned i = 0; i < 2; i++) {
    const std::uint64_t size = in.number(2);
    in.skip(2);
    std::string tokens;
    for (std::uint64_t k = 0; k < size && !in.at_end(); k++) tokens.push_back(static_cast<char>(in.number(1)));
    reading_.emit(Place::form_field, here(), formula_text(tokens, {biff_, code_page_, &linked_sheets_, &names_}));
    // An array, which Excel allows nowhere here and gnumeric writes: its values stand behind the formula.
    if (tokens.empty() || (tokens[0] & 0x1F) != 0 || tokens[0] == 0) continue;
    std::string rest;
    while (!in.at_end()) rest.push_back(static_cast<char>(in.number(1)));
    reading_.emit(Place::form_field, here(), strings_in({0, 0, {rest}}));
    return;
  }
}

// CF (2.4.42) ends with its formulas, of CF12 (2.4.43) they stand behind the looks.
void Book::condition(const Record& record) {
  constexpr size_t kFutureHeader = 12;
  std::string bytes;
  for (const std::string_view piece : record.pieces) bytes += piece;
  std::string_view rest = bytes;
  const bool is_newer = record.id == kCondition12;
  if (is_newer) rest.remove_prefix(std::min(kFutureHeader, rest.size()));
  const size_t sizes[] = {le16(rest, 2), le16(rest, 4)};
  size_t at = rest.size() - std::min(sizes[0] + sizes[1], rest.size());
  if (is_newer) {
    const size_t looks = le32(rest, 6);
    at = 10 + (looks == 0 ? 2 : looks);
  }
  for (const size_t size : sizes) {
    if (at > rest.size()) return;
    const std::string_view tokens = rest.substr(at, size);
    reading_.emit(Place::formula, here(), formula_text(tokens, {biff_, code_page_, &linked_sheets_, &names_}));
    at += size;
  }
}

void Book::style_name(PieceReader& in) {
  const bool is_builtin = (in.number(2) & 0x8000U) != 0;
  const std::string name = is_builtin ? std::string() : text(in, biff_ == 8 ? 2 : 1);
  if (!is_programs_style_name(name)) reading_.emit(Place::attribute, "", name);
}

void Book::drawing(const Record& record) {
  std::string joined;
  for (const std::string_view piece : record.pieces) joined += piece;
  const DrawingTexts texts = read_drawing(joined);
  reading_.emit(Place::text_box, here(), texts.word_art);
  reading_.emit(Place::alt_text, here(), texts.descriptions);
  reading_.emit(Place::attribute, here(), texts.names);
}

}  // namespace postern::extract::xls
