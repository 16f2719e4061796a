#include "extractors/html/style.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "extractors/html/css_text.h"

namespace postern::extract {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The number that a length begins with: "-9999px", "0.0pt". Nothing when there is none.
std::optional<double> number_of(std::string_view value) {
  const std::string text(value.substr(0, 32));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool is_about_zero(std::string_view value) {
  const auto number = number_of(value);
  return number && std::fabs(*number) < 0.05;
}

// Sizes of up to a pixel or point cannot be read.
bool is_tiny_font(std::string_view value) {
  const auto number = number_of(value);
  if (!number) return false;
  const bool relative = value.find("em") != std::string_view::npos || value.find('%') != std::string_view::npos;
  return relative ? std::fabs(*number) < 0.05 : *number <= 1.0 && *number >= 0;
}

bool is_far_outside(std::string_view value) {
  constexpr double kFar = 500;  // pixels or points: beyond any margin used for layout
  const auto number = number_of(value);
  return number && *number <= -kFar;
}

struct NamedColour {
  std::string_view name;
  Colour colour;
};
constexpr std::array kColours = {
    NamedColour{"white", {255, 255, 255}},
    NamedColour{"black", {0, 0, 0}},
    NamedColour{"red", {255, 0, 0}},
    NamedColour{"green", {0, 128, 0}},
    NamedColour{"blue", {0, 0, 255}},
    NamedColour{"yellow", {255, 255, 0}},
    NamedColour{"gray", {128, 128, 128}},
    NamedColour{"grey", {128, 128, 128}},
    NamedColour{"silver", {192, 192, 192}},
    NamedColour{"navy", {0, 0, 128}},
    NamedColour{"maroon", {128, 0, 0}},
    NamedColour{"purple", {128, 0, 128}},
    NamedColour{"teal", {0, 128, 128}},
    NamedColour{"olive", {128, 128, 0}},
    NamedColour{"lime", {0, 255, 0}},
    NamedColour{"aqua", {0, 255, 255}},
    NamedColour{"fuchsia", {255, 0, 255}},
    NamedColour{"orange", {255, 165, 0}},
    NamedColour{"ivory", {255, 255, 240}},
    NamedColour{"snow", {255, 250, 250}},
    NamedColour{"whitesmoke", {245, 245, 245}},
    NamedColour{"ghostwhite", {248, 248, 255}},
    NamedColour{"window", {255, 255, 255}},
    NamedColour{"windowtext", {0, 0, 0}},
};

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_part_mark(char c) {
  return c == '.' || c == '#';
}

// The head of an at-rule whose block counts on every screen (Media Queries 4, 2): "@media screen, print".
bool is_for_every_screen(std::string_view head) {
  std::string lowered(head.substr(0, 256));
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  std::string_view rest = lowered;
  if (rest.starts_with("@layer")) return true;
  if (rest.starts_with("@supports")) return rest.find("not") == std::string_view::npos;
  if (!rest.starts_with("@media")) return false;
  rest.remove_prefix(6);
  while (true) {
    const size_t comma = rest.find(',');
    const std::string_view query = trim(rest.substr(0, comma));
    if (query.empty() || query == "all" || query == "screen" || query == "only screen" || query == "not print") {
      return true;
    }
    if (comma == std::string_view::npos) return false;
    rest.remove_prefix(comma + 1);
  }
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

// What boxes need more than one declaration to hide.
struct Box {
  bool no_height = false, no_width = false, clips = false, positioned = false, far = false;
};

void apply_declaration(std::string_view name, std::string_view value, Style& style, Box& box) {
  style.moves = style.moves || may_move(name, value);
  if (name == "display") {
    style.display = value == "none" ? Display::none : value.starts_with("inline") ? Display::inline_ : Display::block;
    if (value == "none") style.hides = "display:none";
    if (value == "table-cell" || value == "contents") style.display = Display::inline_;
    style.in_a_row = value.ends_with("flex") || value.ends_with("grid");
    style.is_atom = value == "inline-block";
  } else if (name == "flex-direction") {
    style.in_a_row = !value.starts_with("column");
  } else if (name == "float") {
    style.floats = value == "left" || value == "right";
  } else if (name == "padding") {
    style.unpadded = is_about_zero(value);
  } else if (name == "direction") {
    style.right_to_left = value == "rtl";
  } else if (name == "unicode-bidi") {
    style.overrides = value.ends_with("override");
  } else if (name == "visibility") {
    if (value == "hidden" || value == "collapse") style.hides = "visibility:hidden";
    if (value == "visible") style.shows = true;
  } else if (name == "opacity" || name == "-moz-opacity") {
    if (const auto number = number_of(value); number && *number < 0.06) style.hides = "opacity:0";
  } else if (name == "filter") {
    if (value.find("opacity=0)") != std::string_view::npos || value.find("opacity(0") != std::string_view::npos)
      style.hides = "opacity:0";
  } else if (name == "font-size") {
    if (is_tiny_font(value)) style.hides = "font-size:0";
    style.readable_size = !is_tiny_font(value);
  } else if (name == "font") {
    if (value.starts_with("0 ") || value.starts_with("0px") || value.find(" 0px") != std::string_view::npos ||
        value.starts_with("0/"))
      style.hides = "font-size:0";
  } else if (name == "mso-hide") {
    if (value == "all" || value == "screen") style.hides = "mso-hide";
  } else if (name == "color" || name == "-webkit-text-fill-color") {
    if (value == "transparent" || (value.starts_with("rgba(") && value.ends_with(",0)"))) style.transparent = true;
    if (const auto colour = parse_colour(value)) style.colour = colour;
  } else if (name == "background" || name == "background-color") {
    for (std::string_view rest = value; !rest.empty();) {
      const size_t space = rest.starts_with("rgb") ? rest.find(')') : rest.find(' ');
      const std::string_view word =
          rest.substr(0, space == std::string_view::npos ? space : space + (rest[space] == ')' ? 1 : 0));
      if (const auto colour = parse_colour(word)) style.background = colour;
      rest = space == std::string_view::npos ? std::string_view{} : trim(rest.substr(space + 1));
    }
  } else if (name == "height" || name == "max-height" || name == "line-height") {
    if (is_about_zero(value)) box.no_height = true;
    if (name == "max-height" && is_about_zero(value)) box.clips = true;
  } else if (name == "width" || name == "max-width") {
    if (is_about_zero(value)) box.no_width = true;
  } else if (name == "overflow" || name == "overflow-y" || name == "overflow-x") {
    if (value == "hidden" || value == "clip") box.clips = true;
  } else if (name == "position") {
    if (value == "absolute" || value == "fixed" || value == "relative") box.positioned = true;
  } else if (name == "left" || name == "top" || name == "right" || name == "bottom") {
    if (is_far_outside(value)) box.far = true;
  } else if (name == "text-indent" || name == "margin-left" || name == "margin-top") {
    if (is_far_outside(value)) style.hides = "off-screen";
  } else if (name == "clip") {
    if (value.find("rect(0") != std::string_view::npos) style.hides = "clip";
  } else if (name == "clip-path") {
    if (value.find("inset(100%") != std::string_view::npos || value.find("inset(50%") != std::string_view::npos ||
        value.find("circle(0") != std::string_view::npos)
      style.hides = "clip";
  } else if (name == "transform") {
    if (value.find("scale(0") != std::string_view::npos && value.find("scale(0.") == std::string_view::npos)
      style.hides = "scale:0";
  } else if (name == "text-transform") {
    style.letter_case = value == "uppercase"   ? LetterCase::upper
                        : value == "lowercase" ? LetterCase::lower
                                               : LetterCase::as_written;
  } else if (name == "text-decoration" || name == "text-decoration-line") {
    style.struck = value.find("line-through") != std::string_view::npos;
  } else if (name == "white-space") {
    if (value.starts_with("pre") || value == "break-spaces") style.keeps_space = true;
  }
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

std::optional<Colour> parse_colour(std::string_view text) {
  if (text.starts_with('#')) {
    const std::string_view digits = text.substr(1);
    if (digits.size() != 3 && digits.size() != 6 && digits.size() != 8) return std::nullopt;
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return hex(c) < 0; })) return std::nullopt;
    Colour out{};
    for (size_t i = 0; i < 3; i++) {
      const int value = digits.size() == 3 ? hex(digits[i]) * 17 : hex(digits[2 * i]) * 16 + hex(digits[2 * i + 1]);
      out[i] = static_cast<std::uint8_t>(value);
    }
    return out;
  }
  if (text.starts_with("rgb")) {
    const size_t open = text.find('(');
    if (open == std::string_view::npos) return std::nullopt;
    Colour out{};
    std::string_view rest = text.substr(open + 1);
    for (std::uint8_t& channel : out) {
      const auto number = number_of(trim(rest));
      if (!number) return std::nullopt;
      const size_t percent = rest.substr(0, rest.find_first_of(",)")).find('%');
      channel = static_cast<std::uint8_t>(
          std::clamp(percent == std::string_view::npos ? *number : *number * 2.55 + 0.5, 0.0, 255.0));
      const size_t comma = rest.find_first_of(", ", rest.find_first_not_of(' '));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return out;
  }
  const auto found =
      std::find_if(kColours.begin(), kColours.end(), [text](const NamedColour& row) { return row.name == text; });
  if (found == kColours.end()) return std::nullopt;
  return found->colour;
}

bool hard_to_see(const Colour& text, const Colour& ground) {
  constexpr int kNear = 36;  // sum over the channels; #fefefe on white is 3, light grey captions are 100 and more
  int distance = 0;
  for (size_t i = 0; i < text.size(); i++) distance += std::abs(int{text[i]} - int{ground[i]});
  return distance <= kNear;
}

Style parse_declarations(std::string_view css, Detail detail) {
  Style style;
  Box box;
  std::shared_ptr<Placement> placement;
  if (detail == Detail::placed) placement = std::make_shared<Placement>();
  std::string lowered;
  while (!css.empty()) {
    const size_t end = css.find(';');
    const std::string_view declaration = css.substr(0, end);
    css = end == std::string_view::npos ? std::string_view{} : css.substr(end + 1);
    const size_t colon = declaration.find(':');
    if (colon == std::string_view::npos) continue;
    constexpr size_t kLongestDeclaration = 512;
    lowered.assign(trim(declaration).substr(0, kLongestDeclaration));
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
    const size_t split = lowered.find(':');
    if (split == std::string::npos) continue;
    std::string_view value = trim(std::string_view(lowered).substr(split + 1));
    if (const size_t bang = value.find('!'); bang != std::string_view::npos) value = trim(value.substr(0, bang));
    const std::string_view name = trim(std::string_view(lowered).substr(0, split));
    apply_declaration(name, value, style, box);
    if (placement) apply_placement(name, value, *placement);
  }
  style.placement = std::move(placement);
  if (box.positioned && box.far) style.hides = "off-screen";
  if (box.clips && (box.no_height || box.no_width)) style.hides = "zero-size";
  return style;
}

void StyleSheet::add(std::string_view css) {
  std::string clean;
  clean.reserve(css.size());
  for (size_t at = 0; at < css.size();) {
    const size_t comment = css.find("/*", at);
    clean += css.substr(at, comment == std::string_view::npos ? comment : comment - at);
    if (comment == std::string_view::npos) break;
    const size_t end = css.find("*/", comment + 2);
    at = end == std::string_view::npos ? css.size() : end + 2;
  }
  add_rules(clean, 0, Certainty::certain);
}

void StyleSheet::add_rules(std::string_view rest, unsigned depth, Certainty certainty) {
  while (!rest.empty() && rules_.size() + long_rule_count_ < kMostRules) {
    const size_t open = rest.find('{');
    if (open == std::string_view::npos) return;
    std::string_view selectors = trim(rest.substr(0, open));
    // Statements such as @import end in a semicolon and leave the selector behind it; "<!--" is tolerated.
    if (const size_t semicolon = selectors.rfind(';'); semicolon != std::string_view::npos)
      selectors = trim(selectors.substr(semicolon + 1));
    if (selectors.starts_with("<!--")) selectors = trim(selectors.substr(4));
    if (selectors.starts_with('@')) {
      // A block of rules ends where its braces do.
      size_t braces = 1, at = open + 1;
      for (; at < rest.size() && braces > 0; at++) {
        if (rest[at] == '{') braces++;
        if (rest[at] == '}') braces--;
      }
      const std::string_view block = rest.substr(open + 1, at - open - 1 - (braces == 0 ? 1 : 0));
      const bool always = is_for_every_screen(selectors);
      if (depth < kMostRuleDepth && (always || selectors.starts_with("@media") || selectors.starts_with("@supports")))
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
  long_rules_[std::move(key)].push_back({std::move(selector), style, certainty});
  long_rule_count_++;
  if (certainty == Certainty::doubtful) doubtful_++;
}

void StyleSheet::add_generated(std::string selector, Side side, std::string_view value) {
  auto parsed = Selector::parse(selector);
  if (!parsed) parsed = Selector::parse(widened_selector(selector));
  if (!parsed) return;
  std::string key = parsed->key();
  generated_[std::move(key)].push_back({std::move(*parsed), side, std::string(value)});
  long_rule_count_++;
}

void StyleSheet::add_rule(std::string_view selectors, std::string_view declarations, Certainty certainty) {
  const Style style = parse_declarations(declarations, detail_);
  while (!selectors.empty() && rules_.size() + long_rule_count_ < kMostRules) {
    const size_t comma = selectors.find(',');
    std::string selector(trim(selectors.substr(0, comma)));
    selectors = comma == std::string_view::npos ? std::string_view{} : selectors.substr(comma + 1);
    std::transform(selector.begin(), selector.end(), selector.begin(), lower);
    if (selector.starts_with('*') && selector.size() > 1 && (selector[1] == '.' || selector[1] == '#')) {
      selector.erase(0, 1);
    }
    if (selector.empty()) continue;
    if (Side side{}; take_pseudo_element(selector, side)) {
      if (const std::string_view value = content_of(declarations); !value.empty())
        add_generated(std::move(selector), side, value);
      continue;
    }
    const bool one_part =
        selector.find_first_of(" >+~:[\t\r\n\f") == std::string::npos && selector != "*" &&
        std::count_if(selector.begin() + 1, selector.end(), is_part_mark) + (is_part_mark(selector.front()) ? 1 : 0) <=
            1;
    if (certainty == Certainty::doubtful) {
      // A doubt matters only where it decides what is seen.
      if (style.hides.empty()) continue;
      if (auto wide = Selector::parse(widened_selector(selector))) add_long(std::move(*wide), style, certainty);
    } else if (one_part) {
      rules_[selector].apply(style);
    } else if (auto parts = Selector::parse(selector)) {
      add_long(std::move(*parts), style, certainty);
    } else if (!style.hides.empty()) {
      if (auto wide = Selector::parse(widened_selector(selector)))
        add_long(std::move(*wide), style, Certainty::doubtful);
    }
  }
}

namespace {

// Calls `take` with each key under which rules for an element may stand, from the least to the most special one.
template <typename Take>
void for_each_key(const StyledElement& element, const Take& take) {
  constexpr size_t kMostClasses = 64;
  take("*");
  take(element.tag);
  std::string_view classes = element.classes;
  for (size_t i = 0; i < kMostClasses; i++) {
    classes = trim(classes);
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
      if (one.side == side && steps_ > 0 && one.selector.matches(path, steps_)) out = one.value;
    }
  });
  return out;
}

Style StyleSheet::style_of(const std::vector<StyledElement>& path) const {
  Style out, of_long_rules;
  const auto apply = [&](const std::string& key) {
    if (const auto found = rules_.find(key); found != rules_.end()) out.apply(found->second);
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
  out.apply(of_long_rules);
  return out;
}

}  // namespace postern::extract
