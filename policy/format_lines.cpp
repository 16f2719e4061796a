#include "policy/format_lines.h"

#include <algorithm>

namespace postern::policy {

namespace {

// Where the ':' behind the key at the beginning of `text` stands; npos for none.
size_t colon_of(std::string_view text) {
  size_t at = 0;
  if (!text.empty() && (text[0] == '"' || text[0] == '\'')) {
    const char quote = text[0];
    for (at = 1; at < text.size() && text[at] != quote; at++) {
      if (quote == '"' && text[at] == '\\') at++;
    }
    at++;
    return at < text.size() && text[at] == ':' ? at : std::string_view::npos;
  }
  if (!text.empty() && (text[0] == '{' || text[0] == '[' || text[0] == '#')) return std::string_view::npos;
  for (; at < text.size(); at++) {
    if (text[at] == '#' && at > 0 && text[at - 1] == ' ') break;
    if (text[at] == ':' && (at + 1 == text.size() || text[at + 1] == ' ')) return at;
  }
  return std::string_view::npos;
}

// Follows quotes, brackets and block texts over the lines of a file.
class Reader {
 public:
  Line next(std::string_view raw) {
    Line line;
    line.indent = std::min(raw.find_first_not_of(' '), raw.size());
    std::string_view text = raw.substr(line.indent);
    if (in_block_text_) {
      if (text.find_first_not_of(" \t") == std::string_view::npos || line.indent > block_column_) {
        line.kind = LineKind::inside;
        line.text = text;
        line.value_ends = line.text.size();
        return line;
      }
      in_block_text_ = false;
    }
    if (quote_ == 0) {
      while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    }
    line.text = text;
    const bool goes_on = quote_ != 0 || depth_ > 0;
    if (!goes_on) {
      if (text.empty()) return line;
      if (text[0] == '#' || raw == "---") {
        line.kind = LineKind::comment;
        return line;
      }
    }
    line.value_ends = scan(text);
    // A plain text goes on in lines that are indented more and have no key.
    const bool more =
        !goes_on && plain_column_ != npos && line.indent > plain_column_ && !line_is_item(text) && !Line::has_key(text);
    line.kind = goes_on || more ? LineKind::inside : LineKind::content;
    if (line.kind == LineKind::content) begin_content(line);
    return line;
  }

 private:
  static constexpr size_t npos = std::string_view::npos;

  static bool line_is_item(std::string_view text) { return text == "-" || text.starts_with("- "); }

  void begin_content(const Line& line) {
    const std::string_view value = std::string_view(line.text).substr(0, line.value_ends);
    const size_t last = value.find_last_not_of(' ');
    const bool empty = last != npos && value[last] == ':';
    plain_column_ = empty ? npos : line.indent;
    if (last == npos || quote_ != 0 || depth_ > 0) return;
    // "|", ">-", "|2": a block text in the lines that are indented more.
    size_t at = last;
    while (at > 0 && (value[at] == '-' || value[at] == '+' || (value[at] >= '1' && value[at] <= '9'))) at--;
    if ((value[at] == '|' || value[at] == '>') && at > 0 && value[at - 1] == ' ') {
      in_block_text_ = true;
      block_column_ = line.indent;
      const size_t behind = line.is_item() ? line.behind_dash() : 0;
      if (behind > 0 && Line::has_key(value.substr(behind))) block_column_ += behind;
    }
  }

  // Where the comment of the line begins.
  size_t scan(std::string_view text) {
    bool token_begins = true;
    for (size_t at = 0; at < text.size(); at++) {
      const char c = text[at];
      if (quote_ != 0) {
        if (quote_ == '"' && c == '\\') {
          at++;
        } else if (c == quote_ && quote_ == '\'' && at + 1 < text.size() && text[at + 1] == '\'') {
          at++;
        } else if (c == quote_) {
          quote_ = 0;
          token_begins = false;
        }
        continue;
      }
      if (c == '#' && (at == 0 || text[at - 1] == ' ')) return at;
      if (token_begins && (c == '"' || c == '\'')) {
        quote_ = c;
      } else if ((token_begins && (c == '{' || c == '[')) || (depth_ > 0 && (c == '{' || c == '['))) {
        depth_++;
        token_begins = true;
      } else if (depth_ > 0 && (c == '}' || c == ']')) {
        depth_--;
        token_begins = false;
      } else if (c == ' ') {
        const char before = at > 0 ? text[at - 1] : ' ';
        token_begins = token_begins || before == ':' || before == '-' || before == ',';
      } else {
        token_begins = depth_ > 0 && c == ',';
      }
    }
    return text.size();
  }

  char quote_ = 0;
  size_t depth_ = 0;
  bool in_block_text_ = false;
  size_t block_column_ = 0;
  size_t plain_column_ = npos;
};

}  // namespace

size_t Line::behind_dash() const {
  if (text.size() < 2) return 0;
  const size_t at = text.find_first_not_of(' ', 1);
  return at == std::string::npos ? 0 : at;
}

bool Line::has_key(std::string_view text) {
  return colon_of(text) != std::string_view::npos;
}

std::string_view Line::key() const {
  const size_t colon = colon_of(text);
  if (colon == std::string_view::npos) return {};
  std::string_view key = std::string_view(text).substr(0, colon);
  if (key.size() >= 2 && (key[0] == '"' || key[0] == '\'')) key = key.substr(1, key.size() - 2);
  return key;
}

bool Line::opens_block() const {
  const size_t colon = colon_of(text);
  if (colon == std::string_view::npos) return false;
  return text.find_first_not_of(' ', colon + 1) >= value_ends;
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  Reader reader;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view raw = text.substr(at, end - at);
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    lines.push_back(reader.next(raw));
    at = end + 1;
  }
  return lines;
}

}  // namespace postern::policy
