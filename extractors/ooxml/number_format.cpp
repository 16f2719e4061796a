#include "extractors/ooxml/number_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "extractors/xml/code_point.h"

namespace postern::extract::ooxml {

namespace {

constexpr size_t kLongNumber = 12;  // from here on General shows an exponent
constexpr size_t kMostPlaces = 64;  // of digits in one section

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The length of the UTF-8 character at `at`.
size_t character(std::string_view text, size_t at) {
  size_t size = 1;
  while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xC0) == 0x80) size++;
  return size;
}

bool to_double(std::string_view text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(out);
}

}  // namespace

std::string plain_number(std::string_view stored) {
  const bool as_stored = stored.size() < kLongNumber && stored.find_first_of("eE") == std::string_view::npos;
  double value = 0;
  if (as_stored || !to_double(stored, value)) return std::string(stored);
  const bool digits_only =
      stored.find_first_not_of("0123456789", stored.starts_with('-') ? 1 : 0) == std::string_view::npos;
  if (digits_only) return std::string(stored);
  constexpr double kExact = 1e18;  // beyond it the digits would be made up
  char out[64];
  const bool integer = std::abs(value) < kExact && std::nearbyint(value) == value;
  const int size = std::snprintf(out, sizeof out, integer ? "%.0f" : "%.15g", value);
  return std::string(out, static_cast<size_t>(std::clamp(size, 0, static_cast<int>(sizeof out) - 1)));
}

std::string plain_number(double value) {
  char out[64];
  const auto [end, error] = std::to_chars(out, out + sizeof out, value);
  return plain_number(std::string_view(out, error == std::errc() ? static_cast<size_t>(end - out) : 0));
}

std::string general_number(double value) {
  constexpr double kLeast = 1e-9, kMost = 1e10;  // others are shown with an exponent
  const double size = std::abs(value);
  if (!(size >= kLeast && size < kMost) || std::nearbyint(value) == value) return plain_number(value);
  char out[64];
  const int length = std::snprintf(out, sizeof out, size < 1 ? "%.10f" : "%.10g", value);
  std::string_view text(out, static_cast<size_t>(length));
  if (size < 1) text = text.substr(0, text.find_last_not_of('0') + 1);
  return std::string(text);
}

NumberFormat::NumberFormat(std::string_view code) {
  code = code.substr(0, kMaxFormatBytes);
  size_t begin = 0;
  bool quoted = false, bracket = false;
  for (size_t i = 0; i <= code.size(); i++) {
    if (i == code.size() || (code[i] == ';' && !quoted && !bracket)) {
      sections_.push_back(parse(code.substr(begin, i - begin)));
      begin = i + 1;
    } else if (code[i] == '"') {
      quoted = !quoted;
    } else if (code[i] == '[' && !quoted) {
      bracket = true;
    } else if (code[i] == ']') {
      bracket = false;
    } else if (code[i] == '\\' && !quoted && i + 1 < code.size()) {
      i++;
    }
  }
  const Section& only = sections_.front();
  // "General", and a lone "@" or "0": the number as it is.
  const bool as_it_is = only.tokens.size() == 1 && (only.general || only.tokens[0].kind == Kind::text);
  if (sections_.size() == 1 && as_it_is) sections_.clear();
}

std::string format_words(std::string_view code) {
  constexpr size_t kFewest = 5;  // bytes; "kg", "EUR", "Yes" are shorter
  std::string out;
  for (size_t at = code.find('"'); at < code.size(); at = code.find('"', at)) {
    std::string_view quoted = code.substr(at + 1, code.find('"', at + 1) - at - 1);
    at += quoted.size() + 2;
    while (quoted.starts_with(' ')) quoted.remove_prefix(1);
    while (quoted.ends_with(' ')) quoted.remove_suffix(1);
    if (quoted.size() >= kFewest) out.append(out.empty() ? "" : " ").append(quoted);
  }
  return out;
}

std::string NumberFormat::show_text(std::string_view text) const {
  constexpr size_t kTextSection = 4;
  if (sections_.empty() || sections_.size() > kTextSection) return {};
  // The fourth; before that the last, when it speaks of text.
  std::string out;
  bool has_text = false;
  for (const Token& token : sections_.back().tokens) {
    if (token.kind == Kind::text) {
      out += text;
      has_text = true;
    } else if (token.kind == Kind::literal) {
      out += token.text;
    }
  }
  return has_text ? out : std::string();
}

NumberFormat NumberFormat::builtin(unsigned id) {
  switch (id) {
    case 1:
      return NumberFormat("0");
    case 2:
      return NumberFormat("0.00");
    case 3:
      return NumberFormat("#,##0");
    case 4:
      return NumberFormat("#,##0.00");
    case 5:
    case 6:
      return NumberFormat("\"$\"#,##0_);(\"$\"#,##0)");
    case 7:
    case 8:
      return NumberFormat("\"$\"#,##0.00_);(\"$\"#,##0.00)");
    case 9:
      return NumberFormat("0%");
    case 10:
      return NumberFormat("0.00%");
    case 11:
      return NumberFormat("0.00E+00");
    case 12:
      return NumberFormat("# ?/?");
    case 13:
      return NumberFormat("# ?\?/?\?");
    case 15:
      return NumberFormat("d-mmm-yy");
    case 16:
      return NumberFormat("d-mmm");
    case 17:
      return NumberFormat("mmm-yy");
    case 18:
      return NumberFormat("h:mm AM/PM");
    case 19:
      return NumberFormat("h:mm:ss AM/PM");
    case 20:
      return NumberFormat("h:mm");
    case 21:
      return NumberFormat("h:mm:ss");
    case 22:
      return NumberFormat("m/d/yyyy h:mm");
    case 37:
    case 38:
      return NumberFormat("#,##0_);(#,##0)");
    case 39:
    case 40:
      return NumberFormat("#,##0.00_);(#,##0.00)");
    case 41:
      return NumberFormat("_(* #,##0_);_(* (#,##0);_(* \"-\"_)");
    case 42:
      return NumberFormat("_(\"$\"* #,##0_);_(\"$\"* (#,##0);_(\"$\"* \"-\"_)");
    case 43:
      return NumberFormat("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"_)");
    case 44:
      return NumberFormat("_(\"$\"* #,##0.00_);_(\"$\"* (#,##0.00);_(\"$\"* \"-\"_)");
    case 45:
      return NumberFormat("mm:ss");
    case 46:
      return NumberFormat("[h]:mm:ss");
    case 47:
      return NumberFormat("mm:ss.0");
    case 48:
      return NumberFormat("##0.0E+0");
    default:
      break;
  }
  const bool is_date = id == 14 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  return is_date ? NumberFormat("m/d/yyyy") : NumberFormat();
}

NumberFormat::Section NumberFormat::parse(std::string_view code) {
  Section out;
  const auto literal = [&](std::string_view text) {
    if (out.tokens.empty() || out.tokens.back().kind != Kind::literal) out.tokens.push_back({Kind::literal, ""});
    out.tokens.back().text += text;
  };
  for (size_t i = 0; i < code.size();) {
    const char c = code[i];
    const char small = lower(c);
    const size_t size = character(code, i);
    const auto begins = [&](std::string_view word) {
      if (code.size() - i < word.size()) return false;
      return std::equal(word.begin(), word.end(), code.begin() + static_cast<std::ptrdiff_t>(i),
                        [](char a, char b) { return a == lower(b); });
    };
    if (c == '"') {
      const size_t close = std::min(code.find('"', i + 1), code.size());
      literal(code.substr(i + 1, close - i - 1));
      i = std::min(close + 1, code.size());
    } else if (c == '\\') {
      i++;
      if (i < code.size()) literal(code.substr(i, character(code, i)));
      i += i < code.size() ? character(code, i) : 0;
    } else if (c == '_' || c == '*') {
      if (c == '_') literal(" ");
      i++;
      i += i < code.size() ? character(code, i) : 0;
    } else if (c == '[') {
      const size_t close = std::min(code.find(']', i), code.size());
      const std::string_view inside = code.substr(i + 1, close - i - 1);
      const bool elapsed =
          !inside.empty() && std::string_view("hms").find(lower(inside[0])) != std::string_view::npos &&
          std::all_of(inside.begin(), inside.end(), [&](char each) { return lower(each) == lower(inside[0]); });
      if (elapsed) {
        out.tokens.push_back({Kind::elapsed, std::string(inside.size(), lower(inside[0]))});
        out.date = true;
      } else if (inside.starts_with('$')) {
        literal(inside.substr(1, std::min(inside.find('-'), inside.size()) - 1));
      } else if (!inside.empty() && (inside[0] == '<' || inside[0] == '>' || inside[0] == '=')) {
        const size_t signs = inside.size() > 1 && (inside[1] == '=' || inside[1] == '>') ? 2 : 1;
        inside.copy(out.compare, signs);
        if (!to_double(inside.substr(signs), out.limit)) out.compare[0] = 0;
      }
      i = std::min(close + 1, code.size());
    } else if (c == '0' || c == '#' || c == '?') {
      out.tokens.push_back({Kind::place, std::string(1, c)});
      i++;
    } else if (c == '.' || c == ',' || c == '%' || c == '/' || c == '@') {
      const Kind kind = c == '.'   ? Kind::point
                        : c == ',' ? Kind::comma
                        : c == '%' ? Kind::percent
                        : c == '/' ? Kind::slash
                                   : Kind::text;
      out.tokens.push_back({kind, std::string(1, c)});
      i++;
    } else if (small == 'e' && i + 1 < code.size() && (code[i + 1] == '+' || code[i + 1] == '-')) {
      out.tokens.push_back({Kind::exponent, std::string(code.substr(i, 2))});
      out.exponent = true;
      i += 2;
    } else if (begins("general")) {
      out.tokens.push_back({Kind::general, ""});
      out.general = true;
      i += 7;
    } else if (begins("am/pm") || begins("a/p")) {
      out.tokens.push_back({Kind::half_day, begins("am/pm") ? "AM/PM" : "A/P"});
      out.date = true;
      i += begins("am/pm") ? size_t{5} : size_t{3};
    } else if (small == 'y' || small == 'm' || small == 'd' || small == 'h' || small == 's' || small == 'e') {
      size_t end = i;
      while (end < code.size() && lower(code[end]) == small) end++;
      out.tokens.push_back({Kind::date, std::string(end - i, small == 'e' ? 'y' : small)});
      if (small == 'e') out.tokens.back().text = "yyyy";
      out.date = true;
      i = end;
    } else {
      literal(code.substr(i, size));
      i += size;
    }
  }
  settle(out);
  return out;
}

// What a sign means depends on the rest of its section.
void NumberFormat::settle(Section& section) {
  size_t places = 0;
  bool hours = false;  // the last letters were hours: months behind them are minutes
  for (size_t i = 0; i < section.tokens.size(); i++) {
    Token& token = section.tokens[i];
    if (token.kind == Kind::place && ++places > kMostPlaces) token = {Kind::literal, ""};
    if (section.date) {
      if (token.kind == Kind::point || token.kind == Kind::comma || token.kind == Kind::slash)
        token.kind = Kind::literal;
      if (token.kind == Kind::date && token.text[0] == 'm') {
        const auto next = std::find_if(section.tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                       section.tokens.end(), [](const Token& each) { return each.kind == Kind::date; });
        const bool seconds = next != section.tokens.end() && next->text[0] == 's';
        if (token.text.size() <= 2 && (hours || seconds))
          token.text.replace(0, token.text.size(), token.text.size(), 'n');
      }
      if (token.kind == Kind::date || token.kind == Kind::elapsed) hours = token.text[0] == 'h';
    } else if (token.kind == Kind::slash) {
      section.slash = true;
    }
  }
}

const NumberFormat::Section& NumberFormat::section_for(double value, bool& absolute) const {
  absolute = false;
  const size_t count = std::min<size_t>(sections_.size(), 3);
  const auto holds = [&](const Section& section) {
    const std::string_view compare = section.compare;
    if (compare == "<") return value < section.limit;
    if (compare == "<=") return value <= section.limit;
    if (compare == ">") return value > section.limit;
    if (compare == ">=") return value >= section.limit;
    if (compare == "<>") return value != section.limit;
    return compare == "=" && value == section.limit;
  };
  if (sections_[0].compare[0] != 0) {
    for (size_t i = 0; i + 1 < count; i++) {
      if (sections_[i].compare[0] != 0 && holds(sections_[i])) return sections_[i];
    }
    return sections_[count - 1].compare[0] == 0 || holds(sections_[count - 1]) ? sections_[count - 1] : sections_[0];
  }
  if (count == 1 || value > 0) return sections_[0];
  if (value < 0) {
    absolute = true;
    return sections_[1];
  }
  return sections_[count == 3 ? 2 : 0];
}

std::string NumberFormat::show(double value, bool dates_1904) const {
  if (sections_.empty()) return general_number(value);
  bool absolute = false;
  const Section& section = section_for(value, absolute);
  if (section.date) return show_date(section, value, dates_1904);
  constexpr double kMost = 1e21;  // beyond, digits are made up
  if (!(std::abs(value) < kMost)) return plain_number(value);
  std::string out = section.slash      ? show_fraction(section, std::abs(value))
                    : section.exponent ? show_exponent(section, std::abs(value))
                                       : show_number(section, std::abs(value));
  const size_t first = out.find_first_not_of(' ');
  const size_t last = out.find_last_not_of(' ');
  out = first == std::string::npos ? "" : out.substr(first, last - first + 1);
  const bool any = out.find_first_of("123456789") != std::string::npos;
  if (value < 0 && !absolute && any) out.insert(out.begin(), '-');
  return out;
}

void unescape_xstring(std::string& text, size_t from) {
  constexpr size_t kEscape = 7;  // _xHHHH_
  size_t at = text.find("_x", from);
  while (at != std::string::npos && at + kEscape <= text.size()) {
    unsigned code = 0;
    const char* const digits = text.data() + at + 2;
    const auto [end, error] = std::from_chars(digits, digits + 4, code, 16);
    if (error == std::errc() && end == digits + 4 && text[at + 6] == '_' && code >= 0x20 &&
        (code < 0xD800 || code > 0xDFFF)) {
      std::string letter;
      append_utf8(letter, code);
      text.replace(at, kEscape, letter);
      at = text.find("_x", at + letter.size());
    } else {
      at = text.find("_x", at + 2);
    }
  }
}

}  // namespace postern::extract::ooxml
