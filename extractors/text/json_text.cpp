#include "extractors/text/json_text.h"

#include <algorithm>

#include "extractors/xml/code_point.h"

namespace postern::extract {
namespace {

constexpr size_t kUnit = 4;  // digits of "\u00e9"

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// All of `digits` as a number; false when one of them is none.
bool read_hex(std::string_view digits, char32_t& value) {
  value = 0;
  for (const char c : digits) {
    const int digit = hex_digit(c);
    if (digit < 0) return false;
    value = value << 4 | static_cast<char32_t>(digit);
  }
  return !digits.empty();
}

bool is_high(char32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}

// A character of `rest`, which begins with "\u" or "\U", onto `out`. Returns the bytes it takes, 0 when it is none.
size_t take_unicode_escape(std::string_view rest, std::string& out) {
  constexpr size_t kLead = 2, kLongUnit = 8;
  char32_t unit = 0;
  if (rest.substr(0, kLead) == "\\U") {
    if (rest.size() < kLead + kLongUnit || !read_hex(rest.substr(kLead, kLongUnit), unit)) return 0;
    append_utf8(out, unit);
    return kLead + kLongUnit;
  }
  if (rest.substr(kLead, 1) == "{") {
    const size_t end = rest.substr(0, kLead + 1 + kLongUnit).find('}');
    if (end == std::string_view::npos || !read_hex(rest.substr(kLead + 1, end - kLead - 1), unit)) return 0;
    append_utf8(out, unit);
    return end + 1;
  }
  if (rest.size() < kLead + kUnit || !read_hex(rest.substr(kLead, kUnit), unit)) return 0;
  const std::string_view next = rest.substr(kLead + kUnit);
  char32_t low = 0;
  if (is_high(unit) && next.size() >= kLead + kUnit && next.starts_with("\\u") &&
      read_hex(next.substr(kLead, kUnit), low) && low >= 0xDC00 && low < 0xE000) {
    append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
    return 2 * (kLead + kUnit);
  }
  append_utf8(out, unit);
  return kLead + kUnit;
}

// One escape at the start of `rest`, which begins with a backslash, onto `out`. Returns the bytes it takes.
size_t take_escape(std::string_view rest, std::string& out) {
  constexpr std::string_view kLetters = "nrtbf", kMeanings = "\n\n\t  ";
  if (rest.size() < 2) return rest.size();
  if (rest[1] == 'u') {
    if (const size_t taken = take_unicode_escape(rest, out); taken > 0) return taken;
  }
  const size_t letter = kLetters.find(rest[1]);
  out += letter == std::string_view::npos ? rest[1] : kMeanings[letter];
  return 2;
}

class JsonReader {
 public:
  JsonReader(std::string_view text, JsonStyle style) : text_(text), style_(style) {}

  JsonText read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
      } else if (c == '{' || c == '[') {
        at_++;
        open_ += c;
        end_line();
      } else if (c == '}' || c == ']') {
        at_++;
        if (!open_.empty()) open_.pop_back();
        end_value();
        end_line();
      } else if (is_space(c) || c == ',' || c == ':') {
        at_++;
      } else {
        bare_word();
      }
    }
    end_value();
    return std::move(out_);
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  void end_line() {
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += '\n';
  }

  bool joins() const { return style_ == JsonStyle::notebook && !open_.empty() && open_.back() == '['; }

  // A page is whole when the value or the list of strings ends that is one.
  void end_value() {
    if (!page_.empty() && out_.pages.size() < kMostNotebookPages) out_.pages.push_back(std::move(page_));
    page_.clear();
  }

  void string() {
    const size_t begin = out_.text.size();
    at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const size_t plain = std::min(text_.find_first_of("\"\\", at_), text_.size());
      out_.text.append(text_.substr(at_, plain - at_));
      at_ = plain;
      if (at_ < text_.size() && text_[at_] == '\\') at_ += take_escape(text_.substr(at_), out_.text);
    }
    at_++;
    size_t behind = at_;
    while (behind < text_.size() && is_space(text_[behind])) behind++;
    if (behind < text_.size() && text_[behind] == ':') {
      end_value();
      is_page_ = style_ == JsonStyle::notebook && std::string_view(out_.text).substr(begin) == "text/html";
      out_.text += ": ";
      at_ = behind + 1;
      return;
    }
    if (is_page_) page_.append(out_.text, begin);
    if (!joins()) end_line();
  }

  void bare_word() {
    if (joins()) end_line();
    const size_t end = std::min(text_.find_first_of("\"{}[],: \t\r\n", at_), text_.size());
    out_.text.append(text_.substr(at_, end - at_));
    at_ = end;
    end_line();
  }

  const std::string_view text_;
  const JsonStyle style_;
  size_t at_ = 0;
  std::string open_;  // the open brackets
  std::string page_;
  bool is_page_ = false;  // the last key was that of a page
  JsonText out_;
};

}  // namespace

bool has_json_escapes(std::string_view utf8) {
  return utf8.find('\\') != std::string_view::npos;
}

JsonText text_of_json(std::string_view utf8, JsonStyle style) {
  return JsonReader(utf8, style).read();
}

std::string without_unicode_escapes(std::string_view utf8) {
  std::string out;
  size_t done = 0;
  for (size_t at = utf8.find('\\'); at != std::string_view::npos; at = utf8.find('\\', at)) {
    const std::string_view rest = utf8.substr(at);
    if (rest.size() < 2 || (rest[1] != 'u' && rest[1] != 'U')) {
      at += 2;  // what is escaped begins no escape
      continue;
    }
    std::string character;
    const size_t taken = take_unicode_escape(rest, character);
    if (taken == 0) {
      at += 2;
      continue;
    }
    out.append(utf8.substr(done, at - done)).append(character);
    at += taken;
    done = at;
  }
  if (done > 0) out.append(utf8.substr(done));
  return out;
}

}  // namespace postern::extract
