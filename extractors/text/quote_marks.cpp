#include "extractors/text/quote_marks.h"

#include <algorithm>

#include "base/text.h"

namespace postern::extract {
namespace {

std::string_view without_first_space(std::string_view line) {
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

// Programs that fill paragraphs anew leave the marks of the old lines inside: "one two > three".
bool has_inner_marks(const QuotedLine& line) {
  return line.depth > 0 && line.text.find(" > ") != std::string_view::npos;
}

// No value goes on behind an empty line, nor behind the mark of a signature.
bool ends_paragraph(const QuotedLine& line) {
  return line.depth == 0 && (line.text.find_first_not_of(" \t") == std::string_view::npos || line.text == "-- ");
}

void append_without_inner_marks(std::string_view text, std::string& out) {
  for (size_t at = text.find(" > "); at != std::string_view::npos; at = text.find(" > ")) {
    out += text.substr(0, at);
    text.remove_prefix(at + 2);
  }
  out += text;
  out += '\n';
}

}  // namespace

QuotedLine take_quote_marks(std::string_view line) {
  QuotedLine out{line, 0};
  while (true) {
    std::string_view rest = out.text;
    if (out.depth > 0 && rest.starts_with(' ')) rest.remove_prefix(1);
    if (!rest.starts_with('>')) break;
    out.text = rest.substr(1);
    out.depth++;
  }
  return out;
}

std::string across_quote_marks(std::string_view text, MarkedRuns runs) {
  std::string out;
  if (!text.starts_with('>') && text.find("\n>") == std::string_view::npos) return out;
  QuotedLine last;
  bool last_told = false, first = true, last_changes = false;
  while (!text.empty()) {
    QuotedLine line = take_quote_marks(take_line(text));
    if (line.depth > 0) line.text = without_first_space(line.text);
    if (ends_paragraph(line)) {
      if (last_told) out += '\n';
      last_told = last_changes = false;
      first = true;
      continue;
    }
    const bool changes = !first && line.depth != last.depth;
    // One line more than the change: a value may go on over a line end as well.
    const bool told = changes || last_changes || has_inner_marks(line) || (runs == MarkedRuns::all && line.depth > 0);
    if (told) {
      if (changes && !last_told) append_without_inner_marks(last.text, out);
      append_without_inner_marks(line.text, out);
    } else if (last_told) {
      out += '\n';
    }
    last = line;
    last_told = told;
    last_changes = changes;
    first = false;
  }
  return out;
}

}  // namespace postern::extract
