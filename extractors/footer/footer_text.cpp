#include "extractors/footer/footer_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "extractors/utf8.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr size_t kColumns = 76;
// A word without a blank is cut after this, far below the 998 octets of a line (RFC 5322 2.1.1).
constexpr size_t kLongestWord = 400;
constexpr size_t kLongestHtmlLine = 800;

constexpr std::string_view kBlockStart =
    "<div dir=\"auto\" style=\"clear:both;margin:16px 0 0;padding:8px 0 0;border-top:1px solid #767676;"
    "font:12px/1.5 Arial,Helvetica,sans-serif;color:#595959;text-align:start\">";
constexpr std::string_view kBlockEnd = "</div>";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const size_t end = text.find('\n');
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

size_t columns_of(std::string_view utf8) {
  return size_t(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The line cut at blanks so that each piece fits; pieces but the last keep the blank they were cut at.
std::vector<std::string_view> wrap(std::string_view line) {
  std::vector<std::string_view> out;
  size_t start = 0, cut = 0;  // `cut`: behind the last blank that fits
  for (size_t i = 0; i < line.size(); i++) {
    if (cut > start && columns_of(line.substr(start, i - start)) >= kColumns) {
      out.push_back(line.substr(start, cut - start));
      start = cut;
    } else if (i - start >= kLongestWord) {
      const size_t at = character_cut(line, i);
      out.push_back(line.substr(start, at - start));
      start = cut = at;
    }
    if (line[i] == ' ' && i + 1 < line.size() && line[i + 1] != ' ') cut = i + 1;
  }
  out.push_back(line.substr(start));
  return out;
}

// White space, what only looks like some, and marks of quoting at the beginning of lines are left out.
std::string essence(std::string_view text) {
  static constexpr std::array kBlank = {"\xC2\xA0"sv,     "\xC2\xAD"sv,     "\xE2\x80\x8B"sv, "\xE2\x80\x8E"sv,
                                        "\xE2\x80\x8F"sv, "\xEF\xBB\xBF"sv, "\xE2\x80\xAF"sv};
  std::string out;
  out.reserve(text.size());
  bool line_begins = true;
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      line_begins = true;
    } else if ((static_cast<unsigned char>(c) <= ' ') || (c == '>' && line_begins)) {
      continue;
    } else {
      const auto blank = std::find_if(kBlank.begin(), kBlank.end(),
                                      [&](std::string_view one) { return text.substr(i).starts_with(one); });
      if (blank != kBlank.end()) {
        i += blank->size() - 1;
        continue;
      }
      line_begins = false;
      out += c;
    }
  }
  return out;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : to_utf8(text)) {
    if (c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)) out += c;
    if (c == '\t') out += ' ';
  }
  // Blanks at the ends of lines mean something to flowed text.
  std::string trimmed;
  for (std::string_view line : lines_of(out)) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    trimmed += line;
    trimmed += '\n';
  }
  while (trimmed.ends_with('\n')) trimmed.pop_back();
  return trimmed.substr(std::min(trimmed.find_first_not_of('\n'), trimmed.size()));
}

void append_reference(std::string_view utf8, size_t& at, std::string& out) {
  const auto lead = static_cast<unsigned char>(utf8[at]);
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::uint32_t code = lead & (0x7FU >> length);
  for (size_t k = 1; k < length && at + k < utf8.size(); k++) {
    code = code << 6 | (static_cast<unsigned char>(utf8[at + k]) & 0x3FU);
  }
  out += "&#" + std::to_string(code) + ";";
  at += length - 1;
}

}  // namespace

std::string footer_lines(const Footer& footer) {
  std::string out = without_controls(footer.text);
  const std::string link = without_controls(footer.link);
  if (footer.with_link && !link.empty() && !out.empty()) out += "\n" + link;
  return out;
}

bool ends_with_footer(std::string_view text, const Footer& footer) {
  // More than the longest footer with marks of quoting before each of its words.
  constexpr size_t kWindow = 8 * (kMaxFooterBytes + kMaxFooterLinkBytes);
  if (text.size() > kWindow) text = text.substr(character_cut(text, text.size() - kWindow));
  const std::string end = essence(text);
  for (const bool with_link : {true, false}) {
    Footer variant = footer;
    variant.with_link = with_link;
    const std::string wanted = essence(footer_lines(variant));
    if (!wanted.empty() && end.ends_with(wanted)) return true;
  }
  return false;
}

std::string plain_footer(std::string_view text, const Footer& footer, TextFormat format, std::string_view newline) {
  const bool flowed = format != TextFormat::fixed;
  std::string_view last = text;
  size_t ends = 0;  // line ends at the end of the text
  while (last.ends_with('\n')) {
    last.remove_suffix(1);
    if (last.ends_with('\r')) last.remove_suffix(1);
    ends++;
  }
  const bool empty = last.empty();
  last = last.substr(last.rfind('\n') + 1);
  // A line that flows into the next would take the empty line below it for its own end.
  const bool flows_on = flowed && last.ends_with(' ') && last != "-- ";
  std::string out;
  const size_t wanted = empty ? 0 : flows_on ? 3 : 2;
  for (size_t i = ends; i < wanted; i++) out += newline;
  bool first = true;
  const std::string lines = footer_lines(footer);
  for (const std::string_view line : lines_of(lines)) {
    const std::vector<std::string_view> pieces = wrap(line);
    for (size_t i = 0; i < pieces.size(); i++) {
      if (!first) out += newline;
      first = false;
      std::string_view piece = pieces[i];
      const bool goes_on = i + 1 < pieces.size();
      // Space-stuffing (RFC 3676 4.4).
      if (flowed && (piece.starts_with(' ') || piece.starts_with('>') || piece.starts_with("From "))) out += ' ';
      if (!flowed || !goes_on) {
        while (piece.ends_with(' ')) piece.remove_suffix(1);
      }
      out += piece;
      if (format == TextFormat::flowed_delsp && goes_on) out += ' ';
    }
  }
  if (ends > 0 || empty) out += newline;
  return out;
}

std::string html_footer(const Footer& footer, std::string_view newline, Letters letters) {
  std::string out(kBlockStart);
  size_t line_start = 0;
  bool first = true;
  const std::string lines = footer_lines(footer);
  for (const std::string_view line : lines_of(lines)) {
    if (!first) {
      out += "<br>";
      out += newline;
      line_start = out.size();
    }
    first = false;
    for (size_t i = 0; i < line.size(); i++) {
      const char c = line[i];
      const auto u = static_cast<unsigned char>(c);
      const bool begins_character = (u & 0xC0) != 0x80;
      // The only places to end a line in without showing a blank are inside marks.
      if (begins_character && out.size() - line_start > kLongestHtmlLine) {
        out += "<!--";
        out += newline;
        out += "-->";
        line_start = out.size();
      }
      if (c == '&') {
        out += "&amp;";
      } else if (c == '<') {
        out += "&lt;";
      } else if (c == '>') {
        out += "&gt;";
      } else if (u >= 0x80 && letters == Letters::as_references) {
        append_reference(line, i, out);
      } else {
        out += c;
      }
    }
  }
  out += kBlockEnd;
  return out;
}

}  // namespace postern::extract
