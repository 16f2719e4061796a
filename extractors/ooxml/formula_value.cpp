#include "extractors/ooxml/formula_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "extractors/ooxml/number_format.h"

namespace postern::extract::ooxml {

CellValue CellValue::of(double number) {
  CellValue out;
  out.kind = std::isfinite(number) ? Kind::number : Kind::error;
  out.number = number;
  return out;
}

CellValue CellValue::of(std::string text) {
  CellValue out;
  out.kind = text.size() <= kMostValueBytes ? Kind::text : Kind::error;
  out.text = std::move(text);
  return out;
}

CellValue CellValue::truth(bool is) {
  CellValue out;
  out.kind = Kind::truth;
  out.number = is ? 1 : 0;
  return out;
}

CellValue CellValue::error() {
  CellValue out;
  out.kind = Kind::error;
  return out;
}

std::string CellValue::as_text() const {
  switch (kind) {
    case Kind::number:
      return plain_number(number);
    case Kind::text:
      return text;
    case Kind::truth:
      return number != 0 ? "TRUE" : "FALSE";
    case Kind::empty:
    case Kind::error:
      break;
  }
  return {};
}

bool CellValue::as_number(double& out) const {
  if (kind == Kind::text) {
    std::string_view digits = text;
    while (digits.starts_with(' ')) digits.remove_prefix(1);
    while (digits.ends_with(' ')) digits.remove_suffix(1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return !digits.empty() && read.ec == std::errc() && read.ptr == digits.data() + digits.size() && std::isfinite(out);
  }
  out = number;
  return kind != Kind::error;
}

namespace {

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$' || c == '\\';
}

std::string in_capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

int compare(const CellValue& left, const CellValue& right) {
  double a = 0, b = 0;
  if (left.kind != CellValue::Kind::text && right.kind != CellValue::Kind::text && left.as_number(a) &&
      right.as_number(b)) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const int order = in_capitals(left.as_text()).compare(in_capitals(right.as_text()));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

class Evaluator {
 public:
  Evaluator(std::string_view formula, CellRef at, FormulaCells& cells, FormulaWork& work)
      : text_(formula), at_(at), cells_(cells), work_(work) {}

  CellValue run() {
    skip_blanks();
    if (peek() == '=') next_++;
    CellValue out = single(comparison());
    skip_blanks();
    return broken_ || next_ < text_.size() ? CellValue::error() : out;
  }

 private:
  // Parentheses, calls and names in each other.
  class Deeper {
   public:
    explicit Deeper(FormulaWork& work) : work_(work) { work_.depth++; }
    ~Deeper() { work_.depth--; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    bool too_deep() const { return work_.depth > kMostFormulaDepth; }

   private:
    FormulaWork& work_;
  };

  char peek() const { return next_ < text_.size() ? text_[next_] : '\0'; }
  void skip_blanks() {
    while (next_ < text_.size() &&
           (text_[next_] == ' ' || text_[next_] == '\n' || text_[next_] == '\r' || text_[next_] == '\t')) {
      next_++;
    }
  }
  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(next_).starts_with(sign)) return false;
    next_ += sign.size();
    return true;
  }

  // What stands where one value is wanted.
  static CellValue single(const FormulaOperand& operand) {
    if (operand.columns == 0) return operand.value;
    return operand.area.size() == 1 ? operand.area.front() : CellValue::error();
  }
  static FormulaOperand alone(CellValue value) { return FormulaOperand{std::move(value), {}, 0}; }
  FormulaOperand failed() {
    broken_ = true;
    next_ = text_.size();  // nothing behind it is read
    return alone(CellValue::error());
  }

  FormulaOperand comparison() {
    FormulaOperand left = joined();
    for (;;) {
      skip_blanks();
      bool less = false, equal = false, greater = false;
      if (take("<>")) {
        less = greater = true;
      } else if (take("<=")) {
        less = equal = true;
      } else if (take(">=")) {
        greater = equal = true;
      } else if (take("<")) {
        less = true;
      } else if (take(">")) {
        greater = true;
      } else if (take("=")) {
        equal = true;
      } else {
        return left;
      }
      const CellValue a = single(left), b = single(joined());
      if (a.is_error() || b.is_error()) return failed();
      const int order = compare(a, b);
      left = alone(CellValue::truth(order < 0 ? less : order > 0 ? greater : equal));
    }
  }

  FormulaOperand joined() {
    FormulaOperand left = sum();
    while (take("&")) {
      const CellValue a = single(left), b = single(sum());
      if (a.is_error() || b.is_error()) return failed();
      std::string text = a.as_text() + b.as_text();
      work_.bytes += text.size();
      if (work_.spent()) return failed();
      left = alone(CellValue::of(std::move(text)));
    }
    return left;
  }

  template <typename Apply>
  bool apply(FormulaOperand& left, const FormulaOperand& right, Apply apply) {
    double a = 0, b = 0;
    const CellValue x = single(left), y = single(right);
    const bool known = x.as_number(a) && y.as_number(b);
    left = known ? alone(CellValue::of(apply(a, b))) : failed();
    return known;
  }

  FormulaOperand sum() {
    FormulaOperand left = product();
    for (;;) {
      if (take("+")) {
        if (!apply(left, product(), [](double a, double b) { return a + b; })) return left;
      } else if (take("-")) {
        if (!apply(left, product(), [](double a, double b) { return a - b; })) return left;
      } else {
        return left;
      }
    }
  }

  FormulaOperand product() {
    FormulaOperand left = power();
    for (;;) {
      if (take("*")) {
        if (!apply(left, power(), [](double a, double b) { return a * b; })) return left;
      } else if (take("/")) {
        if (!apply(left, power(), [](double a, double b) { return a / b; })) return left;
      } else {
        return left;
      }
    }
  }

  FormulaOperand power() {
    FormulaOperand left = signed_one();
    while (take("^")) {
      if (!apply(left, signed_one(), [](double a, double b) { return std::pow(a, b); })) return left;
    }
    return left;
  }

  FormulaOperand signed_one() {
    bool negative = false;
    for (;;) {
      if (take("-")) {
        negative = !negative;
      } else if (!take("+")) {  // leaves texts as they are
        break;
      }
    }
    FormulaOperand out = primary();
    while (take("%")) {
      if (!apply(out, alone(CellValue::of(100.0)), [](double a, double b) { return a / b; })) return out;
    }
    if (negative) apply(out, alone(CellValue::of(-1.0)), [](double a, double b) { return a * b; });
    return out;
  }

  FormulaOperand primary() {
    if (++work_.steps; work_.spent()) return failed();
    skip_blanks();
    const char c = peek();
    if (c == '"') return text();
    if (c == '(') {
      next_++;
      const Deeper deeper(work_);
      if (deeper.too_deep()) return failed();
      FormulaOperand out = comparison();
      return take(")") ? out : failed();
    }
    if (is_digit(c)) {
      if (const size_t end = text_.find_first_not_of("0123456789", next_);
          end != std::string_view::npos && text_[end] == ':') {
        return failed();  // whole rows
      }
      return number();
    }
    if (c == '.') return number();
    if (c == '[') return bracketed();
    if (c == '\'' || is_letter(c) || c == '_' || c == '$' || c == '\\') return word();
    return failed();
  }

  FormulaOperand text() {
    std::string out;
    for (next_++; next_ < text_.size(); next_++) {
      if (text_[next_] == '"') {
        if (next_ + 1 >= text_.size() || text_[next_ + 1] != '"') break;
        next_++;
      }
      out += text_[next_];
    }
    if (next_ >= text_.size()) return failed();
    next_++;
    work_.bytes += out.size();
    return alone(CellValue::of(std::move(out)));
  }

  FormulaOperand number() {
    double value = 0;
    const auto read = std::from_chars(text_.data() + next_, text_.data() + text_.size(), value);
    if (read.ec != std::errc()) return failed();
    next_ = static_cast<size_t>(read.ptr - text_.data());
    return alone(CellValue::of(value));
  }

  // A name of a sheet in quotes; false when they do not end.
  bool quoted(std::string_view in, size_t& at, std::string& out) const {
    for (at++; at < in.size(); at++) {
      if (in[at] == '\'') {
        if (at + 1 >= in.size() || in[at + 1] != '\'') break;
        at++;
      }
      out += in[at];
    }
    return at++ < in.size();
  }

  // OpenFormula: [.A1], [Sheet.A1:.B2], [$'My sheet'.A1].
  FormulaOperand bracketed() {
    const size_t end = text_.find(']', next_);
    if (end == std::string_view::npos) return failed();
    std::string_view inside = text_.substr(next_ + 1, end - next_ - 1);
    next_ = end + 1;
    std::string sheet, other;
    CellRef first, last;
    if (!dotted(inside, sheet, first)) return failed();
    if (inside.empty()) return area(sheet, first, first);
    if (inside.front() != ':') return failed();
    inside.remove_prefix(1);
    if (!dotted(inside, other, last) || !inside.empty() || (!other.empty() && other != sheet)) return failed();
    return area(sheet, first, last);
  }

  bool dotted(std::string_view& in, std::string& sheet, CellRef& cell) const {
    size_t at = in.starts_with('$') ? 1 : 0;
    if (at < in.size() && in[at] == '\'') {
      if (!quoted(in, at, sheet)) return false;
    } else {
      const size_t dot = in.find('.', at);
      if (dot == std::string_view::npos) return false;
      sheet = in.substr(at, dot - at);
      at = dot;
    }
    if (at >= in.size() || in[at] != '.') return false;
    const size_t colon = std::min(in.find(':', at), in.size());
    cell = parse_cell(in.substr(at + 1, colon - at - 1));
    in.remove_prefix(colon);
    return cell.row != 0;
  }

  std::string_view name() {
    const size_t begin = next_;
    while (next_ < text_.size() && is_name(text_[next_])) next_++;
    return text_.substr(begin, next_ - begin);
  }

  FormulaOperand word() {
    std::string sheet;
    if (peek() == '\'') {
      if (!quoted(text_, next_, sheet) || peek() != '!') return failed();
      next_++;
    }
    std::string_view read = name();
    if (sheet.empty() && peek() == '!') {
      next_++;
      sheet = read;
      read = name();
    }
    if (peek() == '(' && sheet.empty()) return call(read);
    const CellRef first = parse_cell(read);
    if (first.row != 0) {
      if (peek() != ':') return area(sheet, first, first);
      next_++;
      const CellRef last = parse_cell(name());
      return last.row == 0 ? failed() : area(sheet, first, last);
    }
    const std::string capitals = in_capitals(read);
    if (capitals == "TRUE" || capitals == "FALSE") return alone(CellValue::truth(capitals == "TRUE"));
    return defined(read);
  }

  FormulaOperand defined(std::string_view name) {
    const Deeper deeper(work_);
    const std::string formula = deeper.too_deep() ? std::string() : cells_.named(name);
    work_.bytes += formula.size();
    if (formula.empty() || work_.spent()) return failed();
    Evaluator inner(formula, at_, cells_, work_);
    const CellValue value = inner.run();
    return value.is_error() ? failed() : alone(value);
  }

  FormulaOperand area(const std::string& sheet, CellRef first, CellRef last) {
    if (first.row > last.row) std::swap(first.row, last.row);
    if (first.column > last.column) std::swap(first.column, last.column);
    const std::uint64_t rows = last.row - first.row + 1, columns = last.column - first.column + 1;
    if (rows * columns > kMostAreaCells) return failed();
    const Deeper deeper(work_);
    if (deeper.too_deep()) return failed();
    FormulaOperand out;
    out.columns = static_cast<std::uint32_t>(columns);
    for (std::uint32_t row = first.row; row <= last.row; row++) {
      for (std::uint32_t column = first.column; column <= last.column; column++) {
        if (++work_.steps; work_.spent()) return failed();
        out.area.push_back(cells_.cell(sheet, {row, column}));
        work_.bytes += out.area.back().text.size();
      }
    }
    if (rows * columns == 1) return alone(std::move(out.area.front()));
    return out;
  }

  FormulaOperand call(std::string_view name) {
    next_++;
    const Deeper deeper(work_);
    if (deeper.too_deep()) return failed();
    std::string called = in_capitals(name);
    // Functions of later versions have a prefix, those of one program the program's.
    for (const std::string_view prefix : {"_XLFN.", "_XLWS.", "COM.MICROSOFT.", "ORG.LIBREOFFICE."}) {
      if (called.starts_with(prefix)) called.erase(0, prefix.size());
    }
    std::vector<FormulaOperand> arguments;
    if (take(")")) return alone(call_function(called, arguments, at_, work_));
    constexpr size_t kMostArguments = 255;
    for (;;) {
      skip_blanks();
      const bool left_out = peek() == ',' || peek() == ';' || peek() == ')';
      arguments.push_back(left_out ? FormulaOperand() : comparison());
      if (broken_ || arguments.size() > kMostArguments) return failed();
      if (take(")")) break;
      if (!take(",") && !take(";")) return failed();
    }
    return alone(call_function(called, arguments, at_, work_));
  }

  const std::string_view text_;
  const CellRef at_;
  FormulaCells& cells_;
  FormulaWork& work_;
  size_t next_ = 0;
  bool broken_ = false;
};

}  // namespace

CellValue evaluate_formula(std::string_view formula, CellRef at, FormulaCells& cells, FormulaWork& work) {
  return Evaluator(formula, at, cells, work).run();
}

}  // namespace postern::extract::ooxml
