// Functions of formulas (ECMA-376 part 1, 18.17.7): those that make texts, and the plainest of the rest.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "extractors/ooxml/formula_value.h"
#include "extractors/ooxml/number_format.h"
#include "extractors/utf8.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::ooxml {

namespace {

using Arguments = std::vector<FormulaOperand>;

constexpr size_t kMostSearch = 4 << 20;  // letters looked for times those looked at, of one call

// What one call works with. Texts are taken apart by UTF-16 units, as Excel counts them.
class Call {
 public:
  Call(const Arguments& arguments, CellRef at, FormulaWork& work) : arguments_(arguments), at_(at), work_(work) {}

  size_t count() const { return arguments_.size(); }
  CellRef at() const { return at_; }
  bool has(size_t i) const { return i < arguments_.size(); }
  bool is_area(size_t i) const { return has(i) && arguments_[i].columns != 0; }
  const FormulaOperand& operand(size_t i) const { return arguments_[i]; }

  // One value; an error for areas of several cells.
  CellValue value(size_t i) const {
    if (!has(i)) return {};
    const FormulaOperand& operand = arguments_[i];
    if (operand.columns == 0) return operand.value;
    return operand.area.size() == 1 ? operand.area.front() : CellValue::error();
  }
  std::string text(size_t i) {
    const CellValue found = value(i);
    failed_ = failed_ || found.is_error();
    return found.as_text();
  }
  icu::UnicodeString letters(size_t i) { return icu::UnicodeString::fromUTF8(text(i)); }
  double number(size_t i, double otherwise = 0) {
    double out = otherwise;
    const CellValue found = value(i);
    if (has(i) && found.kind != CellValue::Kind::empty && !found.as_number(out)) failed_ = true;
    return out;
  }
  // A number of letters; those that are none fail.
  int32_t length(size_t i, double otherwise) {
    const double given = number(i, otherwise);
    if (!(given >= 0 && given <= static_cast<double>(kMostValueBytes))) failed_ = true;
    return failed_ ? 0 : static_cast<int32_t>(given);
  }
  // Every value of the arguments from `first` on, areas cell by cell.
  template <typename Each>
  void each(size_t first, Each&& each) {
    for (size_t i = first; i < arguments_.size(); i++) {
      if (arguments_[i].columns == 0) {
        take(arguments_[i].value, each);
      } else {
        for (const CellValue& cell : arguments_[i].area) take(cell, each);
      }
    }
  }
  void fail() { failed_ = true; }
  // Whether `what` may be looked for in `in`, both in letters.
  bool may_search(size_t what, size_t in) {
    constexpr size_t kLettersAStep = 1'000;
    work_.steps += what * in / kLettersAStep;
    return what * in <= kMostSearch && !work_.spent();
  }
  bool failed() const { return failed_; }

  CellValue give(std::string text) {
    work_.bytes += text.size();
    return failed_ || work_.spent() ? CellValue::error() : CellValue::of(std::move(text));
  }
  CellValue give_letters(const icu::UnicodeString& letters) {
    std::string out;
    letters.toUTF8String(out);
    return give(std::move(out));
  }
  CellValue give_number(double number) const { return failed_ ? CellValue::error() : CellValue::of(number); }

 private:
  template <typename Each>
  void take(const CellValue& value, Each&& each) {
    if (++work_.steps; value.is_error() || work_.spent()) {
      failed_ = true;
    } else if (!failed_) {
      each(value);
    }
  }

  const Arguments& arguments_;
  const CellRef at_;
  FormulaWork& work_;
  bool failed_ = false;
};

CellValue joined(Call& call) {
  std::string out;
  call.each(0, [&](const CellValue& value) {
    if (out.size() <= kMostValueBytes) out += value.as_text();
  });
  return call.give(std::move(out));
}

CellValue text_join(Call& call) {
  const std::string between = call.text(0);
  const bool without_empty = call.number(1, 1) != 0;
  std::string out;
  bool first = true;
  call.each(2, [&](const CellValue& value) {
    const std::string text = value.as_text();
    if ((without_empty && text.empty()) || out.size() > kMostValueBytes) return;
    if (!first) out += between;
    first = false;
    out += text;
  });
  return call.give(std::move(out));
}

CellValue character(Call& call) {
  const double code = call.number(0);
  constexpr double kLast = 0x10FFFF;
  if (!(code >= 1 && code <= kLast)) return CellValue::error();
  const auto point = static_cast<std::uint32_t>(code);
  if (point >= 0xD800 && point <= 0xDFFF) return CellValue::error();
  std::string out;
  append_utf8(out, point);
  return call.give(std::move(out));
}

CellValue code(Call& call) {
  const icu::UnicodeString text = call.letters(0);
  return text.isEmpty() ? CellValue::error() : call.give_number(static_cast<double>(text.char32At(0)));
}

CellValue middle(Call& call) {
  const icu::UnicodeString text = call.letters(0);
  const int32_t begin = call.length(1, 1), count = call.length(2, 0);
  if (begin < 1) return CellValue::error();
  return call.give_letters(text.tempSubString(begin - 1, count));
}

CellValue left(Call& call) {
  return call.give_letters(icu::UnicodeString(call.letters(0), 0, call.length(1, 1)));
}

CellValue right(Call& call) {
  const icu::UnicodeString text = call.letters(0);
  return call.give_letters(icu::UnicodeString(text, std::max(text.length() - call.length(1, 1), 0)));
}

CellValue replaced(Call& call) {
  icu::UnicodeString text = call.letters(0);
  const int32_t begin = call.length(1, 1), count = call.length(2, 0);
  if (begin < 1) return CellValue::error();
  text.replace(std::min(begin - 1, text.length()), count, call.letters(3));
  return call.give_letters(text);
}

CellValue substituted(Call& call) {
  const std::string text = call.text(0), old = call.text(1), with = call.text(2);
  const int32_t only = call.length(3, 0);  // 0: each
  if (old.empty()) return call.give(text);
  if (!call.may_search(old.size(), text.size())) return CellValue::error();
  std::string out;
  size_t at = 0;
  for (int32_t n = 1; out.size() <= kMostValueBytes; n++) {
    const size_t found = text.find(old, at);
    if (found == std::string::npos) break;
    out.append(text, at, found - at).append(only == 0 || only == n ? with : old);
    at = found + old.size();
  }
  return call.give(out.append(text, at));
}

CellValue repeated(Call& call) {
  const std::string text = call.text(0);
  const auto times = static_cast<size_t>(call.length(1, 0));
  if (text.size() * times > kMostValueBytes) return CellValue::error();
  if (text.empty()) return call.give("");
  std::string out;
  for (size_t i = 0; i < times; i++) out += text;
  return call.give(std::move(out));
}

CellValue upper(Call& call) {
  return call.give_letters(call.letters(0).toUpper(icu::Locale::getRoot()));
}

CellValue lower(Call& call) {
  return call.give_letters(call.letters(0).toLower(icu::Locale::getRoot()));
}

CellValue proper(Call& call) {
  icu::UnicodeString text = call.letters(0).toLower(icu::Locale::getRoot());
  bool inside = false;
  for (int32_t i = 0; i < text.length(); i++) {
    const bool letter = u_isalpha(text.charAt(i)) != 0;
    if (letter && !inside) text.setCharAt(i, static_cast<char16_t>(u_toupper(text.charAt(i))));
    inside = letter;
  }
  return call.give_letters(text);
}

CellValue trimmed(Call& call) {
  std::string out;
  for (const char c : call.text(0)) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  if (out.ends_with(' ')) out.pop_back();
  return call.give(std::move(out));
}

CellValue cleaned(Call& call) {
  std::string out;
  for (const char c : call.text(0)) {
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return call.give(std::move(out));
}

CellValue as_text(Call& call) {
  const CellValue value = call.value(0);
  const std::string code = call.text(1);
  const NumberFormat format(code);
  double number = 0;
  if (!value.as_number(number)) {
    const std::string shown = format.show_text(value.text);
    return value.is_error() ? value : call.give(shown.empty() ? value.text : shown);
  }
  return call.give(format.general() ? general_number(number) : format.show(number, false));
}

CellValue text_only(Call& call) {
  const CellValue value = call.value(0);
  return value.kind == CellValue::Kind::text ? call.give(value.text) : call.give(std::string());
}

CellValue length(Call& call) {
  return call.give_number(static_cast<double>(call.letters(0).length()));
}

CellValue found(Call& call, bool exact) {
  icu::UnicodeString what = call.letters(0), in = call.letters(1);
  const int32_t from = call.length(2, 1);
  if (!call.may_search(static_cast<size_t>(what.length()), static_cast<size_t>(in.length()))) return CellValue::error();
  if (!exact) {
    what.foldCase();
    in.foldCase();
  }
  const int32_t at = from < 1 ? -1 : in.indexOf(what, from - 1);
  return at < 0 ? CellValue::error() : call.give_number(static_cast<double>(at + 1));
}

CellValue found_exactly(Call& call) {
  return found(call, true);
}

CellValue found_in_any_case(Call& call) {
  return found(call, false);
}

CellValue exact(Call& call) {
  const bool same = call.text(0) == call.text(1);
  return call.failed() ? CellValue::error() : CellValue::truth(same);
}

CellValue whether(Call& call) {
  const bool is = call.number(0) != 0;
  if (call.failed()) return CellValue::error();
  if (!is && call.count() < 3) return CellValue::truth(false);
  return call.value(is ? 1 : 2);
}

CellValue chosen(Call& call) {
  const int32_t which = call.length(0, 0);
  return which < 1 || !call.has(static_cast<size_t>(which)) ? CellValue::error()
                                                            : call.value(static_cast<size_t>(which));
}

CellValue indexed(Call& call) {
  if (!call.is_area(0)) return CellValue::error();
  const FormulaOperand& from = call.operand(0);
  auto row = static_cast<size_t>(call.length(1, 1));
  auto column = static_cast<size_t>(call.length(2, 1));
  const size_t columns = from.columns, rows = from.area.size() / columns;
  if (call.count() == 2 && rows == 1) std::swap(row, column);  // of a row, the one number is a column
  if (row < 1 || row > rows || column < 1 || column > columns) return CellValue::error();
  return from.area[(row - 1) * columns + column - 1];
}

CellValue same(Call& call) {
  return call.value(0);
}

CellValue second_or_first(Call& call) {
  return call.value(call.has(1) ? 1 : 0);
}

// Digits to a number and back.
CellValue from_base(Call& call, int base) {
  double out = 0;
  for (const char c : call.text(0)) {
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (c | 0x20) - 'a' + 10
                                                               : 36;
    if (digit >= base) return CellValue::error();
    out = out * base + digit;
  }
  return call.give_number(out);
}

CellValue to_base(Call& call, int base, int32_t least) {
  double number = std::floor(call.number(0));
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!(number >= 0 && number < kExact) || base < 2 || base > 36 || least > 255) return CellValue::error();
  std::string out;
  do {
    const auto digit = static_cast<int>(std::fmod(number, base));
    out.insert(out.begin(), static_cast<char>(digit < 10 ? '0' + digit : 'A' + digit - 10));
    number = std::floor(number / base);
  } while (number > 0);
  if (out.size() < static_cast<size_t>(least)) out.insert(0, static_cast<size_t>(least) - out.size(), '0');
  return call.give(std::move(out));
}

template <int base>
CellValue from_digits(Call& call) {
  return from_base(call, base);
}

template <int base>
CellValue to_digits(Call& call) {
  return to_base(call, base, call.length(1, 0));
}

CellValue decimal(Call& call) {
  const int32_t base = call.length(1, 10);
  return base < 2 || base > 36 ? CellValue::error() : from_base(call, base);
}

CellValue based(Call& call) {
  const int32_t base = call.length(1, 10);
  return to_base(call, base, call.length(2, 0));
}

CellValue number_of(Call& call) {
  return call.give_number(call.number(0));
}

CellValue sum(Call& call) {
  double out = 0;
  call.each(0, [&](const CellValue& value) {
    if (value.kind == CellValue::Kind::number) out += value.number;
  });
  return call.give_number(out);
}

CellValue product(Call& call) {
  double out = 1;
  call.each(0, [&](const CellValue& value) {
    if (value.kind == CellValue::Kind::number) out *= value.number;
  });
  return call.give_number(out);
}

CellValue rounded(Call& call) {
  const double number = call.number(0), digits = call.number(1);
  if (!(std::abs(digits) <= 15)) return CellValue::error();
  const double scale = std::pow(10.0, std::trunc(digits));
  return call.give_number(std::round(number * scale) / scale);
}

CellValue whole(Call& call) {
  return call.give_number(std::floor(call.number(0)));
}

CellValue cut_off(Call& call) {
  const double number = call.number(0), digits = call.number(1);
  if (!(std::abs(digits) <= 15)) return CellValue::error();
  const double scale = std::pow(10.0, std::trunc(digits));
  return call.give_number(std::trunc(number * scale) / scale);
}

CellValue absolute(Call& call) {
  return call.give_number(std::abs(call.number(0)));
}

CellValue remainder(Call& call) {
  const double number = call.number(0), by = call.number(1);
  return by == 0 ? CellValue::error() : call.give_number(number - by * std::floor(number / by));
}

CellValue powered(Call& call) {
  return call.give_number(std::pow(call.number(0), call.number(1)));
}

CellValue row(Call& call) {
  return call.count() == 0 ? call.give_number(static_cast<double>(call.at().row)) : CellValue::error();
}

CellValue column(Call& call) {
  return call.count() == 0 ? call.give_number(static_cast<double>(call.at().column)) : CellValue::error();
}

struct Function {
  std::string_view name;
  CellValue (*value)(Call& call);
};

constexpr std::array kFunctions = {
    Function{"ABS", absolute},
    Function{"BASE", based},
    Function{"BIN2DEC", from_digits<2>},
    Function{"CHAR", character},
    Function{"CHOOSE", chosen},
    Function{"CLEAN", cleaned},
    Function{"CODE", code},
    Function{"COLUMN", column},
    Function{"CONCAT", joined},
    Function{"CONCATENATE", joined},
    Function{"DEC2BIN", to_digits<2>},
    Function{"DEC2HEX", to_digits<16>},
    Function{"DEC2OCT", to_digits<8>},
    Function{"DECIMAL", decimal},
    Function{"EXACT", exact},
    Function{"FIND", found_exactly},
    Function{"HEX2DEC", from_digits<16>},
    Function{"HYPERLINK", second_or_first},
    Function{"IF", whether},
    Function{"IFERROR", same},
    Function{"IFNA", same},
    Function{"INDEX", indexed},
    Function{"INT", whole},
    Function{"LEFT", left},
    Function{"LEN", length},
    Function{"LOWER", lower},
    Function{"MID", middle},
    Function{"MOD", remainder},
    Function{"N", number_of},
    Function{"OCT2DEC", from_digits<8>},
    Function{"POWER", powered},
    Function{"PRODUCT", product},
    Function{"PROPER", proper},
    Function{"REPLACE", replaced},
    Function{"REPT", repeated},
    Function{"RIGHT", right},
    Function{"ROUND", rounded},
    Function{"ROW", row},
    Function{"SEARCH", found_in_any_case},
    Function{"SUBSTITUTE", substituted},
    Function{"SUM", sum},
    Function{"T", text_only},
    Function{"TEXT", as_text},
    Function{"TEXTJOIN", text_join},
    Function{"TRIM", trimmed},
    Function{"TRUNC", cut_off},
    Function{"UNICHAR", character},
    Function{"UNICODE", code},
    Function{"UPPER", upper},
    Function{"VALUE", number_of},
};

static_assert(std::is_sorted(kFunctions.begin(), kFunctions.end(),
                             [](const Function& a, const Function& b) { return a.name < b.name; }));

}  // namespace

CellValue call_function(std::string_view name, const Arguments& arguments, CellRef at, FormulaWork& work) {
  const auto* const found =
      std::lower_bound(kFunctions.begin(), kFunctions.end(), name,
                       [](const Function& each, std::string_view wanted) { return each.name < wanted; });
  if (found == kFunctions.end() || found->name != name) return CellValue::error();
  Call call(arguments, at, work);
  CellValue out = found->value(call);
  return call.failed() ? CellValue::error() : out;
}

}  // namespace postern::extract::ooxml
