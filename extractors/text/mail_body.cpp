#include "extractors/text/mail_body.h"

#include <array>

#include "base/text.h"
#include "extractors/text/disclaimer.h"
#include "extractors/text/quote_marks.h"
#include "message/mail_marks.h"

namespace postern::extract {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// The next line that is not empty, at most one further.
std::string_view next_shown(std::string_view rest) {
  const std::string_view line = take_line(rest);
  return is_blank(line) ? take_line(rest) : line;
}

// Whether so little follows, up to the next quotation, that it can be a signature.
bool is_short_rest(std::string_view rest) {
  constexpr int kMostLines = 15;
  for (int lines = 0; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (line.starts_with('>')) return true;
    if (!is_blank(line) && ++lines > kMostLines) return false;
  }
  return true;
}

class Splitter {
 public:
  Splitter(TextFormat format, BodyKind kind) : format_(format), kind_(kind) {}

  MailBody split(std::string_view text) {
    while (!text.empty()) {
      const std::string_view here = text;
      QuotedLine line = take_quote_marks(take_line(text));
      // Space-stuffing (RFC 3676 4.4), and the space that mail programs put behind a quote mark.
      if ((format_ != TextFormat::fixed || line.depth > 0) && line.text.starts_with(' ')) line.text.remove_prefix(1);
      if (line.depth == 0 && begin_place(line.text, here, text)) continue;
      add(line);
    }
    const Paragraphs paragraphs = kind_ == BodyKind::page ? Paragraphs::by_line : Paragraphs::between_empty_lines;
    take_disclaimers(out_.body, paragraphs, out_.disclaimer, out_.seams);
    if (!out_.signature.empty()) take_disclaimers(out_.signature, paragraphs, out_.disclaimer, out_.seams);
    return std::move(out_);
  }

 private:
  // What a line without marks begins; `here` begins with it, `rest` behind it. True when the line itself is nobody's
  // text.
  bool begin_place(std::string_view line, std::string_view here, std::string_view rest) {
    const bool by_sender = unquoted_ == &out_.body || unquoted_ == &out_.signature;
    if (!by_sender) return false;
    if (line.starts_with('-')) {
      if (unquoted_ == &out_.body && (line == "-- " || (line == "--" && is_short_rest(rest)))) {
        begin(out_.signature);
        return true;
      }
      if (is_reply_separator(line)) begin(out_.quoted);
      if (is_forward_separator(line)) begin(out_.forwarded);
      return false;
    }
    if (may_end_attribution(line)) {
      if (is_forward_separator(line)) {
        begin(out_.forwarded);
        return false;
      }
      if (end_attribution(line, rest)) return true;
    }
    // A head stands at the beginning of a paragraph.
    const bool begins_paragraph = before_[1].blank || kind_ == BodyKind::page;
    if (begins_paragraph && may_begin_head(line) && !head_of(here).empty()) {
      take_back_rule();
      begin(out_.quoted);
    }
    return false;
  }

  void begin(std::string& place) {
    end_open_line();
    unquoted_ = &place;
    before_ = {};
  }

  // Moves an attribution, with up to two lines that it is wrapped to, to what it speaks of.
  bool end_attribution(std::string_view line, std::string_view rest) {
    const bool marked = next_shown(rest).starts_with('>');
    if (!marked && kind_ == BodyKind::page) return false;
    const Attribution wanted = marked ? Attribution::before_marks : Attribution::by_itself;
    Attribution best = Attribution::none;
    size_t begin = unquoted_->size();
    std::string told;
    for (size_t wrapped = 0; wrapped <= before_.size(); wrapped++) {
      const size_t from = wrapped == 0 ? unquoted_->size() : before_[before_.size() - wrapped].begin;
      if (unquoted_->size() - from + line.size() > kLongestAttribution) break;
      std::string text = unquoted_->substr(from);
      text += line;
      const bool begins_paragraph = wrapped < before_.size() && before_[before_.size() - 1 - wrapped].blank;
      const Attribution found = attribution(text);
      if (found > best && found >= wanted && (marked || begins_paragraph)) {
        best = found;
        begin = from;
        told = std::move(text);
      }
      if (begins_paragraph) break;
    }
    if (best == Attribution::none) return false;
    unquoted_->resize(begin);
    open_ = nullptr;
    end_line(*unquoted_);
    out_.quoted += told;
    out_.quoted += '\n';
    if (!marked) unquoted_ = &out_.quoted;
    before_ = {};
    return true;
  }

  // The rule above a head belongs to it.
  void take_back_rule() {
    const size_t last = unquoted_->find_last_not_of(" \t\n");
    if (last == std::string::npos || (*unquoted_)[last] != '_') return;
    const size_t begin = unquoted_->rfind('\n', last);
    const size_t from = begin == std::string::npos ? 0 : begin + 1;
    if (is_rule(std::string_view(*unquoted_).substr(from, last + 1 - from))) unquoted_->resize(from);
  }

  static void end_line(std::string& text) {
    if (!text.empty() && text.back() != '\n') text.push_back('\n');
  }

  void end_open_line() {
    if (open_ != nullptr) end_line(*open_);
    open_ = nullptr;
  }

  void add(QuotedLine line) {
    const bool is_signature_mark = line.text == "-- ";
    std::string& target = line.depth > 0 && unquoted_ != &out_.forwarded ? out_.quoted : *unquoted_;
    const bool joins = open_ == &target && open_depth_ == line.depth && !is_signature_mark;
    if (!joins) end_open_line();
    if (line.depth == 0 && &target == unquoted_ && !joins) {
      before_ = {before_[1], Line{target.size(), is_blank(line.text) || is_rule(line.text)}};
    }
    if (line.depth > 0) before_ = {};
    const bool soft = format_ != TextFormat::fixed && line.text.ends_with(' ') && !is_signature_mark;
    if (soft && format_ == TextFormat::flowed_delsp) line.text.remove_suffix(1);
    target.append(line.text);
    if (soft) {
      open_ = &target;
      open_depth_ = line.depth;
    } else {
      target.push_back('\n');
      open_ = nullptr;
    }
  }

  struct Line {
    size_t begin = 0;   // in the text of unquoted lines
    bool blank = true;  // or a rule, or the edge of a quotation
  };

  const TextFormat format_;
  const BodyKind kind_;
  MailBody out_;
  std::string* unquoted_ = &out_.body;  // where lines without a mark go now
  std::string* open_ = nullptr;         // the text whose last line wants the next one joined
  int open_depth_ = 0;
  std::array<Line, 2> before_;  // the last two unquoted lines, the later one second
};

}  // namespace

MailBody split_mail_body(std::string_view text, TextFormat format, BodyKind kind) {
  return Splitter(format, kind).split(text);
}

}  // namespace postern::extract
