#include "base/diagnostic.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace postern {

namespace {

constexpr size_t kMostShownColumns = 160;  // longer source lines are cut around the mark

std::string_view name_of(DiagnosticSeverity severity) {
  switch (severity) {
    case DiagnosticSeverity::error:
      return "error";
    case DiagnosticSeverity::warning:
      return "warning";
    case DiagnosticSeverity::note:
      return "note";
  }
  return "error";
}

std::string_view colour_of(DiagnosticSeverity severity) {
  switch (severity) {
    case DiagnosticSeverity::error:
      return "\x1b[1;31m";
    case DiagnosticSeverity::warning:
      return "\x1b[1;33m";
    case DiagnosticSeverity::note:
      return "\x1b[1;36m";
  }
  return "";
}

std::string_view line_of(const std::string& text, int line) {
  size_t start = 0;
  for (int i = 1; i < line; i++) {
    start = text.find('\n', start);
    if (start == std::string::npos) return {};
    start++;
  }
  size_t end = text.find('\n', start);
  if (end == std::string::npos) end = text.size();
  if (end > start && text[end - 1] == '\r') end--;
  return std::string_view(text).substr(start, end - start);
}

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// The line cut to what a terminal shows; tabs and control characters become spaces so that
// the caret below stands where it should. `first` is the code point at which the cut begins.
std::string shown_line(std::string_view line, size_t first) {
  std::string out;
  size_t column = 0;
  for (const char c : line) {
    if (starts_code_point(c)) column++;
    if (column <= first) continue;
    if (column > first + kMostShownColumns) break;
    out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
  }
  return out;
}

size_t damerau_levenshtein(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); j++) previous[j] = j;
  for (size_t i = 1; i <= a.size(); i++) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

void Diagnostics::error(std::string code, SourceMark mark, std::string text, std::string hint) {
  add({DiagnosticSeverity::error, std::move(code), std::move(mark), std::move(text), std::move(hint)});
}

void Diagnostics::warning(std::string code, SourceMark mark, std::string text, std::string hint) {
  add({DiagnosticSeverity::warning, std::move(code), std::move(mark), std::move(text), std::move(hint)});
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == DiagnosticSeverity::error) errors_++;
  if (diagnostic.severity == DiagnosticSeverity::warning) warnings_++;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::sort() {
  const auto path = [](const Diagnostic& d) { return d.mark.file ? std::string_view(d.mark.file->path) : ""; };
  std::stable_sort(all_.begin(), all_.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(path(a), a.mark.line, a.mark.column) < std::tuple(path(b), b.mark.line, b.mark.column);
  });
}

std::string Diagnostics::to_text(bool colour) const {
  std::string out;
  for (const Diagnostic& d : all_) {
    if (d.mark.file) {
      out += d.mark.file->path;
      if (d.mark.line > 0) {
        out += ":" + std::to_string(d.mark.line) + ":" + std::to_string(std::max(d.mark.column, 1));
      }
      out += ": ";
    }
    if (colour) out += colour_of(d.severity);
    out += name_of(d.severity);
    if (!d.code.empty()) out += "[" + d.code + "]";
    if (colour) out += "\x1b[0m";
    out += ": " + d.text + "\n";
    if (d.mark.file && d.mark.line > 0) {
      const size_t column = size_t(std::max(d.mark.column, 1));
      const size_t first = column > kMostShownColumns / 2 ? column - kMostShownColumns / 2 : 0;
      const std::string line = shown_line(line_of(d.mark.file->text, d.mark.line), first);
      const std::string number = std::to_string(d.mark.line);
      const std::string margin(std::max<size_t>(number.size(), 4), ' ');
      out.append(margin, number.size()).append(number).append(" | ").append(line) += '\n';
      out.append(margin).append(" | ").append(column - 1 - first, ' ') += '^';
      const size_t shown = size_t(std::count_if(line.begin(), line.end(), starts_code_point));
      const size_t room = shown > column - first ? shown - (column - first) : 0;
      out += std::string(std::min(size_t(std::max(d.mark.length, 1) - 1), room), '~') + "\n";
    }
    if (!d.hint.empty()) out += "  hint: " + d.hint + "\n";
  }
  return out;
}

std::string Diagnostics::to_json() const {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const Diagnostic& d : all_) {
    nlohmann::ordered_json row;
    row["file"] = d.mark.file ? d.mark.file->path : "";
    row["line"] = d.mark.line;
    row["column"] = d.mark.column;
    row["severity"] = name_of(d.severity);
    row["code"] = d.code;
    row["text"] = d.text;
    row["hint"] = d.hint;
    out.push_back(std::move(row));
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string Diagnostics::to_sarif(std::string_view tool_version) const {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const Diagnostic& d : all_) {
    nlohmann::ordered_json result;
    result["ruleId"] = d.code;
    result["level"] = name_of(d.severity);
    result["message"]["text"] = d.hint.empty() ? d.text : d.text + " (" + d.hint + ")";
    if (d.mark.file) {
      nlohmann::ordered_json location;
      location["physicalLocation"]["artifactLocation"]["uri"] = d.mark.file->path;
      if (d.mark.line > 0) {
        location["physicalLocation"]["region"]["startLine"] = d.mark.line;
        location["physicalLocation"]["region"]["startColumn"] = std::max(d.mark.column, 1);
      }
      result["locations"] = nlohmann::ordered_json::array({location});
    }
    results.push_back(std::move(result));
  }
  nlohmann::ordered_json run;
  run["tool"]["driver"]["name"] = "postern";
  run["tool"]["driver"]["version"] = tool_version;
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  nlohmann::ordered_json out;
  out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  out["version"] = "2.1.0";
  out["runs"] = nlohmann::ordered_json::array({run});
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string nearest_word(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr size_t kMostEdits = 2;
  constexpr size_t kLongestWord = 64;  // the comparison is quadratic
  if (word.empty() || word.size() > kLongestWord) return "";
  std::string_view best;
  size_t best_distance = std::min(kMostEdits + 1, (word.size() + 1) / 2 + 1);
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const size_t distance = damerau_levenshtein(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return std::string(best);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string nearest = nearest_word(word, candidates);
  return nearest.empty() ? "" : "did you mean '" + nearest + "'?";
}

}  // namespace postern
