#include "tests/extractors/mail/oracle/shown.h"

#include <iconv.h>

#include "extractors/utf8.h"

namespace postern::test {
namespace {

constexpr std::string_view kInvisible[] = {"\xEF\xBB\xBF", "\xEF\xBF\xBD", "\xC2\xAD"};

// White space of all kinds to one space, and what nobody sees dropped.
std::string squeezed(std::string_view text) {
  std::string out;
  bool space = false;
  while (!text.empty()) {
    const std::string_view* invisible = nullptr;
    for (const std::string_view& one : kInvisible) {
      if (text.starts_with(one)) invisible = &one;
    }
    if (invisible != nullptr) {
      text.remove_prefix(invisible->size());
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      space = true;
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      if (space && !out.empty()) out += ' ';
      space = false;
      out += c;
    }
  }
  return out;
}

std::string without_tags(std::string_view html) {
  std::string out;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) out += c;
    if (c == '>' && in_tag) {
      in_tag = false;
      out += '\n';
    }
  }
  return out;
}

std::string_view without_quote_marks(std::string_view line) {
  while (line.starts_with('>') || line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

// The bytes that a charset spells as `utf8`.
std::string encoded(std::string_view utf8, const std::string& charset) {
  const iconv_t converter = ::iconv_open(charset.c_str(), "UTF-8");
  if (converter == reinterpret_cast<iconv_t>(-1)) return {};
  std::string out(utf8.size() * 4 + 16, '\0');
  char* from = const_cast<char*>(utf8.data());
  char* to = out.data();
  size_t left = utf8.size(), room = out.size();
  const size_t result = ::iconv(converter, &from, &left, &to, &room);
  ::iconv_close(converter);
  if (result == static_cast<size_t>(-1)) return {};
  out.resize(out.size() - room);
  return out;
}

bool holds(const std::string& ours, std::string_view line) {
  const std::string wanted = squeezed(line);
  return wanted.empty() || ours.find(wanted) != std::string::npos;
}

}  // namespace

std::string as_one_line(const ExtractedText& text) {
  std::string out;
  for (const Segment& segment : text.segments) {
    // Fields as they stand in a mail, for a mail that the other reader shows as text.
    if (segment.place == Place::header) out += segment.at + ": ";
    if (segment.place == Place::subject) out += "Subject: ";
    out += squeezed(segment.text);
    out += " \x01 ";  // no match crosses from one segment to the next
  }
  for (const Part& part : text.parts) out += squeezed(part.name) + " \x01 ";
  return out;
}

std::vector<std::string> missing_of(const Shown& shown, const std::string& ours) {
  std::vector<std::string> out;
  const std::string text = shown.what.ends_with("(html)") ? without_tags(shown.text) : shown.text;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    std::string_view line = without_quote_marks(rest.substr(0, end));
    if (line.ends_with('\r')) line.remove_suffix(1);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (holds(ours, line) || (line.starts_with('"') && holds(ours, line.substr(1)))) continue;
    // A label that lies: the library spells UTF-8 by the declared charset, and we show the UTF-8 (charset.h).
    if (!shown.charset.empty()) {
      const std::string bytes = encoded(line, shown.charset);
      if (!bytes.empty() && extract::is_utf8(bytes) && holds(ours, bytes)) continue;
    }
    out.push_back(shown.what + ": " + std::string(line));
  }
  return out;
}

}  // namespace postern::test
