// Patterns that are written in the manner of another language: they load, and mean something else here.
#include <algorithm>
#include <array>
#include <set>

#include "policy/lint_checks.h"
#include "policy/views.h"

namespace postern::policy {

namespace {

using std::string;
using std::string_view;

bool has(string_view text, string_view what) {
  return text.find(what) != string_view::npos;
}

// "/pattern/i", as JavaScript, Perl and sed write it.
bool between_slashes(string_view pattern) {
  const size_t last = pattern.rfind('/');
  return pattern.size() > 2 && pattern.front() == '/' && last > 1 &&
         pattern.find_first_not_of("gimsuxy", last + 1) == string_view::npos;
}

// What a language whose strings take `\\` for one backslash would write for \b, \d, \s and \w.
bool doubly_escaped(string_view pattern) {
  static constexpr std::array<string_view, 7> kClasses = {R"(\\d{)", R"(\\d+)", R"(\\d*)", R"(\\s+)",
                                                          R"(\\s*)", R"(\\w+)", R"(\\w*)"};
  return (pattern.starts_with(R"(\\b)") && pattern.ends_with(R"(\\b)")) ||
         std::any_of(kClasses.begin(), kClasses.end(), [&](string_view one) { return has(pattern, one); });
}

// A star after a letter or a class of regular expressions, in a list of literal words.
bool looks_like_pattern(string_view entry) {
  const size_t star = entry.find('*');
  const bool wildcard = star != string_view::npos && entry.find_first_not_of('*') != string_view::npos &&
                        (star == 0 || star + 1 == entry.size());
  return wildcard || has(entry, R"(\b)") || has(entry, R"(\d)") || has(entry, R"(\w)") || has(entry, ".*");
}

bool looks_like_regex(string_view name) {
  return has(name, R"(\.)") || name.starts_with('^') || name.ends_with('$') || has(name, ".*.") || has(name, ".+");
}

class TextLint {
 public:
  explicit TextLint(const LintContext& context) : context_(context) {}

  template <typename Pattern>
  void look_at(const Pattern& pattern) {
    if (const auto* const regex = std::get_if<RegexPattern>(&pattern)) look_at_regex(*regex);
    const auto* const words = std::get_if<WordPattern>(&pattern);
    if (words != nullptr && words->words && seen_.insert(words->words.get()).second) {
      for (const WordEntry& entry : words->words->entries) look_at_entry(entry);
    }
  }

  void look_at_content(const Content& content) {
    for (const string& name : content.file.names) {
      if (looks_like_regex(name)) {
        context_.warning(codes::kOtherLanguage, content.mark,
                         "the file name '" + name + "' looks like a regular expression; it is a shell pattern",
                         "write *.key for every name that ends in .key");
      }
    }
    for (const Content& child : content.children) look_at_content(child);
  }

 private:
  void look_at_regex(const RegexPattern& regex) {
    if (has(regex.pattern, "\b")) {
      context_.error(codes::kNeverMatches, regex.mark,
                     "the pattern holds a backspace, which no text has: that is what \\b is in double quotes",
                     "write the pattern in single quotes");
    } else if (between_slashes(regex.pattern)) {
      context_.warning(codes::kOtherLanguage, regex.mark, "the slashes at both ends are part of the pattern here",
                       "leave them out; (?i) at the beginning takes upper and lower case alike");
    } else if (doubly_escaped(regex.pattern)) {
      context_.warning(codes::kOtherLanguage, regex.mark, "two backslashes are a literal backslash here",
                       "write one: in single quotes YAML takes none away");
    }
  }

  void look_at_entry(const WordEntry& entry) {
    if (!looks_like_pattern(entry.text)) return;
    context_.warning(codes::kOtherLanguage, entry.mark,
                     "'" + entry.text + "' looks like a pattern; keywords and dictionaries are literal text",
                     "write a regex, or the beginning of the word with match: substring");
  }

  const LintContext& context_;
  std::set<const WordList*> seen_;
};

// Shorter ones are spelled by what is no word at all, as "4pp5".
constexpr size_t kLeastForLeet = 5;

ViewMask leet() {
  for (const ViewSwitch& one : view_switches()) {
    if (one.name == "leet") return one.views;
  }
  return 0;
}

// The first word that is too short, and no more of a list.
void lint_leet(const LintContext& context, const Detector& detector) {
  const auto* const words = std::get_if<WordPattern>(&detector.primary);
  const ViewMask views = detector.views.apply(context.model.views.apply(default_views()));
  if (detector.raw || words == nullptr || !words->words || (views & leet()) == 0) return;
  for (const WordEntry& entry : words->words->entries) {
    if (count_code_points(entry.text) >= kLeastForLeet) continue;
    context.warning(codes::kShortForLeet, entry.mark,
                    "'" + entry.text + "' is short for the leet view, where codes and prices spell it",
                    "switch leet on for longer words only");
    return;
  }
}

}  // namespace

void lint_texts(const LintContext& context) {
  TextLint lint(context);
  for (const Evidence& evidence : context.model.evidence) lint.look_at(evidence.pattern);
  for (const Detector& detector : context.model.detectors) {
    lint_leet(context, detector);
    lint.look_at(detector.primary);
    for (const AllowList::Near& near : detector.allow.near) lint.look_at(near.pattern);
  }
  for (const Rule& rule : context.model.rules) {
    if (rule.content) lint.look_at_content(*rule.content);
  }
}

}  // namespace postern::policy
