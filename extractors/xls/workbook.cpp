#include "extractors/xls/workbook.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"
#include "extractors/xls/book.h"
#include "extractors/xls/text_codes.h"

namespace postern::extract::xls {

namespace {

using As = ooxml::ComputedCells::As;

class ToReading final : public Emitter {
 public:
  explicit ToReading(ole::Reading& reading) : reading_(reading) {}
  void emit(Place place, std::string_view at, std::string_view text) override { reading_.emit(place, at, text); }

 private:
  ole::Reading& reading_;
};

}  // namespace

void Book::read() {
  bool left_over = false;
  while (std::optional<Record> record = records_.next()) {
    if (reading_.stopped()) break;
    const unsigned id = record->id;
    // Behind the last sheet programs leave what stood there before.
    left_over = contexts_.empty() && record->at > 0 && sheets_.lower_bound(record->at) == sheets_.end();
    if (id == 0x0009 || id == 0x0209 || id == 0x0409 || id == 0x0809) {
      begin(*record);
      continue;
    }
    if (id == kEof) {
      close();
      continue;
    }
    dispatch(*record);
  }
  while (!contexts_.empty()) close();
  ToReading out(reading_);
  if (computed_.finish(out)) reading_.sink().fact("formulas-not-computed");
  std::string unused;
  for (size_t i = 0; i < strings_.size(); i++) {
    if (!used_[i] && !strings_[i].empty()) unused += strings_[i] + "\n";
  }
  reading_.emit(Place::hidden_text, "shared strings that no cell shows", unused);
  if (records_.cut() && !left_over) reading_.damaged("its last record is cut short");
}

Context& Book::context() {
  if (contexts_.empty()) open(Substream::sheet, {"Sheet", false});
  return contexts_.back();
}

void Book::open(Substream kind, const SheetInfo& sheet) {
  Context& made = contexts_.emplace_back();
  made.kind = kind;
  made.sheet = quote_sheet(sheet.name);
  made.hidden = sheet.hidden;
  if (kind == Substream::sheet) computed_.begin_sheet(made.sheet);
  Place place = sheet.hidden ? Place::hidden_sheet : Place::cell;
  if (kind == Substream::chart) place = Place::chart;
  if (kind == Substream::macro) place = Place::macro;
  made.shown.emplace(reading_, place, made.sheet);
  made.unseen.emplace(reading_, sheet.hidden || kind != Substream::sheet ? place : Place::hidden_row, made.sheet);
}

void Book::begin(const Record& record) {
  const unsigned version = le16(record.first(), 0);
  const unsigned type = le16(record.first(), 2);
  switch (record.id) {
    case 0x0009:
      biff_ = 2;
      break;
    case 0x0209:
      biff_ = 3;
      break;
    case 0x0409:
      biff_ = 4;
      break;
    default:
      biff_ = version == 0x0600 ? 8 : 5;
      break;
  }
  Substream kind = Substream::other;
  if (type == 0x0005 || type == 0x0100) kind = Substream::globals;
  if (type == 0x0010) kind = Substream::sheet;
  if (type == 0x0020) kind = Substream::chart;
  if (type == 0x0040) kind = Substream::macro;
  SheetInfo sheet{contexts_.empty() ? "Sheet" : std::string(), false};
  if (const auto known = sheets_.find(record.at); known != sheets_.end()) {
    sheet = known->second;
    reading_.emit(sheet.hidden               ? Place::hidden_sheet
                  : kind == Substream::chart ? Place::chart
                                             : Place::cell,
                  "", sheet.name);
  } else if (!contexts_.empty() && contexts_.back().kind != Substream::globals) {
    open(kind, {contexts_.back().sheet, contexts_.back().hidden});
    contexts_.back().sheet = contexts_[contexts_.size() - 2].sheet;
    return;
  }
  constexpr size_t kMostNesting = 16;
  if (contexts_.size() < kMostNesting) open(kind, sheet);
}

void Book::close() {
  if (contexts_.empty()) return;
  Context& now = contexts_.back();
  now.shown->flush();
  now.unseen->flush();
  reading_.emit(now.kind == Substream::macro ? Place::macro : Place::formula, now.sheet, now.formulas);
  contexts_.pop_back();
}

std::string Book::text(PieceReader& in, unsigned width) {
  if (biff_ == 8) return in.string(width);
  const std::uint64_t count = in.number(width);
  std::string bytes;
  for (std::uint64_t i = 0; i < count && !in.at_end(); i++) bytes.push_back(static_cast<char>(in.number(1)));
  return bytes_text(bytes);
}

void Book::put(std::uint32_t row, std::uint32_t column, std::string_view value) {
  if (value.empty()) return;
  Context& now = context();
  if (now.kind == Substream::sheet) computed_.value({row + 1, column + 1}, value, As::text);
  (in_hidden_cells(row, column) ? *now.unseen : *now.shown).put(row, column, value);
}

// Formulas over the cell take it as it is stored.
void Book::put_text(std::uint32_t row, std::uint32_t column, std::string_view value, unsigned style) {
  if (value.empty()) return;
  Context& now = context();
  if (now.kind == Substream::sheet) computed_.value({row + 1, column + 1}, value, As::text);
  (in_hidden_cells(row, column) ? *now.unseen : *now.shown).put(row, column, formats_.show_text(value, style));
}

void Book::put_number(std::uint32_t row, std::uint32_t column, double value, unsigned style) {
  Context& now = context();
  if (now.kind == Substream::sheet) {
    computed_.value({row + 1, column + 1}, ooxml::plain_number(value), As::number);
  }
  const std::string shown = formats_.show(value, style);
  if (!shown.empty()) (in_hidden_cells(row, column) ? *now.unseen : *now.shown).put(row, column, shown);
}

bool Book::in_hidden_cells(std::uint32_t row, std::uint32_t column) {
  const Context& now = context();
  return now.hidden_rows.contains(row) ||
         std::any_of(now.hidden_columns.begin(), now.hidden_columns.end(),
                     [&](const auto& range) { return column >= range.first && column <= range.second; });
}

void Book::dispatch(const Record& record) {
  PieceReader in(record.pieces);
  switch (record.id) {
    case kSst:
      shared_strings(in);
      break;
    case kCodePage:
      code_page_ = le16(record.first(), 0);
      break;
    case kDateMode:
      formats_.dates_1904 = le16(record.first(), 0) == 1;
      break;
    case kFormat:
    case kFormat2:
      format(in, record.id);
      break;
    case kXf:
      in.skip(2);
      formats_.add_style(static_cast<unsigned>(in.number(2)));
      break;
    case kXf2:
      in.skip(2);
      formats_.add_style(static_cast<unsigned>(in.number(1) & 0x3F));
      break;
    case kXf3:
    case kXf4:
      in.skip(1);
      formats_.add_style(static_cast<unsigned>(in.number(1)));
      break;
    case kBoundSheet:
      bound_sheet(in);
      break;
    case kRow:
      row(in);
      break;
    case kColInfo:
      column_info(in);
      break;
    case kNote:
      note(record);
      break;
    case kObj:
      context().object_type = record.first().size() >= 6 ? le16(record.first(), 4) : 0;
      break;
    case kTxo:
      text_object(record);
      break;
    case kHeaderText:
    case kFooterText:
      reading_.emit(Place::header_footer, here(), plain_header(text(in, biff_ == 8 ? 2 : 1)));
      break;
    case kEvenHeaders:
      even_headers(in);
      break;
    case kName:
    case kName34:
      name(record);
      break;
    case kHlink:
      link(record);
      break;
    case kHlinkTip:
      if (record.first().size() > 10) {
        reading_.emit(Place::alt_text, here(), utf16le_to_utf8(until_nul16(record.first().substr(10))));
      }
      break;
    case kSupBook:
      external_book(in);
      break;
    case kExternSheet:
      if (biff_ == 8) {
        link_table(in);
      } else {
        // '\3' stands before a sheet of this book, ':' for add-ins.
        const std::string book = text(in, 1);
        if (!book.starts_with('\3')) reading_.emit(Place::link, "", external_path(book == ":" ? "" : book));
      }
      break;
    case kCrn:
      external_cells(in);
      break;
    case kSxString:
      reading_.emit(Place::connection, "", text(in, 2));
      break;
    case kDconn:
      reading_.emit(Place::connection, "", strings_in(record));
      break;
    case kWriteAccess:
      reading_.emit(Place::property, "lastUser", trimmed(text(in, biff_ == 8 ? 2 : 1)));
      break;
    case kFileSharing:
      in.skip(4);
      reading_.emit(Place::property, "writeReservedBy", text(in, biff_ == 8 ? 2 : 1));
      break;
    case kDv:
      validation(in);
      break;
    case kCondition:
    case kCondition12:
      condition(record);
      break;
    case kScenario:
      // Its name and who made it, its remark, the values.
      reading_.emit(context().hidden ? Place::hidden_sheet : Place::cell, here(), strings_in(record));
      break;
    case kStyle:
      style_name(in);
      break;
    case kMsoDrawing:
      drawing(record);
      break;
    case kSeriesText:
      in.skip(2);
      reading_.emit(Place::chart, here(), text(in, 1));
      break;
    default:
      cells(record, in);
      break;
  }
}

void Book::bound_sheet(PieceReader& in) {
  const auto offset = static_cast<size_t>(in.number(4));
  const bool hidden = (in.number(1) & 3) != 0;
  in.skip(1);
  if (sheets_.size() < kMostSheets) {
    sheet_names_.push_back(text(in, 1));
    sheets_[offset] = {sheet_names_.back(), hidden};
  } else {
    reading_.reached("its sheets reached the limit (" + std::to_string(kMostSheets) + ")");
  }
}

void read_book(std::string_view stream, ole::Reading& reading) {
  Book(stream, reading).read();
}

void read_pivot_cache(std::string_view stream, ole::Reading& reading) {
  RecordReader records(stream);
  const NumberFormats formats;
  std::string out;
  while (std::optional<Record> record = records.next()) {
    if (reading.stopped()) break;
    PieceReader in(record->pieces);
    if (record->id == kSxString) out += in.string(2) + "\n";
    if (record->id == kSxNum) out += formats.show(real_number(in.number(8)), 0) + "\n";
  }
  reading.emit(Place::pivot_cache, "", out);
}

}  // namespace postern::extract::xls
