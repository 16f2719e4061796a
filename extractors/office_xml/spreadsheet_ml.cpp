#include "extractors/office_xml/spreadsheet_ml.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "extractors/office_xml/scan.h"
#include "extractors/ooxml/grid.h"
#include "extractors/ooxml/number_format.h"
#include "extractors/ooxml/sheet.h"
#include "extractors/story/style_names.h"

namespace postern::extract::office_xml {

namespace {

using ooxml::CellGrids;
using ooxml::CellRef;
using ooxml::kMaxColumn;
using ooxml::kMaxRow;
using ooxml::NumberFormat;

constexpr size_t kMaxStyles = 65'536;
constexpr size_t kMaxSheets = 100'000;
constexpr size_t kMaxRest = 1 << 20;  // of what no element of the format holds

// clang-format off
#define POSTERN_SPREADSHEET_ML_NAMES(X) \
  X(ss_Style, "ss:Style") X(ss_NumberFormat, "ss:NumberFormat") X(ss_NamedRange, "ss:NamedRange") \
  X(ss_Worksheet, "ss:Worksheet") X(ss_Table, "ss:Table") X(ss_Column, "ss:Column") X(ss_Row, "ss:Row") \
  X(ss_Cell, "ss:Cell") X(ss_Data, "ss:Data") X(ss_Comment, "ss:Comment") X(x_PhoneticText, "x:PhoneticText") \
  X(x_Visible, "x:Visible") X(x_Header, "x:Header") X(x_Footer, "x:Footer") X(x_DataValidation, "x:DataValidation") \
  X(x_WorksheetOptions, "x:WorksheetOptions") X(x_ExcelWorkbook, "x:ExcelWorkbook") X(x_Value, "x:Value") \
  X(x_InputTitle, "x:InputTitle") X(x_InputMessage, "x:InputMessage") X(x_ErrorTitle, "x:ErrorTitle") \
  X(x_ErrorMessage, "x:ErrorMessage") X(x_Value1, "x:Value1") X(x_Value2, "x:Value2") \
  X(o_properties, "o:DocumentProperties") X(o_custom, "o:CustomDocumentProperties")
// clang-format on

enum Name : XmlTag {
  unknown = kUnknownTag,
#define POSTERN_SPREADSHEET_ML_ENUM(id, name) id,
  POSTERN_SPREADSHEET_ML_NAMES(POSTERN_SPREADSHEET_ML_ENUM)
#undef POSTERN_SPREADSHEET_ML_ENUM
};

const XmlVocabulary& vocabulary() {
  static const XmlVocabulary instance({{"urn:schemas-microsoft-com:office:spreadsheet", "ss"},
                                       {"urn:schemas-microsoft-com:office:excel", "x"},
                                       {"urn:schemas-microsoft-com:office:office", "o"}},
                                      {
#define POSTERN_SPREADSHEET_ML_STRING(id, name) name,
                                          POSTERN_SPREADSHEET_ML_NAMES(POSTERN_SPREADSHEET_ML_STRING)
#undef POSTERN_SPREADSHEET_ML_STRING
                                      });
  return instance;
}

std::uint32_t to_count(std::string_view text, std::uint32_t otherwise) {
  std::uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : otherwise;
}

// The names that the format gives to the formats of every workbook; others are codes.
NumberFormat format_of(const std::string& name) {
  static const std::unordered_map<std::string, std::string> kNamed = {{"General Number", ""},
                                                                      {"General Date", "m/d/yyyy h:mm"},
                                                                      {"Long Date", "dddd, mmmm d, yyyy"},
                                                                      {"Medium Date", "d-mmm-yy"},
                                                                      {"Short Date", "m/d/yyyy"},
                                                                      {"Long Time", "h:mm:ss AM/PM"},
                                                                      {"Medium Time", "h:mm AM/PM"},
                                                                      {"Short Time", "h:mm"},
                                                                      {"Currency", "\"$\"#,##0.00"},
                                                                      {"Euro Currency", "[$€-2] #,##0.00"},
                                                                      {"Fixed", "0.00"},
                                                                      {"Standard", "#,##0.00"},
                                                                      {"Percent", "0.00%"},
                                                                      {"Scientific", "0.00E+00"},
                                                                      {"Yes/No", "\"Yes\";\"Yes\";\"No\""},
                                                                      {"True/False", "\"True\";\"True\";\"False\""},
                                                                      {"On/Off", "\"On\";\"On\";\"Off\""}};
  const auto found = kNamed.find(name);
  const std::string& code = found == kNamed.end() ? name : found->second;
  return code.empty() ? NumberFormat() : NumberFormat(code);
}

// "2024-02-29T13:30:00.000" as a serial number.
std::optional<double> serial_of(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%lf", &year, &month, &day, &hour, &minute, &second) < 3 ||
      month < 1 || month > 12 || year < 1) {
    return std::nullopt;
  }
  // Days of the Gregorian calendar, counted from March; 1899-12-30 is day 0.
  const int y = month > 2 ? year : year - 1;
  const int m = month > 2 ? month - 3 : month + 9;
  const int days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1;
  constexpr int kDayZero = 693'899;
  return days - kDayZero + (hour * 3600 + minute * 60 + second) / 86'400;
}

// Which sheets are hidden: it stands behind their cells.
class Visibility {
 public:
  explicit Visibility(Teller& teller) : teller_(teller) {}
  void start(XmlTag tag, const XmlAttributes&, std::string_view) {
    if (tag == ss_Worksheet && hidden.size() < kMaxSheets) hidden.push_back(false);
    in_visible_ = tag == x_Visible;
  }
  void end(XmlTag) { in_visible_ = false; }
  void text(std::string_view text) {
    if (in_visible_ && !hidden.empty() && text.find("Hidden") != std::string_view::npos) hidden.back() = true;
  }
  bool stopped() const { return teller_.stopped(); }

  std::vector<bool> hidden;

 private:
  Teller& teller_;
  bool in_visible_ = false;
};

class BookReader final : public Emitter {
 public:
  BookReader(Teller& teller, std::vector<bool> hidden) : teller_(teller), hidden_(std::move(hidden)) {}

  void emit(Place place, std::string_view at, std::string_view text) override { teller_.tell(place, at, text); }

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
    switch (tag) {
      case ss_Style:
        style_ = attributes.get("ID");
        if (!is_programs_style_name(attributes.get("Name"))) teller_.tell(Place::attribute, "", attributes.get("Name"));
        break;
      case ss_NumberFormat:
        if (styles_.size() < kMaxStyles) styles_.insert_or_assign(style_, format_of(attributes.get("Format")));
        break;
      case ss_NamedRange:
        names_ += attributes.get("Name") + " " + attributes.get("RefersTo") + '\n';
        break;
      case ss_Worksheet:
        begin_sheet(attributes.get("Name"));
        break;
      case ss_Column:
        column(attributes);
        break;
      case ss_Row:
        cell_ = {std::min(to_count(attributes.raw("Index"), cell_.row + 1), kMaxRow), 0};
        row_hidden_ = attributes.raw("Hidden") == "1";
        row_span_ = to_count(attributes.raw("Span"), 0);
        break;
      case ss_Cell:
        begin_cell(attributes);
        break;
      case ss_Data:
        to_ = in_comment_ ? &comment_ : &value_;
        if (!in_comment_) type_ = attributes.get("Type");
        break;
      case ss_Comment:
        in_comment_ = true;
        comment_ = attributes.get("Author");
        if (!comment_.empty()) comment_ += ": ";
        break;
      case x_PhoneticText:
        to_ = &readings_;
        break;
      case x_Header:
      case x_Footer:
        headers_ += ooxml::plain_header(attributes.get("Data")) + '\n';
        break;
      case x_DataValidation:
        in_validation_ = true;
        break;
      case x_Value:
      case x_Value1:
      case x_Value2:
        to_ = in_validation_ ? &choices_ : &conditions_;
        break;
      case x_InputTitle:
      case x_InputMessage:
      case x_ErrorTitle:
      case x_ErrorMessage:
        to_ = &hints_;
        break;
      case x_WorksheetOptions:
      case x_ExcelWorkbook:
        in_settings_++;
        break;
      case o_properties:
      case o_custom:
        in_properties_ = true;
        has_own_names_ = tag == o_custom;
        break;
      default:
        if (in_properties_) {
          property_ = name.substr(name.find(':') + 1);
          to_ = &property_value_;
        }
        break;
    }
  }

  void end(XmlTag tag) {
    switch (tag) {
      case ss_Worksheet:
        end_sheet();
        break;
      case ss_Row:
        cell_.row = std::min(cell_.row + std::min(row_span_, kMaxRow), kMaxRow);
        break;
      case ss_Cell:
        end_cell();
        break;
      case ss_Comment:
        in_comment_ = false;
        teller_.tell(Place::comment, ooxml::quote_sheet(sheet_) + "!" + ooxml::format_cell(cell_), comment_);
        break;
      case ss_Data:
        to_ = nullptr;
        break;
      case x_DataValidation:
        in_validation_ = false;
        break;
      case x_PhoneticText:
      case x_Value:
      case x_Value1:
      case x_Value2:
      case x_InputTitle:
      case x_InputMessage:
      case x_ErrorTitle:
      case x_ErrorMessage:
        if (to_ != nullptr) *to_ += '\n';
        to_ = nullptr;
        break;
      case x_WorksheetOptions:
      case x_ExcelWorkbook:
        if (in_settings_ > 0) in_settings_--;
        break;
      case o_properties:
      case o_custom:
        in_properties_ = false;
        to_ = nullptr;
        break;
      default:
        if (!in_properties_) break;
        ooxml::unescape_xstring(property_, 0);  // "Client_x0020_name"
        if (has_own_names_) teller_.tell(Place::property, "", property_);
        teller_.tell_property(property_, property_value_);
        property_value_.clear();
        to_ = nullptr;
        break;
    }
  }

  void text(std::string_view text) {
    if (to_ != nullptr) {
      *to_ += text;
    } else if (in_settings_ == 0 && text.find_first_not_of(" \t\r\n") != std::string_view::npos &&
               rest_.size() < kMaxRest) {
      rest_.append(text).append(1, '\n');
    }
  }
  bool stopped() const { return teller_.stopped(); }

  void finish() {
    end_sheet();
    teller_.tell(Place::defined_name, "", names_);
    teller_.tell(Place::custom_xml, "", rest_);
  }

 private:
  void begin_sheet(const std::string& name) {
    end_sheet();
    sheet_ = name;
    const bool hidden = sheets_ < hidden_.size() && hidden_[sheets_];
    sheets_++;
    const Place place = hidden ? Place::hidden_sheet : Place::cell;
    teller_.tell(place, "sheet names", name);
    grids_ = std::make_unique<CellGrids>(*this, place, ooxml::quote_sheet(name));
    cell_ = {};
    columns_ = {};
    next_column_ = 1;
  }

  void end_sheet() {
    if (!grids_) return;
    grids_->finish();
    grids_.reset();
    const std::string at = ooxml::quote_sheet(sheet_);
    const std::pair<Place, std::string*> kSides[] = {{Place::formula, &formulas_},      {Place::formula, &conditions_},
                                                     {Place::form_field, &choices_},    {Place::alt_text, &hints_},
                                                     {Place::header_footer, &headers_}, {Place::link, &links_}};
    for (const auto& [place, text] : kSides) {
      teller_.tell(place, at, *text);
      text->clear();
    }
    teller_.tell(Place::cell, at + ", readings", readings_);
    readings_.clear();
  }

  void column(const XmlAttributes& attributes) {
    const std::uint32_t first = std::min(to_count(attributes.raw("Index"), next_column_), kMaxColumn);
    const std::uint32_t last = std::min(first + std::min(to_count(attributes.raw("Span"), 0), kMaxColumn), kMaxColumn);
    if (attributes.raw("Hidden") == "1") columns_.add(first, last);
    next_column_ = last + 1;
  }

  void begin_cell(const XmlAttributes& attributes) {
    const std::uint32_t column = to_count(attributes.raw("Index"), cell_.column + 1 + merged_);
    if (cell_.row == 0) cell_.row = 1;
    cell_.column = std::clamp<std::uint32_t>(column, 1, kMaxColumn);
    merged_ = std::min(to_count(attributes.raw("MergeAcross"), 0), kMaxColumn);
    cell_style_ = attributes.get("StyleID");
    value_.clear();
    if (const std::string formula = attributes.get("Formula"); !formula.empty())
      formulas_ += ooxml::format_cell(cell_) + ": " + formula + '\n';
    for (const std::string_view name : {"HRef", "HRefScreenTip"}) {
      const std::string target = attributes.get(name);
      if (!target.empty()) (name == "HRef" ? links_ : hints_) += target + '\n';
    }
  }

  void end_cell() {
    to_ = nullptr;
    if (value_.empty() || !grids_) return;
    const bool unseen = row_hidden_ || columns_.has(cell_.column);
    const CellGrids::Seen seen = unseen ? CellGrids::Seen::hidden : CellGrids::Seen::shown;
    const auto format = styles_.find(cell_style_);
    const bool general = format == styles_.end() || format->second.general();
    if (type_ == "Number") {
      char* end = nullptr;
      const double number = std::strtod(value_.c_str(), &end);
      if (end != value_.c_str() + value_.size()) {
        grids_->put(seen, cell_, value_);
      } else {
        grids_->put_number(seen, cell_, value_, number, general ? NumberFormat() : format->second, false);
      }
    } else if (type_ == "DateTime") {
      const std::optional<double> serial = serial_of(value_);
      if (serial && !general) {
        grids_->put_number(seen, cell_, value_, *serial, format->second, false);
      } else {
        grids_->put(seen, cell_, serial ? ooxml::format_serial(*serial, false) : value_);
      }
    } else if (type_ == "Boolean") {
      grids_->put(seen, cell_, value_ == "0" ? "FALSE" : "TRUE");
    } else {
      grids_->put(seen, cell_, value_);
    }
  }

  Teller& teller_;
  const std::vector<bool> hidden_;
  size_t sheets_ = 0;
  std::unordered_map<std::string, NumberFormat> styles_;
  std::string style_, names_, rest_;
  std::string sheet_;
  std::unique_ptr<CellGrids> grids_;  // of the open sheet
  ooxml::HiddenColumns columns_;
  std::uint32_t next_column_ = 1;
  CellRef cell_;
  std::uint32_t merged_ = 0, row_span_ = 0;
  bool row_hidden_ = false;
  std::string cell_style_, type_, value_, comment_;
  std::string formulas_, conditions_, choices_, hints_, headers_, links_, readings_;
  std::string property_, property_value_;
  std::string* to_ = nullptr;
  bool in_comment_ = false, in_validation_ = false, in_properties_ = false, has_own_names_ = false;
  unsigned in_settings_ = 0;
};

}  // namespace

Ending read_spreadsheet_ml(std::string_view bytes, Sink& sink) {
  Teller teller(sink);
  Visibility visibility(teller);
  {  // what is wrong with the XML is told once, below
    XmlMemory memory(bytes);
    XmlDecoder decoder(memory);
    XmlScanner<Visibility> scanner(decoder, vocabulary());
    static_cast<void>(scanner.run(visibility));
  }
  BookReader reader(teller, std::move(visibility.hidden));
  scan(bytes, vocabulary(), reader, teller);
  reader.finish();
  return teller.ending();
}

}  // namespace postern::extract::office_xml
