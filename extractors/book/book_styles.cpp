#include "extractors/book/book_styles.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace postern::extract {

namespace {

// In small letters and without blanks.
constexpr std::array<std::string_view, 12> kMatter = {
    "display:none", "visibility:hidden", "content:\"", "content:'",   "content:attr", "order:",
    "direction:",   "position:absolute", "opacity:0",  "font-size:0", "transparent",  "row-reverse"};

std::string tight(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

bool matters(std::string_view declarations) {
  const std::string text = tight(declarations);
  return std::any_of(kMatter.begin(), kMatter.end(), [&](std::string_view word) {
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      // "border:" ends as "order:" does.
      if (at == 0 || text[at - 1] == ';' || text[at - 1] == ':' || text[at - 1] == '-') return true;
    }
    return false;
  });
}

// The words of a selector that a page must have: what stands behind a colon or in brackets is asked otherwise.
std::vector<std::string> names_of(std::string_view selector) {
  std::vector<std::string> out;
  size_t at = 0;
  while (at < selector.size()) {
    const auto is_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    };
    size_t end = at;
    while (end < selector.size() && is_name(selector[end])) end++;
    if (end == at) {
      if (selector[at] == ':' || selector[at] == '[' || selector[at] == '(') {
        at = std::min(selector.find_first_of(" >+~,)]", at), selector.size());
      } else {
        at++;
      }
      continue;
    }
    out.emplace_back(selector.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace

void BookStyles::add(std::string_view css) {
  while (rules_.size() < kMostBookRules) {
    const size_t open = css.find('{');
    const size_t close = open == std::string_view::npos ? open : css.find('}', open);
    if (close == std::string_view::npos) return;
    // What stands in front of the selector ends in a semicolon, a comment or the brace of a condition.
    std::string_view selectors = css.substr(0, open);
    if (const size_t before = selectors.find_last_of(";}/"); before != std::string_view::npos) {
      selectors.remove_prefix(before + 1);
    }
    const std::string_view declarations = css.substr(open + 1, close - open - 1);
    const size_t inner = declarations.rfind('{');
    if (inner != std::string_view::npos) {  // the first rule of a condition
      css.remove_prefix(open + 1);
      continue;
    }
    css.remove_prefix(close + 1);
    if (!matters(declarations)) continue;
    while (!selectors.empty() && rules_.size() < kMostBookRules) {
      const std::string_view one = selectors.substr(0, selectors.find(','));
      selectors.remove_prefix(std::min(one.size() + 1, selectors.size()));
      rules_.push_back({names_of(one), std::string(one) + "{" + std::string(declarations) + "}\n"});
    }
  }
}

std::string BookStyles::that_fit(std::string_view page) const {
  std::string out;
  for (const Rule& rule : rules_) {
    const bool fits = std::all_of(rule.names.begin(), rule.names.end(),
                                  [&](const std::string& name) { return page.find(name) != std::string_view::npos; });
    if (fits && rule.text.find('<') == std::string::npos) out += rule.text;
  }
  return out;
}

}  // namespace postern::extract
