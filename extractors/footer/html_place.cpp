#include "extractors/footer/html_place.h"

#include <algorithm>
#include <array>

#include "extractors/html/strip.h"
#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Their content is text up to their end tag (13.2.5.1); none of it is part of what is read.
constexpr std::array kRawText = {"script"sv, "style"sv,  "title"sv,   "textarea"sv,
                                 "xmp"sv,    "iframe"sv, "noembed"sv, "noframes"sv};
// Inside them a block is not shown, or elsewhere.
constexpr std::array kNoBlocks = {"select"sv, "template"sv, "svg"sv, "math"sv, "frameset"sv};
constexpr std::array kInline = {"a"sv,      "abbr"sv, "b"sv,   "big"sv,  "bdi"sv, "bdo"sv, "code"sv,  "em"sv,
                                "font"sv,   "i"sv,    "ins"sv, "mark"sv, "q"sv,   "s"sv,   "small"sv, "span"sv,
                                "strong"sv, "sub"sv,  "sup"sv, "tt"sv,   "u"sv,   "wbr"sv, "o:p"sv};

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

class PlaceFinder {
 public:
  explicit PlaceFinder(std::string_view html) : html_(html) {}

  HtmlPlace find() {
    while (at_ < html_.size() && !ended_inside_) {
      const size_t open = std::min(html_.find('<', at_), html_.size());
      text_ += html_.substr(at_, open - at_);
      at_ = open;
      if (at_ < html_.size()) take_mark();
    }
    if (body_end_ == 0 && !found_) note_place(html_.size());
    out_.unsafe = out_.unsafe || ended_inside_;
    out_.before = decode_references(std::string_view(text_).substr(0, shown_before_));
    out_.shown = decode_references(text_);
    return std::move(out_);
  }

 private:
  void take_mark() {
    const std::string_view rest = html_.substr(at_);
    if (rest.starts_with("<!--")) return take_comment();
    const bool closes = rest.starts_with("</");
    const size_t name_at = closes ? 2 : 1;
    if (name_at < rest.size() && is_letter(rest[name_at])) return take_tag(closes, at_ + name_at);
    if (rest.starts_with("<!") || rest.starts_with("<?") || (closes && rest.size() > 2)) {
      const size_t end = html_.find('>', at_);
      return end == std::string_view::npos ? end_inside() : go_to(end + 1);
    }
    text_ += '<';
    at_++;
  }

  void take_comment() {
    const std::string_view rest = html_.substr(at_ + 4);
    if (rest.starts_with('>')) return go_to(at_ + 5);
    if (rest.starts_with("->")) return go_to(at_ + 6);
    for (size_t dashes = html_.find("--", at_ + 4); dashes != std::string_view::npos;
         dashes = html_.find("--", dashes + 1)) {
      const std::string_view behind = html_.substr(dashes + 2);
      if (behind.starts_with('>')) return go_to(dashes + 3);
      if (behind.starts_with("!>")) return go_to(dashes + 4);
    }
    end_inside();
  }

  void take_tag(bool closes, size_t name_at) {
    const size_t start = at_;
    size_t i = name_at;
    while (i < html_.size() && !is_space(html_[i]) && html_[i] != '/' && html_[i] != '>') i++;
    const std::string name = to_lower(html_.substr(name_at, std::min<size_t>(i - name_at, kLongestName)));
    const size_t end = end_of_tag(i);
    if (end == std::string_view::npos) return end_inside();
    go_to(end);
    if (!is_one_of(std::string_view(name), kInline)) text_ += '\n';
    if (closes) {
      close(name, start);
    } else {
      open(name);
    }
  }

  // Behind the '>' of a tag whose name ends at `i`.
  size_t end_of_tag(size_t i) const {
    while (i < html_.size()) {
      if (html_[i] == '>') return i + 1;
      if (html_[i++] != '=') continue;
      while (i < html_.size() && is_space(html_[i])) i++;
      if (i < html_.size() && (html_[i] == '"' || html_[i] == '\'')) {
        i = html_.find(html_[i], i + 1);
        if (i == std::string_view::npos) return i;
        i++;
      } else {
        while (i < html_.size() && !is_space(html_[i]) && html_[i] != '>') i++;
      }
    }
    return std::string_view::npos;
  }

  void open(const std::string& name) {
    if (name == "table") tables_++;
    if (name == "plaintext") return end_inside();
    if (is_one_of(std::string_view(name), kNoBlocks)) closed_off_++;
    if (is_one_of(std::string_view(name), kRawText)) skip_raw_text(name);
  }

  void close(const std::string& name, size_t start) {
    if (name == "table" && tables_ > 0) tables_--;
    if (is_one_of(std::string_view(name), kNoBlocks) && closed_off_ > 0) closed_off_--;
    if (name == "body") {
      body_end_++;
      note_place(start);
    } else if (name == "html" && body_end_ == 0) {
      note_place(start);
    }
  }

  void note_place(size_t at) {
    found_ = true;
    out_.at = at;
    shown_before_ = text_.size();
    out_.open_tables = tables_;
    out_.unsafe = closed_off_ > 0;
  }

  void skip_raw_text(const std::string& name) {
    const size_t start = at_;
    while (true) {
      const size_t end = html_.find("</", at_);
      if (end == std::string_view::npos) return end_inside();
      at_ = end + 2;
      const size_t behind = at_ + name.size();
      const bool same =
          same_name(html_.substr(at_, name.size()), name) &&
          (behind >= html_.size() || is_space(html_[behind]) || html_[behind] == '/' || html_[behind] == '>');
      if (!same) continue;
      // A script may hold another one inside a comment, whose end does not count (13.2.5.24).
      const std::string_view content = html_.substr(start, end - start);
      if (name == "script" && content.find("<!--") != std::string_view::npos &&
          to_lower(content).find("<script") != std::string::npos) {
        out_.unsafe = true;
        ended_inside_ = true;
      }
      return go_to(end);
    }
  }

  void go_to(size_t at) { at_ = at; }
  void end_inside() {
    ended_inside_ = true;
    at_ = html_.size();
  }

  static constexpr size_t kLongestName = 32;  // longer than any that matters

  std::string_view html_;
  size_t at_ = 0;
  size_t tables_ = 0, closed_off_ = 0, body_end_ = 0;
  bool found_ = false, ended_inside_ = false;
  std::string text_;
  size_t shown_before_ = 0;  // of the text
  HtmlPlace out_;
};

}  // namespace

HtmlPlace find_html_place(std::string_view html) {
  return PlaceFinder(html).find();
}

}  // namespace postern::extract
