#include "extractors/html/short_page.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr char kMarkLead = '\xF4';
constexpr size_t kMarkBytes = 4;
constexpr std::uint32_t kFirstMark = 0x100000;
constexpr size_t kMostRuns = 0xFFFD;  // the last two code points of the plane are no characters
constexpr size_t kShortestRun = 12;   // below, taking it out costs more than parsing it

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_reference_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '#' || c == ';';
}

// How many bytes a character has that may be part of a run, by its first one; 0 when it may not.
constexpr std::array<std::uint8_t, 256> make_plain() {
  std::array<std::uint8_t, 256> out{};
  for (size_t c = ' '; c < 0x7F; c++) out[c] = 1;
  out['\n'] = out['\t'] = 1;
  // '<' and '&' begin something; "-->", "--!>" and "]]>" end something. A single '-' is looked at more closely.
  for (const char c : "<&>]-"sv) out[static_cast<unsigned char>(c)] = 0;
  // U+0080 to U+009F, U+FDD0 to U+FDEF and the last two of each plane become U+FFFD.
  for (size_t c = 0xC3; c < 0xE0; c++) out[c] = 2;
  for (size_t c = 0xE0; c < 0xEF; c++) out[c] = 3;
  return out;
}
constexpr auto kPlain = make_plain();

// A reference to a character that is, or may be, a mark: &#x100000; the parser's number may overflow.
bool has_reference_to_marks(std::string_view html) {
  for (size_t at = html.find("&#"); at != std::string_view::npos; at = html.find("&#", at + 2)) {
    size_t digit = at + 2;
    const bool hex = digit < html.size() && (html[digit] | 0x20) == 'x';
    if (hex) digit++;
    std::uint32_t value = 0;
    for (; digit < html.size() && value < kFirstMark; digit++) {
      const char c = html[digit];
      const char low = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(c - '0');
      } else if (hex && low >= 'a' && low <= 'f') {
        value = value * 16 + static_cast<std::uint32_t>(low - 'a') + 10;
      } else {
        break;
      }
    }
    if (value >= kFirstMark) return true;
  }
  return false;
}

std::array<char, kMarkBytes> mark(size_t run) {
  const std::uint32_t code = kFirstMark + static_cast<std::uint32_t>(run);
  return {kMarkLead, static_cast<char>(0x80 | ((code >> 12) & 0x3F)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
          static_cast<char>(0x80 | (code & 0x3F))};
}

// The run whose mark begins with `lead`; there are 4 bytes.
size_t run_of(const char* lead) {
  const auto six = [lead](size_t i) { return static_cast<std::uint32_t>(lead[i]) & 0x3F; };
  return six(1) << 12 | six(2) << 6 | six(3);
}

template <size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::any_of(names.begin(), names.end(), [name](std::string_view one) { return same_name(name, one); });
}

// Elements inside which the parser reads on in another way, or passes over text but not over its spaces.
constexpr std::array kUncertain = {"svg"sv, "math"sv, "select"sv, "frameset"sv, "template"sv, "plaintext"sv};
// Elements whose content has no tags (HTML 13.1.2).
constexpr std::array kRawTexts = {"style"sv, "title"sv,  "textarea"sv, "script"sv,
                                  "xmp"sv,   "iframe"sv, "noembed"sv,  "noframes"sv};

}  // namespace

ShortPage::ShortPage(std::string_view html) : html_(html) {
  if (html.find(kMarkLead) != std::string_view::npos || has_reference_to_marks(html)) return;
  scan();
  if (!runs_.empty()) short_.append(html_.substr(kept_));
}

size_t comment_end(std::string_view html, size_t at) {
  if (html.compare(at, 1, ">") == 0) return at + 1;
  if (html.compare(at, 2, "->") == 0) return at + 2;
  while (true) {
    at = html.find("--", at);
    if (at == std::string_view::npos) return html.size();
    if (html.compare(at + 2, 1, ">") == 0) return at + 3;
    if (html.compare(at + 2, 2, "!>") == 0) return at + 4;
    at++;
  }
}

void ShortPage::scan() {
  bool goes_on = true;
  for (size_t at = 0; at < html_.size() && goes_on && runs_.size() < kMostRuns;) {
    const size_t open = std::min(html_.find('<', at), html_.size());
    text(at, open);
    at = open == html_.size() ? open : markup(open, goes_on);
  }
}

// What begins with the '<' at `at`; returns the place behind it.
size_t ShortPage::markup(size_t at, bool& goes_on) {
  const auto next = [&](size_t i) { return at + i < html_.size() ? html_[at + i] : '\0'; };
  if (is_letter(next(1))) return start_tag(at + 1, goes_on);
  if (next(1) == '/' && is_letter(next(2))) return tag_end(at + 2);
  if (html_.compare(at, 4, "<!--") == 0) {
    const size_t end = comment_end(html_, at + 4);
    text(at + 4, end);
    return end;
  }
  if (next(1) == '!' || next(1) == '?' || (next(1) == '/' && next(2) != '\0')) {
    const size_t end = html_.find('>', at + 2);
    return end == std::string_view::npos ? html_.size() : end + 1;
  }
  return at + 1;
}

size_t ShortPage::start_tag(size_t at, bool& goes_on) {
  size_t name_end = at;
  while (name_end < html_.size() && !is_space(html_[name_end]) && html_[name_end] != '/' && html_[name_end] != '>') {
    name_end++;
  }
  const std::string_view name = html_.substr(at, name_end - at);
  const size_t end = tag_end(at);
  if (is_one_of(name, kUncertain)) goes_on = false;
  return is_one_of(name, kRawTexts) ? raw_text(name, end, goes_on) : end;
}

// The content of an element without tags, from `at` on; returns where its end tag begins.
size_t ShortPage::raw_text(std::string_view name, size_t at, bool& goes_on) {
  size_t end = at;
  for (;; end += 2) {
    end = html_.find("</", end);
    if (end == std::string_view::npos) {
      goes_on = false;
      return html_.size();
    }
    const size_t behind = end + 2 + name.size();
    if (behind < html_.size() && same_name(html_.substr(end + 2, name.size()), name) &&
        (is_space(html_[behind]) || html_[behind] == '/' || html_[behind] == '>')) {
      break;
    }
  }
  if (same_name(name, "style") || same_name(name, "title") || same_name(name, "textarea")) {
    text(at, end);
  } else if (html_.substr(at, end - at).find("<!--") != std::string_view::npos) {
    goes_on = false;  // a script may hold another one there, with its end tag (HTML 13.2.5.20)
  }
  return end;
}

// Behind the '>' of the tag whose name begins at `at` (HTML 13.2.5.8, 13.2.5.32 to 13.2.5.40).
size_t ShortPage::tag_end(size_t at) const {
  const auto ends_name = [this](size_t i) { return is_space(html_[i]) || html_[i] == '/' || html_[i] == '>'; };
  const auto skip_space = [&] {
    while (at < html_.size() && is_space(html_[at])) at++;
  };
  while (at < html_.size() && !ends_name(at)) at++;
  while (at < html_.size()) {
    if (html_[at] == '>') return at + 1;
    if (is_space(html_[at]) || html_[at] == '/') {
      at++;
      continue;
    }
    at++;  // the first character of an attribute's name may be '='
    while (at < html_.size() && !ends_name(at) && html_[at] != '=') at++;
    skip_space();
    if (at >= html_.size() || html_[at] != '=') continue;
    at++;
    skip_space();
    if (at >= html_.size()) break;
    if (html_[at] == '"' || html_[at] == '\'') {
      const size_t close = html_.find(html_[at], at + 1);
      if (close == std::string_view::npos) break;
      at = close + 1;
    } else {
      while (at < html_.size() && !is_space(html_[at]) && html_[at] != '>') at++;
    }
  }
  return html_.size();
}

// Takes runs out of a text. White space at their ends stays: the parser tells it from other text.
void ShortPage::text(size_t at, size_t end) {
  while (at < end) {
    const size_t start = at;
    size_t last = at;  // behind the last character that is no space
    while (at < end) {
      const size_t size = plain(at, end);
      if (size == 0) break;
      const bool space = is_space(html_[at]);
      if (space && last == start) break;
      at += size;
      if (!space) last = at;
    }
    if (last - start >= kShortestRun) take_out(start, last);
    if (at < end) at += unit(at, end);
  }
}

// Bytes of the character at `at` when it may be part of a run, else 0.
size_t ShortPage::plain(size_t at, size_t end) const {
  const auto c = static_cast<unsigned char>(html_[at]);
  size_t size = kPlain[c];
  const char next = at + 1 < html_.size() ? html_[at + 1] : '\0';
  // At the end of a comment that never ends the parser drops a '-'.
  const bool may_end_comment = next == '-' || next == '>' || next == '!' || next == '\0';
  if (c == '-' && !may_end_comment && (at == 0 || html_[at - 1] != '-')) size = 1;
  if (c == 0xC2 && static_cast<unsigned char>(next) >= 0xA0) size = 2;
  return at + size <= end ? size : 0;
}

// Bytes of what stays whole at `at`: a character, or a reference.
size_t ShortPage::unit(size_t at, size_t end) const {
  const auto c = static_cast<unsigned char>(html_[at]);
  size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
  if (c == '&') {
    while (at + size < end && is_reference_character(html_[at + size])) size++;
  }
  return std::min(size, end - at);
}

void ShortPage::take_out(size_t start, size_t end) {
  if (runs_.size() >= kMostRuns) return;
  short_.append(html_.substr(kept_, start - kept_));
  const auto left = mark(runs_.size());
  short_.append(left.data(), left.size());
  runs_.push_back(html_.substr(start, end - start));
  kept_ = end;
}

size_t ShortPage::whole_size(std::string_view text) const {
  size_t size = text.size();
  for (size_t at = text.find(kMarkLead); at != std::string_view::npos; at = text.find(kMarkLead, at + 1)) {
    if (text.size() - at < kMarkBytes) break;
    const size_t run = run_of(text.data() + at);
    if (run < runs_.size()) size += runs_[run].size() - kMarkBytes;
  }
  return size;
}

void ShortPage::write_whole(std::string_view text, char* out) const {
  while (!text.empty()) {
    const size_t at = std::min(text.find(kMarkLead), text.size());
    std::memcpy(out, text.data(), at);
    out += at;
    text.remove_prefix(at);
    if (text.empty()) return;
    const size_t run = text.size() < kMarkBytes ? runs_.size() : run_of(text.data());
    if (run < runs_.size()) {
      std::memcpy(out, runs_[run].data(), runs_[run].size());
      out += runs_[run].size();
      text.remove_prefix(kMarkBytes);
    } else {
      *out++ = text.front();
      text.remove_prefix(1);
    }
  }
}

}  // namespace postern::extract
