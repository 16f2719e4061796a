#include "response/release_token_canonical.h"

#include <algorithm>

namespace postern::response {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Takes one line with all of its line end off the front: "text CR* LF", or the rest.
std::string_view take_line(std::string_view& rest, bool& ended) {
  const size_t newline = rest.find('\n');
  ended = newline != std::string_view::npos;
  std::string_view line = rest.substr(0, newline);
  rest.remove_prefix(ended ? newline + 1 : rest.size());
  while (ended && !line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

std::string relaxed_field(const HeaderField& field) {
  std::string out = lower(trim_right(field.name));
  out += ':';
  bool space = false;
  bool begun = false;
  for (const char c : field.value) {
    if (is_space(c)) {
      space = true;
      continue;
    }
    if (space && begun) out += ' ';
    space = false;
    begun = true;
    out += c;
  }
  out += "\r\n";
  return out;
}

bool is_covered_field(std::string_view name) {
  const std::string key = lower(trim_right(name));
  return key == "from" || key == "subject" || key == "date" || key == "message-id" || key == "mime-version" ||
         key.starts_with("content-");
}

Sha256Digest header_digest(const std::vector<HeaderField>& fields) {
  Sha256 hash;
  for (const HeaderField& field : fields) {
    if (is_covered_field(field.name)) hash.update(relaxed_field(field));
  }
  return hash.finish();
}

Sha256Digest body_digest(std::string_view body) {
  Sha256 hash;
  // Empty lines count only once another line follows them, which leaves those at the end out.
  size_t empty_lines = 0;
  bool any = false;
  while (!body.empty()) {
    bool ended = false;
    const std::string_view line = take_line(body, ended);
    if (line.empty()) {
      empty_lines++;
      continue;
    }
    for (; empty_lines > 0; empty_lines--) hash.update("\r\n");
    for (std::string_view rest = line; !rest.empty();) {
      const std::string_view text = rest.substr(0, rest.find('\r'));
      hash.update(text);
      rest.remove_prefix(text.size());
      if (rest.empty()) break;
      hash.update(" ");
      rest.remove_prefix(1);
    }
    hash.update("\r\n");
    any = true;
  }
  if (!any) hash.update("\r\n");
  return hash.finish();
}

SplitMessage split_message(std::string_view message) {
  SplitMessage out;
  std::string_view rest = message;
  while (!rest.empty()) {
    bool ended = false;
    const std::string_view line = take_line(rest, ended);
    if (line.empty()) break;
    if ((line.front() == ' ' || line.front() == '\t') && !out.fields.empty()) {
      out.fields.back().value += "\r\n" + std::string(line);
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      out.fields.push_back({"", std::string(line)});
    } else {
      out.fields.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
    }
  }
  out.body = rest;
  return out;
}

}  // namespace postern::response
