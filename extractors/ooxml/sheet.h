// The cells of one worksheet, its shared strings and cell styles (ECMA-376 part 1, 18.3, 18.4, 18.8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extractors/ooxml/computed_cells.h"
#include "extractors/ooxml/document.h"
#include "extractors/ooxml/grid.h"
#include "extractors/ooxml/number_format.h"
#include "extractors/wrapper/drawn_squares.h"

namespace postern::extract::ooxml {

// Bytes of shared strings kept in memory: twice the text that is ever given out.
inline constexpr size_t kMaxSharedStringBytes = 128 << 20;

class SharedStrings {
 public:
  void read(Document& document, const std::string& part);
  // The same by hand: begin, add each string in its order, finish.
  void begin(Document& document) { document_ = &document; }
  void add(std::string_view text);
  void finish();
  // Marks it as shown. Empty when there is no such string.
  std::string_view show(size_t index);
  // Those that were never shown, a line each.
  std::string unused() const;
  // How to pronounce them, where the file says it (18.4.6), a line each.
  const std::string& readings() const { return readings_; }

  // Handler of the scanner.
  void start(XmlTag tag, const XmlAttributes&, std::string_view);
  void end(XmlTag tag);
  void text(std::string_view text) {
    if (in_text_) (phonetic_ ? readings_ : bytes_) += text;
  }
  bool stopped() const;

 private:
  Document* document_ = nullptr;  // while reading
  std::string bytes_;
  std::string readings_;
  std::vector<std::uint32_t> ends_;
  std::vector<bool> shown_;
  bool in_text_ = false;
  bool phonetic_ = false;
};

// How the cell formats show numbers.
class CellStyles {
 public:
  void read(Document& document, const std::string& part);
  // Null for a style that shows numbers as they are.
  const NumberFormat* format(size_t style) const {
    if (style >= styles_.size()) return nullptr;
    const NumberFormat& found = formats_[styles_[style]];
    return found.general() ? nullptr : &found;
  }

  // What a style fills the cell with.
  enum class Ground : std::uint8_t { none, dark, light };
  Ground ground(size_t style) const {
    const size_t fill = style < style_fills_.size() ? style_fills_[style] : 0;
    return fill < fills_.size() ? fills_[fill] : Ground::none;
  }

  bool dates_1904 = false;

  // What a part of styles says, in any notation: formats of its own, then the styles in their order.
  void add_format(unsigned id, std::string_view code);
  void add_style(unsigned format);

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view);
  void end(XmlTag tag);
  void text(std::string_view) {}
  bool stopped() const { return false; }

 private:
  std::vector<NumberFormat> formats_;
  std::unordered_map<unsigned, size_t> by_id_;  // index into formats_
  std::vector<size_t> styles_;                  // index into formats_
  std::vector<size_t> style_fills_;             // of a style: index into fills_
  std::vector<Ground> fills_;
  bool in_fills_ = false;
  std::string names_;         // of styles that somebody made, a line each
  std::string format_words_;  // of formats of numbers, a line each
  bool in_formats_ = false;
};

// The hidden columns of a sheet; asked for each cell.
class HiddenColumns {
 public:
  void add(std::uint32_t first, std::uint32_t last) {
    if (ranges_++ >= kMaxColumn) return;  // honest sheets have no more
    columns_.resize(kMaxColumn + 1);
    for (std::uint32_t i = first; i <= last && i <= kMaxColumn; i++) columns_[i] = true;
  }
  bool has(std::uint32_t column) const { return column < columns_.size() && columns_[column]; }

 private:
  std::vector<bool> columns_;
  std::uint32_t ranges_ = 0;
};

// Cells of a sheet as they are shown, and once more in full where a format shows them otherwise.
class CellGrids {
 public:
  CellGrids(Emitter& out, Place place, const std::string& sheet)
      : shown_(out, place, sheet),
        hidden_(out, place == Place::cell ? Place::hidden_row : place, sheet),
        shown_in_full_(out, place, sheet),
        hidden_in_full_(out, place == Place::cell ? Place::hidden_row : place, sheet) {}

  enum class Seen { shown, hidden };
  void put(Seen seen, CellRef cell, std::string_view text) { (seen == Seen::shown ? shown_ : hidden_).put(cell, text); }
  // `stored` is the number as the file has it, `value` the same.
  void put_number(Seen seen, CellRef cell, std::string_view stored, double value, const NumberFormat& format,
                  bool dates_1904);
  void finish();

 private:
  Grid shown_, hidden_;
  Grid shown_in_full_, hidden_in_full_;
};

class SheetReader {
 public:
  // All references must outlive the reader, the styles also `computed`.
  SheetReader(Document& document, const std::string& sheet, Place place, SharedStrings& strings,
              const CellStyles& styles, ComputedCells& computed);

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view);
  void end(XmlTag tag);
  void text(std::string_view text) {
    if (to_ != nullptr) *to_ += text;
  }
  bool stopped() const { return document_.stopped(); }
  void finish();

 private:
  enum class Kind { number, shared, inline_text, text, boolean, error };
  void clean_header();
  void begin_cell(const XmlAttributes& attributes);
  void end_cell();
  void end_formula();
  void put_text(CellGrids::Seen seen, std::string_view text);
  // What the cell holds, as its formulas see it.
  std::string_view stored_value();

  Document& document_;
  const std::string sheet_;
  SharedStrings& strings_;
  const CellStyles& styles_;
  ComputedCells& computed_;
  CellGrids grids_;
  HiddenColumns hidden_columns_;
  DrawnSquares squares_;  // cells that are filled
  CellRef cell_;
  Kind kind_ = Kind::number;
  size_t style_ = 0;
  std::string value_;
  std::string formula_;
  std::string formulas_;
  std::string headers_;
  std::string hints_;       // texts that validations and links show
  std::string choices_;     // lists of validations, values of filters
  std::string conditions_;  // formulas and texts of conditional formats, sources of sparklines
  std::string readings_;    // of texts that stand in cells themselves
  size_t header_begin_ = 0;
  std::string* to_ = nullptr;
  const Place place_;
  const bool macros_;  // a sheet of Excel 4 macros
  bool row_hidden_ = false;
  bool phonetic_ = false;
};

// A header or footer as it is printed, its sections parted by tabs.
std::string plain_header(std::string_view code);

}  // namespace postern::extract::ooxml
