#include "extractors/mail/header.h"

#include <algorithm>

namespace postern::extract {
namespace {

// What editors put in front of a saved mail.
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// One line without its end; moves `at` behind it.
std::string_view next_line(std::string_view bytes, size_t& at) {
  const size_t end = bytes.find('\n', at);
  std::string_view line = bytes.substr(at, end == std::string_view::npos ? std::string_view::npos : end - at);
  at = end == std::string_view::npos ? bytes.size() : end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The length of the field name that the line begins with, 0 when it is no field (RFC 5322 3.6.8: ftext).
size_t name_length(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return 0;
  size_t length = colon;
  while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t')) length--;
  const std::string_view name = line.substr(0, length);
  const bool valid =
      std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && static_cast<unsigned char>(c) != 0x7F; });
  return valid ? length : 0;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

Header parse_header(std::string_view bytes, HeaderOf of) {
  Header out;
  size_t at = bytes.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0;
  if (bytes.substr(at).starts_with("From ") || bytes.substr(at).starts_with(">From ")) next_line(bytes, at);
  // Only in front of something that is a header: an empty first line otherwise means that there is none.
  size_t first = at;
  while (first < bytes.size() && (bytes[first] == '\r' || bytes[first] == '\n')) first++;
  if (first > at) {
    size_t peek = first;
    const std::string_view line = next_line(bytes, peek);
    const bool is_header = name_length(line) > 0 && (of == HeaderOf::mail || same_name(line.substr(0, 8), "Content-"));
    next_line(bytes, at);
    if (!is_header) {
      out.body = bytes.substr(at);
      return out;
    }
    out.body_from_blank_line = bytes.substr(at);
    at = first;
  }
  while (at < bytes.size()) {
    const size_t start = at;
    const std::string_view line = next_line(bytes, at);
    if (line.empty()) {
      out.body = bytes.substr(at);
      return out;
    }
    const bool continues = line[0] == ' ' || line[0] == '\t';
    if (continues && trim(line).empty() && out.odd_lines.empty()) {
      // A line of white space continues the field (RFC 5322 4.2) or ends the header.
      out.odd_lines.push_back(line);
      out.body_from_odd_line = bytes.substr(at);
    }
    if (continues && !out.fields.empty()) {
      RawField& field = out.fields.back();
      const char* const end = line.data() + line.size();
      field.value = std::string_view(field.value.data(), static_cast<size_t>(end - field.value.data()));
      continue;
    }
    const size_t length = out.fields.size() < kMostFields ? name_length(line) : 0;
    if (length == 0) {
      if (out.odd_lines.empty()) {
        out.body_from_odd_line = bytes.substr(start);
        // Nothing that could be a header at all: the part is body from its first byte.
        if (out.fields.empty()) {
          out.body = out.body_from_odd_line;
          out.body_from_odd_line = {};
          return out;
        }
      }
      if (out.fields.size() >= kMostFields) {
        out.odd_lines.push_back(bytes.substr(start));
        return out;
      }
      out.odd_lines.push_back(line);
      continue;
    }
    const size_t colon = line.find(':', length);
    if (colon != length) out.had_space_before_colon = true;
    out.fields.push_back({line.substr(0, length), line.substr(colon + 1)});
  }
  return out;
}

std::vector<std::string_view> values_of(const Header& header, std::string_view name) {
  std::vector<std::string_view> out;
  for (const RawField& field : header.fields) {
    if (same_name(field.name, name)) out.push_back(field.value);
  }
  return out;
}

std::string unfold(std::string_view value) {
  std::string out(value.size(), '\0');
  char* to = out.data();
  for (const char c : value) {
    *to = c == '\t' ? ' ' : c;
    if (c != '\r' && c != '\n' && c != '\0') to++;
  }
  return std::string(trim(std::string_view(out.data(), static_cast<size_t>(to - out.data()))));
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  constexpr size_t kStride = 16;  // of a fixed length g++ -O2 vectorises
  size_t at = 0;
  for (; at + kStride <= out.size(); at += kStride) {
    char* const part = out.data() + at;
    for (size_t i = 0; i < kStride; i++) part[i] = lower(part[i]);
  }
  for (; at < out.size(); at++) out[at] = lower(out[at]);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace postern::extract
