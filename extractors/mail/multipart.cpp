#include "extractors/mail/multipart.h"

#include <algorithm>

#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

struct Delimiter {
  size_t line_start = 0;
  size_t line_end = 0;  // behind the line feed
  bool closes = false;
};

std::string_view without_line_end(std::string_view bytes) {
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);
  if (bytes.ends_with('\r')) bytes.remove_suffix(1);
  return bytes;
}

// Finds delimiter lines one after the other.
class DelimiterScanner {
 public:
  DelimiterScanner(std::string_view body, std::string_view boundary, BoundaryMatch match)
      : body_(body), dashed_("--" + std::string(boundary)), match_(match) {}

  bool next(Delimiter& out, bool& prefix_line) {
    while (at_ < body_.size()) {
      const size_t start = find_line();
      if (start == std::string_view::npos) return false;
      const size_t newline = body_.find('\n', start);
      const size_t end = newline == std::string_view::npos ? body_.size() : newline + 1;
      at_ = newline == std::string_view::npos ? body_.size() : newline;
      std::string_view rest = body_.substr(start + dashed_.size(), end - start - dashed_.size());
      const std::string_view tail = trim(rest);
      const bool exact = tail.empty() || (tail == "--" && rest.starts_with("--"));
      if (!exact) prefix_line = true;
      if (!exact && match_ == BoundaryMatch::exact) continue;
      out = {start, end, rest.starts_with("--")};
      return true;
    }
    return false;
  }

 private:
  // The start of the next line that begins with the dashed boundary.
  size_t find_line() {
    if (at_ == 0 && body_.starts_with(dashed_)) return 0;
    while (true) {
      const size_t newline = body_.find("\n--", at_);
      if (newline == std::string_view::npos) return newline;
      if (body_.compare(newline + 1, dashed_.size(), dashed_) == 0) return newline + 1;
      at_ = newline + 1;
    }
  }

  std::string_view body_;
  std::string dashed_;
  BoundaryMatch match_;
  size_t at_ = 0;
};

}  // namespace

Multipart split_multipart(std::string_view body, std::string_view boundary, BoundaryMatch match) {
  Multipart out;
  DelimiterScanner scanner(body, boundary, match);
  Delimiter delimiter;
  size_t part_start = 0;
  bool in_part = false;
  while (out.parts.size() < kMostParts && scanner.next(delimiter, out.prefix_lines)) {
    const std::string_view before = without_line_end(body.substr(part_start, delimiter.line_start - part_start));
    if (in_part) {
      out.parts.push_back(before);
    } else if (!out.found) {
      out.preamble = before;
    }
    out.found = true;
    part_start = delimiter.line_end;
    in_part = !delimiter.closes;
    if (delimiter.closes && !out.closed) {
      out.closed = true;
      out.parts_before_close = out.parts.size();
    }
  }
  const std::string_view rest = body.substr(part_start);
  if (!out.found) {
    out.preamble = body;
  } else if (in_part) {
    out.parts.push_back(rest);
  } else {
    out.epilogue = rest;
  }
  if (!out.closed) out.parts_before_close = out.parts.size();
  return out;
}

std::vector<std::string> occurring_boundaries(std::string_view body, const std::vector<std::string>& boundaries) {
  struct Wanted {
    std::string_view trimmed;
    size_t number;
  };
  std::vector<Wanted> wanted;  // not seen yet, by their text
  for (size_t i = 0; i < boundaries.size(); i++) wanted.push_back({trim(boundaries[i]), i});
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.trimmed < b.trimmed; });
  const auto see = [&](std::string_view line, std::string_view trimmed) {
    auto one = std::lower_bound(wanted.begin(), wanted.end(), trimmed,
                                [](const Wanted& a, std::string_view text) { return a.trimmed < text; });
    while (one != wanted.end() && one->trimmed == trimmed) {
      const std::string_view tail = line.substr(std::min(line.size(), boundaries[one->number].size()));
      const bool occurs = line.starts_with(boundaries[one->number]) &&
                          (trim(tail).empty() || (trim(tail) == "--" && tail.starts_with("--")));
      one = occurs ? wanted.erase(one) : one + 1;
    }
  };
  for (size_t at = body.starts_with("--") ? 0 : body.find("\n--"); at != std::string_view::npos && !wanted.empty();) {
    const size_t begin = at + (body[at] == '\n' ? 3 : 2);
    at = body.find('\n', begin);
    const std::string_view line = body.substr(begin, at == std::string_view::npos ? at : at + 1 - begin);
    const std::string_view trimmed = trim(line);
    see(line, trimmed);
    if (trimmed.ends_with("--")) see(line, trim(trimmed.substr(0, trimmed.size() - 2)));
    if (at != std::string_view::npos) at = body.find("\n--", at);
  }
  std::vector<std::string> out;
  for (size_t i = 0; i < boundaries.size(); i++) {
    const bool seen = std::none_of(wanted.begin(), wanted.end(), [i](const Wanted& one) { return one.number == i; });
    if (seen) out.push_back(boundaries[i]);
  }
  return out;
}

std::string guess_boundary(std::string_view body) {
  constexpr size_t kLongestBoundary = 200;  // RFC 2046 says 70
  constexpr int kMostTries = 100;           // dashed lines of a text are no boundaries
  size_t at = 0;
  for (int tries = 0; tries < kMostTries; tries++) {
    const size_t start = at == 0 && body.starts_with("--") ? 0 : body.find("\n--", at);
    if (start == std::string_view::npos) return {};
    const size_t line = body[start] == '\n' ? start + 1 : start;
    const size_t end = body.find('\n', line);
    if (end == std::string_view::npos) return {};
    const std::string_view boundary = trim(body.substr(line + 2, end - line - 2));
    at = end;
    const size_t content = body.substr(end + 1, 8).find_first_not_of("\r\n");
    if (boundary.empty() || boundary.size() > kLongestBoundary || content == std::string_view::npos) continue;
    if (same_name(body.substr(end + 1, 8), "Content-")) return std::string(boundary);
  }
  return {};
}

}  // namespace postern::extract
