// Book: the state of reading one workbook stream, shared by the readers of its records (book_cells.cpp,
// book_extras.cpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extractors/ole/codepage.h"
#include "extractors/ole/reading.h"
#include "extractors/ooxml/computed_cells.h"
#include "extractors/xls/grid.h"
#include "extractors/xls/numbers.h"
#include "extractors/xls/records.h"

namespace postern::extract::xls {

inline constexpr size_t kMostSheets = 10'000;
inline constexpr size_t kMostLinkedSheets = 65'536;  // as many as an index of them reaches

enum RecordId : unsigned {
  kHeaderText = 0x0014,
  kFooterText = 0x0015,
  kExternSheet = 0x0017,
  kName = 0x0018,
  kName34 = 0x0218,
  kNote = 0x001C,
  kDateMode = 0x0022,
  kCodePage = 0x0042,
  kCrn = 0x005A,
  kFileSharing = 0x005B,
  kWriteAccess = 0x005C,
  kObj = 0x005D,
  kColInfo = 0x007D,
  kScenario = 0x00AF,
  kBoundSheet = 0x0085,
  kMulRk = 0x00BD,
  kRString = 0x00D6,
  kSxString = 0x00CD,
  kXf = 0x00E0,
  kXf2 = 0x0043,
  kXf3 = 0x0243,
  kXf4 = 0x0443,
  kMsoDrawing = 0x00EC,
  kSst = 0x00FC,
  kLabelSst = 0x00FD,
  kSupBook = 0x01AE,
  kTxo = 0x01B6,
  kHlink = 0x01B8,
  kCondition = 0x01B1,
  kDv = 0x01BE,
  kRow = 0x0208,
  kString = 0x0207,
  kString2 = 0x0007,
  kNumber = 0x0203,
  kNumber2 = 0x0003,
  kLabel = 0x0204,
  kLabel2 = 0x0004,
  kBoolErr = 0x0205,
  kBoolErr2 = 0x0005,
  kInteger2 = 0x0002,
  kFormula = 0x0006,
  kFormula3 = 0x0206,
  kFormula4 = 0x0406,
  kRk = 0x027E,
  kStyle = 0x0293,
  kFormat = 0x041E,
  kFormat2 = 0x001E,
  kHlinkTip = 0x0800,
  kDconn = 0x0876,
  kCondition12 = 0x087A,
  kEvenHeaders = 0x089C,
  kSeriesText = 0x100D,
  kEof = 0x000A,
  kSxNum = 0x00C9,
};

struct SheetInfo {
  std::string name;
  bool hidden = false;
};

enum class Substream { globals, sheet, chart, macro, other };

// What a BOF record opens.
struct Context {
  Substream kind = Substream::other;
  std::string sheet;  // quoted, as locator
  bool hidden = false;
  std::optional<CellGrid> shown, unseen;
  std::string formulas;
  std::set<std::uint32_t> hidden_rows;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> hidden_columns;
  unsigned object_type = 0;
  std::uint32_t formula_row = 0, formula_column = 0;
  unsigned formula_style = 0;
};

class Book {
 public:
  Book(std::string_view stream, ole::Reading& reading) : records_(stream), reading_(reading) {}

  void read();

 private:
  Context& context();
  void open(Substream kind, const SheetInfo& sheet);
  void begin(const Record& record);
  void close();
  std::string bytes_text(std::string_view bytes) const { return codepage_to_utf8(bytes, code_page_); }

  // A string in the manner of the version, behind a length of `width` bytes.
  std::string text(PieceReader& in, unsigned width);
  void put(std::uint32_t row, std::uint32_t column, std::string_view value);
  void put_text(std::uint32_t row, std::uint32_t column, std::string_view value, unsigned style);
  void put_number(std::uint32_t row, std::uint32_t column, double value, unsigned style);
  bool in_hidden_cells(std::uint32_t row, std::uint32_t column);
  std::string here() { return context().sheet; }
  std::string here(std::uint32_t row, std::uint32_t column) { return here() + "!" + cell_name(row, column); }

  void dispatch(const Record& record);
  void cells(const Record& record, PieceReader& in);
  void many_numbers(const Record& record, std::uint32_t row, std::uint32_t column);
  void formula(const Record& record, PieceReader& in, std::uint32_t row, std::uint32_t column, unsigned style);
  void shared_strings(PieceReader& in);
  void format(PieceReader& in, unsigned record);
  void bound_sheet(PieceReader& in);
  void row(PieceReader& in);
  void column_info(PieceReader& in);
  void note(const Record& record);
  void text_object(const Record& record);
  void even_headers(PieceReader& in);
  void name(const Record& record);
  void link(const Record& record);
  void external_book(PieceReader& in);
  // 2.4.105: what references to other sheets mean by their number.
  void link_table(PieceReader& in);
  void external_cells(PieceReader& in);
  void validation(PieceReader& in);
  void condition(const Record& record);
  void style_name(PieceReader& in);
  void drawing(const Record& record);

  RecordReader records_;
  ole::Reading& reading_;
  unsigned biff_ = 8;
  unsigned code_page_ = 1252;
  unsigned next_format_ = 0;
  NumberFormats formats_;
  std::vector<std::string> strings_;
  std::vector<bool> used_;
  std::map<size_t, SheetInfo> sheets_;  // by the place of their BOF record
  std::vector<std::string> sheet_names_;
  std::vector<bool> own_books_;
  std::vector<std::string> linked_sheets_;
  std::vector<std::string> names_;
  std::vector<Context> contexts_;
  ooxml::ComputedCells computed_;
};

}  // namespace postern::extract::xls
