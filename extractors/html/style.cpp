#include "extractors/html/style.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "extractors/html/css_text.h"
#include "extractors/html/data_uri.h"

namespace postern::extract {
namespace {

// A selector without escapes, where they spell letters; others stand in names that are no selectors without them.
std::string plain_selector(const std::string& selector) {
  std::string plain = without_escapes(selector);
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view(".#-_ >,*").find(c) != std::string_view::npos;
  };
  return std::all_of(plain.begin(), plain.end(), is_plain) ? plain : selector;
}

bool is_part_mark(char c) {
  return c == '.' || c == '#';
}

// At-rules with rules in their block that may count.
bool holds_rules(std::string_view head) {
  return head.starts_with("@media") || head.starts_with("@supports") || head.starts_with("@container") ||
         head.starts_with("@scope") || head.starts_with("@document") || head.starts_with("@-moz-document");
}

// "(display: grid)": what every program with style sheets knows. Others may ask for what none has.
bool asks_for_common(std::string_view condition) {
  static constexpr std::array<std::string_view, 6> kCommon = {"display",    "position", "color",
                                                              "object-fit", "--",       "transform"};
  const size_t open = condition.find('(');
  const std::string_view rest =
      open == std::string_view::npos ? std::string_view{} : css_trim(condition.substr(open + 1));
  return condition.find("not") == std::string_view::npos &&
         std::any_of(kCommon.begin(), kCommon.end(), [rest](std::string_view name) { return rest.starts_with(name); });
}

// The head of an at-rule whose block counts on every screen (Media Queries 4, 2): "@media screen, print".
bool is_for_every_screen(std::string_view head) {
  std::string lowered(head.substr(0, 256));
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), css_lower);
  std::string_view rest = lowered;
  if (rest.starts_with("@layer")) return true;
  if (rest.starts_with("@supports")) return asks_for_common(rest.substr(9));
  if (!rest.starts_with("@media")) return false;
  rest.remove_prefix(6);
  while (true) {
    const size_t comma = rest.find(',');
    const std::string_view query = css_trim(rest.substr(0, comma));
    if (query.empty() || query == "all" || query == "screen" || query == "only screen" || query == "not print") {
      return true;
    }
    if (comma == std::string_view::npos) return false;
    rest.remove_prefix(comma + 1);
  }
}

size_t comma_outside_brackets(std::string_view selectors) {
  unsigned brackets = 0;
  for (size_t i = 0; i < selectors.size(); i++) {
    const char c = selectors[i];
    if (c == '(' || c == '[') brackets++;
    if ((c == ')' || c == ']') && brackets > 0) brackets--;
    if (c == ',' && brackets == 0) return i;
  }
  return selectors.size();
}

// A selector that fits at least the elements that `selector` fits: what Selector does not read is left out, and in
// front of a sibling combinator all.
std::string widened_selector(std::string_view selector) {
  std::string out;
  unsigned brackets = 0;
  for (size_t i = 0; i < selector.size(); i++) {
    const char c = selector[i];
    if (c == '[' || c == '(') brackets++;
    if (brackets == 0 && (c == '+' || c == '~')) {
      out.clear();
    } else if (brackets == 0 && c == ':') {
      // ":first-child", "::before": its name goes too.
      if (out.empty() || out.back() == ' ' || out.back() == '>') out += '*';
      while (i + 1 < selector.size() && (std::isalnum(static_cast<unsigned char>(selector[i + 1])) != 0 ||
                                         selector[i + 1] == '-' || selector[i + 1] == ':')) {
        i++;
      }
    } else if (brackets == 0) {
      out += c;
    } else if (brackets == 1 && c == '[') {
      // An attribute that must be there, whatever its value.
      if (out.empty() || out.back() == ' ' || out.back() == '>') out += '*';
      const size_t name = std::min(selector.find_first_not_of(" \t", i + 1), selector.size());
      const size_t end = std::min(selector.find_first_of(" \t=~|^$*]", name), selector.size());
      out += '@';
      out += selector.substr(name, end - name);
    }
    if ((c == ']' || c == ')') && brackets > 0) brackets--;
  }
  return out;
}

}  // namespace

void Style::apply(const Style& later) {
  if (!later.hides.empty()) hides = later.hides;
  // A later display other than none takes the hiding back.
  if (later.display != Display::unset) {
    if (later.display != Display::none && hides == "display:none") hides = {};
    display = later.display;
  }
  shows = shows || later.shows;
  if (later.right_to_left) right_to_left = later.right_to_left;
  overrides = overrides || later.overrides;
  in_a_row = in_a_row || later.in_a_row;
  is_atom = is_atom || later.is_atom;
  floats = floats || later.floats;
  unpadded = unpadded || later.unpadded;
  readable_size = readable_size || later.readable_size;
  keeps_space = keeps_space || later.keeps_space;
  struck = struck || later.struck;
  if (later.important) {
    auto both = std::make_shared<Style>();
    if (important) both->apply(*important);
    both->apply(*later.important);
    important = std::move(both);
  }
  if (later.monospaced) monospaced = later.monospaced;
  if (later.letter_case) letter_case = later.letter_case;
  moves = moves || later.moves;
  if (later.placement && placement) {
    auto both = std::make_shared<Placement>(*placement);
    both->apply(*later.placement);
    placement = std::move(both);
  } else if (later.placement) {
    placement = later.placement;
  }
  if (later.colour) {
    colour = later.colour;
    transparent = later.transparent;
  }
  transparent = transparent || later.transparent;
  if (later.background) background = later.background;
}

namespace {

constexpr unsigned kMostImports = 8;

// The sheets that "@import url(data:...)" at the beginning names, in front of the rest (CSS Cascade 4, 2).
std::string with_imports(std::string css) {
  std::string imported;
  std::string_view rest = css_trim(css);
  for (unsigned i = 0; i < kMostImports; i++) {
    if (rest.size() < 8 || rest.front() != '@') break;
    std::string name(rest.substr(0, 8));
    std::transform(name.begin(), name.end(), name.begin(), css_lower);
    const bool is_import = name.starts_with("@import");
    if (!is_import && !name.starts_with("@charset") && !name.starts_with("@layer")) break;
    size_t end = find_outside_strings(rest, ';', 0);
    const size_t url = is_import ? rest.substr(0, 32).find("url(") : std::string_view::npos;
    if (url != std::string_view::npos && url < end) {  // an address without quotes has semicolons of its own
      end = find_outside_strings(rest, ';', std::min(find_outside_strings(rest, ')', url), rest.size()));
    }
    if (rest.substr(0, end).find('{') < rest.find("data:")) break;
    const size_t data = rest.substr(0, end).find("data:");
    if (is_import && data != std::string_view::npos) {
      const std::string_view uri = rest.substr(data, rest.substr(0, end).find_first_of("\"')", data) - data);
      imported += without_comments(decode_data_uri(uri)) + '\n';
    }
    rest = css_trim(rest.substr(std::min(end + 1, rest.size())));
  }
  return imported.empty() ? std::move(css) : imported.append(rest);
}

}  // namespace

void StyleSheet::add(std::string_view css, std::string_view media) {
  const std::string clean = with_imports(without_comments(css));
  properties_.add(clean);
  const bool always = media.empty() || is_for_every_screen("@media " + std::string(media));
  add_rules(clean, 0, always ? Certainty::certain : Certainty::doubtful);
}

void StyleSheet::add_rules(std::string_view rest, unsigned depth, Certainty certainty) {
  while (!rest.empty() && rules_.size() + long_rule_count_ < kMostRules) {
    const size_t open = rest.find('{');
    if (open == std::string_view::npos) return;
    std::string_view selectors = css_trim(rest.substr(0, open));
    // Statements such as @import end in a semicolon and leave the selector behind it; "<!--" is tolerated.
    if (const size_t semicolon = selectors.rfind(';'); semicolon != std::string_view::npos)
      selectors = css_trim(selectors.substr(semicolon + 1));
    if (selectors.starts_with("<!--")) selectors = css_trim(selectors.substr(4));
    if (selectors.starts_with('@')) {
      // A block of rules ends where its braces do.
      size_t braces = 1, at = open + 1;
      for (; at < rest.size() && braces > 0; at++) {
        if (rest[at] == '{') braces++;
        if (rest[at] == '}') braces--;
      }
      const std::string_view block = rest.substr(open + 1, at - open - 1 - (braces == 0 ? 1 : 0));
      const bool always = is_for_every_screen(selectors);
      if (depth < kMostRuleDepth && (always || holds_rules(selectors)))
        add_rules(block, depth + 1, always ? certainty : Certainty::doubtful);
      rest = rest.substr(at);
      continue;
    }
    const size_t close = find_outside_strings(rest, '}', open);
    add_rule(selectors, rest.substr(open + 1, close - open - 1), certainty);
    rest = close >= rest.size() ? std::string_view{} : rest.substr(close + 1);
  }
}

void StyleSheet::add_long(Selector selector, const Style& style, Certainty certainty) {
  std::string key = selector.key();
  asks_for_siblings_ = asks_for_siblings_ || selector.asks_for_siblings();
  long_rules_[std::move(key)].push_back({std::move(selector), style, certainty});
  long_rule_count_++;
  if (certainty == Certainty::doubtful) doubtful_++;
}

void StyleSheet::add_generated(std::string selector, Side side) {
  auto parsed = Selector::parse(selector);
  if (!parsed) parsed = Selector::parse(widened_selector(selector));
  if (!parsed) return;
  std::string key = parsed->key();
  asks_for_siblings_ = asks_for_siblings_ || parsed->asks_for_siblings();
  generated_[std::move(key)].push_back({std::move(*parsed), side, *content_});
  long_rule_count_++;
}

namespace {

// Calls `take` with the selector for each alternative of ":is(.a, .b)" and ":where(...)" in it.
template <typename Take>
void for_each_alternative(const std::string& selector, const Take& take, unsigned depth = 0) {
  constexpr unsigned kMostInsideEachOther = 3;
  size_t at = selector.find(":is(");
  if (at == std::string::npos) at = selector.find(":where(");
  if (at == std::string::npos || depth == kMostInsideEachOther) return take(selector);
  const size_t open = selector.find('(', at) + 1;
  size_t end = open;
  for (unsigned brackets = 1; end < selector.size(); end++) {
    if (selector[end] == '(') brackets++;
    if (selector[end] == ')' && --brackets == 0) break;
  }
  std::string_view rest = std::string_view(selector).substr(open, end - open);
  const std::string behind = selector.substr(std::min(end + 1, selector.size()));
  constexpr unsigned kMostAlternatives = 32;
  for (unsigned i = 0; i < kMostAlternatives && !rest.empty(); i++) {
    const std::string_view one = rest.substr(0, comma_outside_brackets(rest));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    for_each_alternative(selector.substr(0, at) + std::string(css_trim(one)) + behind, take, depth + 1);
  }
}

}  // namespace

void StyleSheet::add_rule(std::string_view selectors, std::string_view declarations, Certainty certainty) {
  const Style style = parse_declarations(declarations, detail_, properties());
  content_.reset();
  while (!selectors.empty() && rules_.size() + long_rule_count_ < kMostRules) {
    std::string selector(css_trim(selectors.substr(0, comma_outside_brackets(selectors))));
    selectors.remove_prefix(std::min(comma_outside_brackets(selectors) + 1, selectors.size()));
    std::transform(selector.begin(), selector.end(), selector.begin(), css_lower);
    if (selector.find('\\') != std::string::npos) selector = plain_selector(selector);
    for_each_alternative(selector, [&](const std::string& one) { add_selector(one, style, declarations, certainty); });
  }
}

void StyleSheet::add_selector(std::string selector, const Style& style, std::string_view declarations,
                              Certainty certainty) {
  if (selector.starts_with('*') && selector.size() > 1 && (selector[1] == '.' || selector[1] == '#')) {
    selector.erase(0, 1);
  }
  if (selector.empty()) return;
  if (Side side{}; take_pseudo_element(selector, side)) {
    if (!content_) content_ = std::make_shared<const std::string>(content_of(declarations));
    if (!(*content_)->empty()) add_generated(std::move(selector), side);
    return;
  }
  const bool one_part =
      selector.find_first_of(" >+~:[\t\r\n\f") == std::string::npos && selector != "*" &&
      std::count_if(selector.begin() + 1, selector.end(), is_part_mark) + (is_part_mark(selector.front()) ? 1 : 0) <= 1;
  // A doubt matters only where it decides what is seen, and where.
  const auto add_wide = [&] {
    if (style.hides.empty() && !style.moves) return;
    if (style.moves) doubtful_moves_++;
    if (style.hides.empty() && detail_ == Detail::shown) return;
    if (auto wide = Selector::parse(widened_selector(selector))) add_long(std::move(*wide), style, Certainty::doubtful);
  };
  if (certainty == Certainty::doubtful) {
    add_wide();
  } else if (one_part) {
    ShortRule& rule = rules_[selector];
    rule.style.apply(style);
    rule.number = ++rule_number_;
  } else if (auto parts = Selector::parse(selector)) {
    add_long(std::move(*parts), style, certainty);
  } else {
    add_wide();
  }
}

namespace {

constexpr size_t kMostClasses = 64;

// Calls `take` with each key under which rules for an element may stand, from the least to the most special one.
template <typename Take>
void for_each_key(const StyledElement& element, const Take& take) {
  take("*");
  take(element.tag);
  std::string_view classes = element.classes;
  for (size_t i = 0; i < kMostClasses; i++) {
    classes = css_trim(classes);
    if (classes.empty()) break;
    const std::string_view one = classes.substr(0, classes.find_first_of(" \t\r\n\f"));
    classes.remove_prefix(one.size());
    take("." + std::string(one));
    take(element.tag + "." + std::string(one));
  }
  if (!element.id.empty()) {
    take("#" + element.id);
    take(element.tag + "#" + element.id);
  }
}

}  // namespace

std::string_view StyleSheet::generated_of(const std::vector<StyledElement>& path, Side side) const {
  std::string_view out;
  for_each_key(path.back(), [&](const std::string& key) {
    const auto found = generated_.find(key);
    if (found == generated_.end()) return;
    for (const GeneratedContent& one : found->second) {
      if (one.side == side && steps_ > 0 && one.selector.matches(path, steps_)) out = *one.value;
    }
  });
  return out;
}

Style StyleSheet::style_of(const std::vector<StyledElement>& path) const {
  Style out, of_long_rules;
  // Rules of equal weight apply in the order of the sheets, whatever that of the names in the attribute.
  std::array<const ShortRule*, kMostClasses> of_class, of_tag_and_class;
  size_t classes = 0, tags_and_classes = 0;
  const auto in_order = [&out](const ShortRule** first, size_t& count) {
    if (count > 1) {
      std::sort(first, first + count, [](const ShortRule* a, const ShortRule* b) { return a->number < b->number; });
    }
    for (size_t i = 0; i < count; i++) out.apply(first[i]->style);
    count = 0;
  };
  const auto apply_classes = [&] {
    in_order(of_class.data(), classes);
    in_order(of_tag_and_class.data(), tags_and_classes);
  };
  const auto apply = [&](const std::string& key) {
    if (const auto found = rules_.find(key); found != rules_.end()) {
      if (key.starts_with('.')) {
        of_class[classes++] = &found->second;
      } else if (key.find('.') != std::string::npos) {
        of_tag_and_class[tags_and_classes++] = &found->second;
      } else {
        if (key.find('#') != std::string::npos) apply_classes();
        out.apply(found->second.style);
      }
    }
    const auto longer = long_rules_.find(key);
    if (longer == long_rules_.end()) return;
    for (const LongRule& rule : longer->second) {
      if (rule.certainty == Certainty::doubtful && !applies_doubtful_) {
        if (steps_ > 0) steps_--;
        continue;
      }
      if (steps_ == 0) break;
      if (rule.selector.matches(path, steps_)) of_long_rules.apply(rule.style);
    }
  };
  for_each_key(path.back(), apply);
  apply_classes();
  out.apply(of_long_rules);
  return out;
}

}  // namespace postern::extract
