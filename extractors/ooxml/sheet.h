// The cells of one worksheet, its shared strings and cell styles (ECMA-376 part 1, 18.3, 18.4, 18.8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/ooxml/document.h"
#include "extractors/ooxml/grid.h"

namespace postern::extract::ooxml {

// Bytes of shared strings kept in memory: twice the text that is ever given out.
inline constexpr size_t kMaxSharedStringBytes = 128 << 20;

class SharedStrings {
 public:
  void read(Document& document, const std::string& part);
  // Marks it as shown. Empty when there is no such string.
  std::string_view show(size_t index);
  // Those that were never shown, a line each.
  std::string unused() const;

  // Handler of the scanner.
  void start(XmlTag tag, const XmlAttributes&, std::string_view);
  void end(XmlTag tag);
  void text(std::string_view text) {
    if (in_text_) bytes_ += text;
  }
  bool stopped() const;

 private:
  Document* document_ = nullptr;  // while reading
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
  std::vector<bool> shown_;
  bool in_text_ = false;
  bool phonetic_ = false;
};

// Which cell formats show a date or a time.
class CellStyles {
 public:
  void read(Document& document, const std::string& part);
  bool is_date(size_t style) const { return style < dates_.size() && dates_[style]; }
  // The section of number_format.h by which the style shows integers; "" when it shows them as they are.
  std::string_view digits(size_t style) const { return style < digits_.size() ? std::string_view(digits_[style]) : ""; }

  bool dates_1904 = false;

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view);
  void end(XmlTag tag);
  void text(std::string_view) {}
  bool stopped() const { return false; }

 private:
  struct Format {
    unsigned id = 0;
    bool is_date = false;
    std::string digits;
  };
  std::vector<Format> custom_;
  std::vector<bool> dates_;
  std::vector<std::string> digits_;
  bool in_formats_ = false;
};

// A stored number as a reader of the cell would want it: integers in all their digits, others with the
// 15 digits that Excel keeps (the file's 17 are an artefact).
std::string plain_number(std::string_view stored);
// A serial number as date and time, "2024-02-29" or "2024-02-29 13:30:00"; "" when it is none.
std::string format_serial(std::string_view stored, bool dates_1904);

class SheetReader {
 public:
  SheetReader(Document& document, const std::string& sheet, Place place, SharedStrings& strings,
              const CellStyles& styles);

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view);
  void end(XmlTag tag);
  void text(std::string_view text) {
    if (to_ != nullptr) *to_ += text;
  }
  bool stopped() const { return document_.stopped(); }
  void finish();

 private:
  enum class Kind { number, shared, inline_text, text, boolean, error };
  void begin_cell(const XmlAttributes& attributes);
  void end_cell();
  bool column_hidden(std::uint32_t column) const;

  Document& document_;
  const std::string sheet_;
  SharedStrings& strings_;
  const CellStyles& styles_;
  Grid shown_;
  Grid hidden_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> hidden_columns_;
  CellRef cell_;
  Kind kind_ = Kind::number;
  size_t style_ = 0;
  std::string value_;
  std::string formula_;
  std::string formulas_;
  std::string headers_;
  std::string hints_;  // texts that validations and links show
  std::string* to_ = nullptr;
  bool row_hidden_ = false;
  bool phonetic_ = false;
};

}  // namespace postern::extract::ooxml
