#include "extractors/wrapper/base64_run.h"

#include <algorithm>
#include <array>

#include "extractors/detect/signatures.h"
#include "extractors/mail/transfer.h"

namespace postern::extract {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kMostGlue = 64;

// What the escape at `at` stands for; 0 when it is none of a digit or padding.
char escaped(std::string_view text, size_t at) {
  if (text[at] == '\\') return text.substr(at + 1).starts_with('/') ? '/' : '\0';
  if (text[at] != '%' || text.size() - at < 3) return '\0';
  const char high = text[at + 1], low = static_cast<char>(text[at + 2] | 0x20);
  if (high == '2' && low == 'b') return '+';
  if (high == '2' && low == 'f') return '/';
  return high == '3' && low == 'd' ? '=' : '\0';
}

size_t escape_size(char first) {
  return first == '\\' ? 2 : 3;
}

// A line end or tab as programs write it in strings, "\n".
bool is_escaped_blank(std::string_view text, size_t at) {
  constexpr std::string_view kLetters = "nrt";
  return text[at] == '\\' && at + 1 < text.size() && kLetters.find(text[at + 1]) != kNone;
}

// Where the word around `at` begins.
size_t begin_of_word(std::string_view text, size_t at, size_t least) {
  size_t begin = at;
  while (begin > least) {
    if (is_base64_digit(text[begin - 1])) {
      begin--;
      continue;
    }
    if (const char c = escaped(text, begin - 1); c == '\0' || c == '=') break;
    begin--;
  }
  if (begin > 0 && begin < at && is_escaped_blank(text, begin - 1)) begin++;
  return begin;
}

// Behind the line end at `at`, or kNone when none stands there.
size_t next_line(std::string_view text, size_t at) {
  if (at < text.size() && text[at] == '\r') at++;
  return at < text.size() && text[at] == '\n' ? at + 1 : kNone;
}

bool is_line_end(std::string_view glue) {
  return glue == "\n" || glue == "\r\n";
}

// The next word of at least kLeastPiece digits, behind at most kMostGlue bytes.
size_t next_long_word(std::string_view text, size_t from) {
  const size_t stop = std::min(text.size(), from + kMostGlue + 1);
  for (size_t at = from; at < stop;) {
    if (is_base64_digit(text[at])) {
      const size_t end = end_of_base64(text, at);
      if (end - at >= kLeastPiece) return at;
      at = end;
    } else {
      at += is_escaped_blank(text, at) ? size_t{2} : size_t{1};
    }
  }
  return kNone;
}

// Behind `glue` at `at`, where numbers may be others; kNone when something else stands there.
size_t behind_glue(std::string_view text, size_t at, std::string_view glue) {
  const auto is_number = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t i = 0; i < glue.size();) {
    if (at >= text.size()) return kNone;
    if (is_number(glue[i]) && is_number(text[at])) {
      while (i < glue.size() && is_number(glue[i])) i++;
      while (at < text.size() && is_number(text[at])) at++;
    } else if (glue[i] == text[at]) {
      i++;
      at++;
    } else {
      return kNone;
    }
  }
  return at < text.size() && is_base64_digit(text[at]) ? at : kNone;
}

bool begins_file(std::string_view digits) {
  constexpr size_t kWindow = 64;
  const std::string_view type = by_signature(decode_base64(digits.substr(0, kWindow)).bytes);
  return !type.empty() && is_sure_signature(type);
}

// Puts one run together, piece by piece.
class Gatherer {
 public:
  explicit Gatherer(std::string_view text) : text_(text) {}

  Base64Run gather(size_t begin, size_t end) {
    run_.begin = begin;
    run_.end = end;
    run_.digits = plain_base64(text_.substr(begin, end - begin));
    from_line_start_ = begin == 0 || text_[begin - 1] == '\n';
    length_ = end - begin;
    is_file_ = run_.digits.size() >= kLeastPiece && begins_file(run_.digits);
    while (!run_.digits.ends_with('=') && take_next()) {
    }
    return std::move(run_);
  }

 private:
  bool take_next() {
    const size_t line = next_line(text_, run_.end);
    if (line != kNone && line < text_.size() && is_line(line)) return take_line(line);
    if (run_.end - run_.begin < kLeastPiece) return false;
    if (!glue_.empty()) {
      if (const size_t next = behind_glue(text_, run_.end, glue_); next != kNone) return take_behind_glue(next);
    }
    const size_t next = next_long_word(text_, run_.end);
    return next != kNone && take(next, end_of_base64(text_, next), false);
  }

  bool knows_length() const { return from_line_start_ || is_line_end(glue_); }

  // Nothing but digits stands in it; or it is the last one of a string or an element.
  bool is_line(size_t line) const {
    constexpr std::string_view kEnds = "\"'`<";
    const size_t end = end_of_base64(text_, line);
    if (end == line) return false;
    if (end == text_.size() || next_line(text_, end) != kNone) return true;
    return knows_length() && end - line <= length_ && kEnds.find(text_[end]) != kNone;
  }

  // Lines have the same length except for the first and the last.
  bool take_line(size_t line) {
    const size_t size = end_of_base64(text_, line) - line;
    if (last_ || (knows_length() && size > length_)) return false;
    last_ = knows_length() && size < length_;
    return take(line, line + size, true);
  }

  bool take_behind_glue(size_t next) {
    const size_t end = end_of_base64(text_, next);
    // A short one is the last one, and what stands behind it is what stood behind the others.
    if (last_) return false;
    last_ = end - next < kLeastPiece;
    if (last_ && end < text_.size() && text_[end] != glue_.front()) return false;
    return take(next, end, true);
  }

  bool take(size_t begin, size_t end, bool same_glue) {
    std::string piece = plain_base64(text_.substr(begin, end - begin));
    const bool in_step = run_.digits.size() % 4 == 0;
    if (piece.size() >= kLeastPiece && (!is_file_ || !same_glue || !in_step) && begins_file(piece)) return false;
    glue_ = text_.substr(run_.end, begin - run_.end);
    run_.in_strings = run_.in_strings || glue_.find_first_not_of(" \t\r\n") != kNone;
    length_ = end - begin;
    run_.digits += piece;
    run_.end = end;
    return true;
  }

  const std::string_view text_;
  Base64Run run_;
  std::string_view glue_;  // between the last two pieces
  size_t length_ = 0;      // of the last piece
  bool from_line_start_ = false;
  bool is_file_ = false;
  bool last_ = false;
};

}  // namespace

size_t end_of_base64(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (is_base64_digit(text[at])) {
      at++;
      continue;
    }
    if (const char c = escaped(text, at); c == '\0' || c == '=') break;
    at += escape_size(text[at]);
  }
  for (int i = 0; i < 2 && at < text.size(); i++) {
    if (text[at] == '=') {
      at++;
    } else if (escaped(text, at) == '=') {
      at += escape_size(text[at]);
    }
  }
  return at;
}

std::string plain_base64(std::string_view word) {
  std::string out;
  out.reserve(word.size());
  for (size_t at = 0; at < word.size();) {
    char c = word[at];
    if (const char other = escaped(word, at); other != '\0') {
      at += escape_size(c);
      c = other;
    } else {
      at++;
    }
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    out.push_back(c);
  }
  return out;
}

Base64Run base64_run_around(std::string_view text, size_t at, size_t least) {
  return Gatherer(text).gather(begin_of_word(text, at, least), end_of_base64(text, at));
}

bool is_sure_signature(std::string_view mime) {
  static constexpr std::array<std::string_view, 6> kWeak = {"application/x-arj",  "application/x-compress",
                                                            "application/x-cpio", "application/x-lzma",
                                                            "audio/mpeg",         "image/vnd.microsoft.icon"};
  return std::find(kWeak.begin(), kWeak.end(), mime) == kWeak.end();
}

}  // namespace postern::extract
