#include "extractors/ooxml/sheet.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "extractors/ooxml/number_format.h"
#include "extractors/story/style_names.h"

namespace postern::extract::ooxml {

namespace {

bool is_on(std::string_view value) {
  return value == "1" || value == "true";
}

size_t to_index(std::string_view digits, size_t otherwise) {
  size_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc() && end == digits.data() + digits.size() ? out : otherwise;
}

bool to_double(std::string_view text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(out);
}

constexpr size_t kLongNumber = 12;      // from here on General shows an exponent
constexpr size_t kMaxStyles = 1 << 16;  // Excel has 64,000

}  // namespace

void SharedStrings::read(Document& document, const std::string& part) {
  begin(document);
  document.scan(part, *this);
  finish();
}

void SharedStrings::finish() {
  document_ = nullptr;
  shown_.assign(ends_.size(), false);
}

void SharedStrings::add(std::string_view text) {
  if (stopped()) return;
  bytes_ += text;
  end(s_si);
}

bool SharedStrings::stopped() const {
  return document_->stopped() || bytes_.size() >= kMaxSharedStringBytes;
}

void SharedStrings::start(XmlTag tag, const XmlAttributes&, std::string_view) {
  if (tag == s_t) {
    in_text_ = true;
  } else if (tag == s_rPh) {
    phonetic_ = true;
  }
}

void SharedStrings::end(XmlTag tag) {
  if (tag == s_t) {
    in_text_ = false;
    if (phonetic_) readings_ += '\n';
  } else if (tag == s_rPh) {
    phonetic_ = false;
  } else if (tag == s_si) {
    unescape_xstring(bytes_, ends_.empty() ? 0 : ends_.back());
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    if (stopped()) document_->incomplete("it has more shared strings than are kept");
  }
}

std::string_view SharedStrings::show(size_t index) {
  if (index >= ends_.size()) return {};
  shown_[index] = true;
  const std::uint32_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(bytes_).substr(begin, ends_[index] - begin);
}

std::string SharedStrings::unused() const {
  std::string out;
  for (size_t i = 0; i < ends_.size(); i++) {
    if (shown_[i]) continue;
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    out.append(bytes_, begin, ends_[i] - begin);
    out += '\n';
  }
  return out;
}

namespace {

// ARGB, or a colour of the theme or the old palette, the first of which are white (18.8.3, 20.1.6.2).
bool is_light_colour(const XmlAttributes& attributes) {
  const std::string_view rgb = attributes.raw("rgb");
  constexpr size_t kArgb = 8;
  if (rgb.size() != kArgb) {
    return attributes.raw("theme") == "0" || attributes.raw("indexed") == "1" || attributes.raw("indexed") == "9";
  }
  unsigned colour = 0;
  std::from_chars(rgb.data() + 2, rgb.data() + rgb.size(), colour, 16);
  constexpr unsigned kMiddle = 500 * 255;  // as the eye weighs red, green and blue
  return (colour >> 16 & 0xFF) * 299 + (colour >> 8 & 0xFF) * 587 + (colour & 0xFF) * 114 >= kMiddle;
}

}  // namespace

void CellStyles::read(Document& document, const std::string& part) {
  document.scan(part, *this);
  document.emit(Place::attribute, "names of styles", names_);
  document.emit(Place::attribute, "formats of numbers", format_words_);
  names_.clear();
  format_words_.clear();
}

void CellStyles::add_format(unsigned id, std::string_view code) {
  if (formats_.size() >= kMaxStyles) return;
  by_id_[id] = formats_.size();
  formats_.emplace_back(code);
}

void CellStyles::add_style(unsigned format) {
  if (styles_.size() >= kMaxStyles) return;
  const auto [known, added] = by_id_.try_emplace(format, formats_.size());
  if (added) formats_.push_back(NumberFormat::builtin(format));
  styles_.push_back(known->second);
}

void CellStyles::start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
  if (tag == s_numFmt) {
    const std::string code = attributes.get("formatCode");
    add_format(static_cast<unsigned>(to_index(attributes.raw("numFmtId"), 0)), code);
    if (const std::string words = format_words(code); !words.empty()) format_words_ += words + '\n';
  } else if (tag == s_cellXfs) {
    in_formats_ = true;
  } else if (tag == s_cellStyle && !attributes.has("builtinId")) {
    const std::string name = attributes.get("name");
    if (!is_programs_style_name(name)) names_ += name + '\n';
  } else if (tag == s_xf && in_formats_) {
    add_style(static_cast<unsigned>(to_index(attributes.raw("numFmtId"), 0)));
    if (style_fills_.size() < kMaxStyles) style_fills_.push_back(to_index(attributes.raw("fillId"), 0));
  } else if (tag == s_fills) {
    in_fills_ = true;
  } else if (tag == s_fill && in_fills_ && fills_.size() < kMaxStyles) {
    fills_.push_back(Ground::none);
  } else if (tag == s_patternFill && in_fills_ && !fills_.empty()) {
    if (attributes.raw("patternType") == "solid") fills_.back() = Ground::dark;
  } else if (tag == s_fgColor && in_fills_ && !fills_.empty() && fills_.back() != Ground::none) {
    fills_.back() = is_light_colour(attributes) ? Ground::light : Ground::dark;
  }
}

void CellStyles::end(XmlTag tag) {
  if (tag == s_cellXfs) in_formats_ = false;
  if (tag == s_fills) in_fills_ = false;
}

SheetReader::SheetReader(Document& document, const std::string& sheet, Place place, SharedStrings& strings,
                         const CellStyles& styles, ComputedCells& computed)
    : document_(document),
      sheet_(sheet),
      strings_(strings),
      styles_(styles),
      computed_(computed),
      grids_(document, place, sheet),
      place_(place),
      macros_(place == Place::macro) {
  computed_.begin_sheet(sheet);
}

void SheetReader::start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
  switch (tag) {
    case s_c:
      begin_cell(attributes);
      break;
    case s_v:
      to_ = &value_;
      break;
    case s_f:
      to_ = &formula_;
      break;
    case s_t:
      to_ = phonetic_ ? &readings_ : &value_;
      break;
    case s_rPh:
      phonetic_ = true;
      break;
    case s_row: {
      const size_t row = to_index(attributes.raw("r"), cell_.row + 1);
      cell_ = {static_cast<std::uint32_t>(std::min<size_t>(row, kMaxRow)), 0};
      row_hidden_ = is_on(attributes.raw("hidden"));
      break;
    }
    case s_col:
      if (is_on(attributes.raw("hidden"))) {
        hidden_columns_.add(static_cast<std::uint32_t>(to_index(attributes.raw("min"), 1)),
                            static_cast<std::uint32_t>(to_index(attributes.raw("max"), kMaxColumn)));
      }
      break;
    case s_oddHeader:
    case s_oddFooter:
    case s_evenHeader:
    case s_evenFooter:
    case s_firstHeader:
    case s_firstFooter:
      to_ = &headers_;
      break;
    case s_dataValidation:
    case x14_dataValidation:
      for (const std::string_view name : {"promptTitle", "prompt", "errorTitle", "error"}) {
        if (attributes.has(name)) hints_ += attributes.get(name) + "\n";
      }
      break;
    case s_formula1:
    case s_formula2:
      to_ = &choices_;
      break;
    case s_formula:
    case xm_f:
      to_ = &conditions_;
      break;
    case s_cfRule:
      if (attributes.has("text")) conditions_ += attributes.get("text") + "\n";
      break;
    case s_scenario:
      for (const std::string_view name : {"name", "comment", "user"}) {
        if (attributes.has(name)) hints_ += attributes.get(name) + "\n";
      }
      break;
    case s_inputCells:
      hints_ += attributes.get("r") + ": " + attributes.get("val") + "\n";
      break;
    case s_filter:
    case s_customFilter:
      if (attributes.has("val")) choices_ += attributes.get("val") + "\n";
      break;
    case s_protectedRange:
      hints_ += attributes.get("name") + "\n";
      break;
    case s_hyperlink:
      for (const std::string_view name : {"display", "tooltip", "location"}) {
        if (attributes.has(name)) hints_ += attributes.get(name) + "\n";
      }
      break;
    default:
      break;
  }
}

void SheetReader::begin_cell(const XmlAttributes& attributes) {
  kind_ = Kind::number;
  style_ = 0;
  value_.clear();
  formula_.clear();
  CellRef ref{cell_.row, cell_.column + 1};  // without r: the cell after the last one
  for (const XmlAttributes::Attribute& attribute : attributes) {
    if (attribute.name == "r") {
      const CellRef given = parse_cell(attribute.value);
      if (given.row != 0) ref = given;
    } else if (attribute.name == "t") {
      const std::string_view t = attribute.value;
      kind_ = t == "s"           ? Kind::shared
              : t == "str"       ? Kind::text
              : t == "inlineStr" ? Kind::inline_text
              : t == "b"         ? Kind::boolean
              : t == "e"         ? Kind::error
              : t == "d"         ? Kind::text
                                 : Kind::number;
    } else if (attribute.name == "s") {
      style_ = to_index(attribute.value, 0);
    }
  }
  if (ref.row == 0) ref.row = 1;
  ref.column = std::clamp<std::uint32_t>(ref.column, 1, kMaxColumn);
  cell_ = ref;
}

std::string_view SheetReader::stored_value() {
  switch (kind_) {
    case Kind::shared:
      return strings_.show(to_index(value_, SIZE_MAX));
    case Kind::boolean:
      return is_on(value_) ? "TRUE" : "FALSE";
    default:
      return value_;
  }
}

void SheetReader::end_formula() {
  formulas_.append(format_cell(cell_)).append(": =").append(formula_).append(1, '\n');
  if (formulas_.size() >= kGridBlockBytes) {
    document_.emit(macros_ ? Place::macro : Place::formula, sheet_, formulas_);
    formulas_.clear();
  }
  const bool unseen = row_hidden_ || hidden_columns_.has(cell_.column);
  computed_.formula(cell_, formula_, value_.empty() ? value_ : stored_value(),
                    unseen && place_ == Place::cell ? Place::hidden_row : place_, styles_.format(style_));
}

void SheetReader::end_cell() {
  if (const auto ground = styles_.ground(style_); ground != CellStyles::Ground::none) {
    const auto column = static_cast<float>(cell_.column), row = static_cast<float>(cell_.row);
    squares_.fill(column, row, column + 1, row + 1, ground == CellStyles::Ground::dark);
  }
  if (!formula_.empty()) end_formula();
  if (value_.empty()) return;
  const bool is_number = kind_ == Kind::number;
  if (!macros_) {
    computed_.value(cell_, stored_value(), is_number ? ComputedCells::As::number : ComputedCells::As::text);
  }
  const bool unseen = row_hidden_ || hidden_columns_.has(cell_.column);
  const CellGrids::Seen seen = unseen ? CellGrids::Seen::hidden : CellGrids::Seen::shown;
  switch (kind_) {
    case Kind::shared:
      put_text(seen, strings_.show(to_index(value_, SIZE_MAX)));
      return;
    case Kind::boolean:
      grids_.put(seen, cell_, is_on(value_) ? "TRUE" : "FALSE");
      return;
    case Kind::inline_text:
    case Kind::text:
    case Kind::error:
      unescape_xstring(value_, 0);
      put_text(seen, value_);
      return;
    case Kind::number:
      break;
  }
  double value = 0;
  const NumberFormat* const format = styles_.format(style_);
  if ((format != nullptr || value_.size() >= kLongNumber) && to_double(value_, value)) {
    grids_.put_number(seen, cell_, value_, value, format ? *format : NumberFormat(), styles_.dates_1904);
  } else {
    grids_.put(seen, cell_, value_);
  }
}

void SheetReader::put_text(CellGrids::Seen seen, std::string_view text) {
  const NumberFormat* format = styles_.format(style_);
  const std::string shown = format == nullptr ? std::string() : format->show_text(text);
  grids_.put(seen, cell_, shown.empty() ? text : shown);
}

void CellGrids::put_number(Seen seen, CellRef cell, std::string_view stored, double value, const NumberFormat& format,
                           bool dates_1904) {
  std::string full;
  if (format.is_date()) full = format_serial(value, dates_1904);
  if (full.empty()) full = plain_number(stored);
  const std::string as_shown = format.show(value, dates_1904);
  put(seen, cell, as_shown.empty() ? full : as_shown);
  if (!as_shown.empty() && as_shown != full) {
    (seen == Seen::shown ? shown_in_full_ : hidden_in_full_).put(cell, full);
  }
}

void CellGrids::finish() {
  for (Grid* grid : {&shown_, &hidden_, &shown_in_full_, &hidden_in_full_}) grid->finish();
}

void SheetReader::end(XmlTag tag) {
  switch (tag) {
    case s_c:
      to_ = nullptr;
      end_cell();
      break;
    case s_v:
    case s_f:
    case s_t:
      to_ = nullptr;
      break;
    case s_rPh:
      phonetic_ = false;
      readings_ += '\n';
      break;
    case s_oddHeader:
    case s_oddFooter:
    case s_evenHeader:
    case s_evenFooter:
    case s_firstHeader:
    case s_firstFooter:
      to_ = nullptr;
      clean_header();
      break;
    case s_formula1:
    case s_formula2:
      to_ = nullptr;
      choices_ += '\n';
      break;
    case s_formula:
    case xm_f:
      to_ = nullptr;
      conditions_ += '\n';
      break;
    default:
      break;
  }
}

void SheetReader::clean_header() {
  headers_ = headers_.substr(0, header_begin_) + plain_header(std::string_view(headers_).substr(header_begin_)) + '\n';
  header_begin_ = headers_.size();
}

// Codes of headers and footers (18.3.1.46): &L, &C and &R begin a section; fonts, sizes and colours show nothing; &P
// and the like stand for what is not in the file.
std::string plain_header(std::string_view code) {
  std::string out;
  for (size_t i = 0; i < code.size(); i++) {
    if (code[i] != '&' || i + 1 >= code.size()) {
      out.push_back(code[i]);
      continue;
    }
    const char what = code[++i];
    if (what == '&') {
      out.push_back('&');
    } else if (what == 'L' || what == 'C' || what == 'R') {
      if (!out.empty()) out.push_back('\t');
    } else if (what == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (what == 'K') {  // a colour: six hexadecimal digits, or a theme's
      i += std::min<size_t>(6, code.size() - i - 1);
    } else if (what >= '0' && what <= '9') {
      while (i + 1 < code.size() && code[i + 1] >= '0' && code[i + 1] <= '9') i++;
    }
  }
  return out;
}

void SheetReader::finish() {
  grids_.finish();
  give_drawn_squares(squares_, document_.sink());
  document_.emit(macros_ ? Place::macro : Place::formula, sheet_, formulas_);
  document_.emit(Place::formula, sheet_, conditions_);
  document_.emit(Place::form_field, sheet_, choices_);
  document_.emit(Place::header_footer, sheet_, headers_);
  document_.emit(Place::alt_text, sheet_, hints_);
  document_.emit(place_, sheet_ + ", readings", readings_);
}

}  // namespace postern::extract::ooxml
