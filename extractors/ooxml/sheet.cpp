#include "extractors/ooxml/sheet.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "extractors/ooxml/number_format.h"

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

// 18.8.30: letters of dates and times outside quotes, escapes and brackets ([Red], [$-409], but [h] counts).
bool is_date_format(std::string_view code) {
  for (size_t i = 0; i < code.size(); i++) {
    const char c = code[i];
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      i++;
    } else if (c == '[') {
      const size_t close = std::min(code.find(']', i), code.size());
      const std::string_view inside = code.substr(i + 1, close - i - 1);
      if (inside.find_first_not_of("hHmMsS") == std::string_view::npos && !inside.empty()) return true;
      i = close;
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D' || c == 'h' || c == 'H' || c == 'm' || c == 'M' ||
               c == 's' || c == 'S') {
      return true;
    } else if (c == 'G' || c == 'g') {
      return false;  // General
    }
  }
  return false;
}

bool is_builtin_date(unsigned format) {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) ||
         (format >= 50 && format <= 58);
}

constexpr size_t kLongNumber = 12;  // from here on General shows an exponent

}  // namespace

std::string plain_number(std::string_view stored) {
  const bool plain = stored.size() < kLongNumber && stored.find_first_of("eE") == std::string_view::npos;
  double value = 0;
  if (plain || !to_double(stored, value)) return std::string(stored);
  const bool digits_only =
      stored.find_first_not_of("0123456789", stored.starts_with('-') ? 1 : 0) == std::string_view::npos;
  if (digits_only) return std::string(stored);
  constexpr double kExact = 1e18;  // beyond it the digits would be made up
  char out[64];
  const bool integer = std::abs(value) < kExact && std::nearbyint(value) == value;
  const int size = std::snprintf(out, sizeof out, integer ? "%.0f" : "%.15g", value);
  return std::string(out, static_cast<size_t>(std::clamp(size, 0, static_cast<int>(sizeof out) - 1)));
}

std::string format_serial(std::string_view stored, bool dates_1904) {
  double serial = 0;
  constexpr double kLastDay = 2'958'466;  // the end of the year 9999
  if (!to_double(stored, serial) || serial < 0 || serial >= kLastDay) return "";
  using namespace std::chrono;
  // Excel takes 1900 for a leap year: serial 60 is a day that never was, later ones are shifted by it.
  const bool before_leap = !dates_1904 && serial < 60;
  const sys_days epoch =
      dates_1904 ? sys_days(year(1904) / 1 / 1) : sys_days(year(1899) / 12 / (before_leap ? 31 : 30));
  const auto whole = static_cast<int>(serial);
  auto seconds = static_cast<int>(std::lround((serial - whole) * 86400));
  const year_month_day day(epoch + days(whole + seconds / 86400));
  seconds %= 86400;
  char out[64];
  int size = 0;
  if (seconds == 0) {
    size = std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(day.year()),
                         static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  } else if (whole == 0) {
    size = std::snprintf(out, sizeof out, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  } else {
    size = std::snprintf(out, sizeof out, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(day.year()),
                         static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), seconds / 3600,
                         seconds / 60 % 60, seconds % 60);
  }
  return std::string(out, static_cast<size_t>(std::clamp(size, 0, static_cast<int>(sizeof out) - 1)));
}

void SharedStrings::read(Document& document, const std::string& part) {
  document_ = &document;
  document.scan(part, *this);
  document_ = nullptr;
  shown_.assign(ends_.size(), false);
}

bool SharedStrings::stopped() const {
  return document_->stopped() || bytes_.size() >= kMaxSharedStringBytes;
}

void SharedStrings::start(XmlTag tag, const XmlAttributes&, std::string_view) {
  if (tag == s_t) {
    in_text_ = !phonetic_;
  } else if (tag == s_rPh) {
    phonetic_ = true;
  }
}

void SharedStrings::end(XmlTag tag) {
  if (tag == s_t) {
    in_text_ = false;
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

void CellStyles::read(Document& document, const std::string& part) {
  document.scan(part, *this);
}

void CellStyles::start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
  constexpr size_t kMaxStyles = 1 << 16;  // Excel has 64,000
  if (tag == s_numFmt) {
    const auto id = static_cast<unsigned>(to_index(attributes.raw("numFmtId"), 0));
    const std::string code = attributes.get("formatCode");
    if (custom_.size() < kMaxStyles) custom_.push_back({id, is_date_format(code), std::string(digit_section(code))});
  } else if (tag == s_cellXfs) {
    in_formats_ = true;
  } else if (tag == s_xf && in_formats_ && dates_.size() < kMaxStyles) {
    const auto id = static_cast<unsigned>(to_index(attributes.raw("numFmtId"), 0));
    const auto custom = std::find_if(custom_.begin(), custom_.end(), [&](const Format& each) { return each.id == id; });
    dates_.push_back(custom != custom_.end() ? custom->is_date : is_builtin_date(id));
    digits_.push_back(custom != custom_.end() ? custom->digits : std::string());
  }
}

void CellStyles::end(XmlTag tag) {
  if (tag == s_cellXfs) in_formats_ = false;
}

SheetReader::SheetReader(Document& document, const std::string& sheet, Place place, SharedStrings& strings,
                         const CellStyles& styles)
    : document_(document),
      sheet_(sheet),
      strings_(strings),
      styles_(styles),
      shown_(document, place, sheet),
      hidden_(document, place == Place::cell ? Place::hidden_row : place, sheet) {}

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
      if (!phonetic_) to_ = &value_;
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
        hidden_columns_.emplace_back(static_cast<std::uint32_t>(to_index(attributes.raw("min"), 1)),
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
      for (const std::string_view name : {"promptTitle", "prompt", "errorTitle", "error"}) {
        if (attributes.has(name)) hints_ += attributes.get(name) + "\n";
      }
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

bool SheetReader::column_hidden(std::uint32_t column) const {
  return std::any_of(hidden_columns_.begin(), hidden_columns_.end(),
                     [&](const auto& range) { return column >= range.first && column <= range.second; });
}

void SheetReader::end_cell() {
  if (!formula_.empty()) {
    formulas_.append(format_cell(cell_)).append(": =").append(formula_).append(1, '\n');
    if (formulas_.size() >= kGridBlockBytes) {
      document_.emit(Place::formula, sheet_, formulas_);
      formulas_.clear();
    }
  }
  if (value_.empty()) return;
  Grid& grid = row_hidden_ || (!hidden_columns_.empty() && column_hidden(cell_.column)) ? hidden_ : shown_;
  switch (kind_) {
    case Kind::shared:
      grid.put(cell_, strings_.show(to_index(value_, SIZE_MAX)));
      return;
    case Kind::boolean:
      grid.put(cell_, is_on(value_) ? "TRUE" : "FALSE");
      return;
    case Kind::inline_text:
    case Kind::text:
    case Kind::error:
      grid.put(cell_, value_);
      return;
    case Kind::number:
      break;
  }
  if (styles_.is_date(style_)) {
    const std::string date = format_serial(value_, styles_.dates_1904);
    if (!date.empty()) {
      grid.put(cell_, date);
      return;
    }
  }
  if (const std::string_view digits = styles_.digits(style_); !digits.empty()) {
    const std::string shown = show_digits(digits, value_);
    if (!shown.empty()) {
      grid.put(cell_, shown);
      return;
    }
  }
  if (value_.size() < kLongNumber) {
    grid.put(cell_, value_);
  } else {
    grid.put(cell_, plain_number(value_));
  }
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
      break;
    case s_oddHeader:
    case s_oddFooter:
    case s_evenHeader:
    case s_evenFooter:
    case s_firstHeader:
    case s_firstFooter:
      to_ = nullptr;
      headers_ += '\n';
      break;
    default:
      break;
  }
}

void SheetReader::finish() {
  shown_.finish();
  hidden_.finish();
  document_.emit(Place::formula, sheet_, formulas_);
  document_.emit(Place::header_footer, sheet_, headers_);
  document_.emit(Place::alt_text, sheet_, hints_);
}

}  // namespace postern::extract::ooxml
