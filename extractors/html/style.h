// As much of CSS as it takes to tell shown text from hidden text.
//
// Declarations in style attributes, and rules of <style> with the selectors of
// selector.h. Of @media those for every screen count; those for print or with
// conditions (widths) are passed over, as they hide nothing from a reader at a desk.
// A mistake here only changes a label: hidden text is extracted as well.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extractors/html/selector.h"

namespace postern::extract {

using Colour = std::array<std::uint8_t, 3>;

enum class Display : std::uint8_t { unset, none, inline_, block };

struct Style {
  std::string_view hides;  // what hides it, a literal: "display:none"; empty when nothing does
  bool shows = false;      // an explicit visibility:visible undoes an inherited visibility:hidden
  Display display = Display::unset;
  bool keeps_space = false;  // white-space: pre and its like
  std::optional<Colour> colour;
  std::optional<Colour> background;
  bool transparent = false;  // color: transparent

  // Declarations that come later win.
  void apply(const Style& later);
};

Style parse_declarations(std::string_view css);
std::optional<Colour> parse_colour(std::string_view text);
// True when text in one colour cannot be told from its ground.
bool hard_to_see(const Colour& text, const Colour& ground);

// Elements that selectors are compared with on one page: a second's work, a hundred times what a long page takes.
inline constexpr std::uint64_t kMostSelectorSteps = 20'000'000;
// @media inside @supports inside @layer; deeper ones are passed over.
inline constexpr unsigned kMostRuleDepth = 4;

class StyleSheet {
 public:
  void add(std::string_view css);
  bool empty() const { return rules_.empty() && long_rules_.empty(); }
  // All that apply to the element at the end of `path`, which leads to it from the outermost one: rules with one part
  // first, the id's last, then those of several parts.
  Style style_of(const std::vector<StyledElement>& path) const;

 private:
  struct LongRule {
    Selector selector;
    Style style;
  };
  void add_rules(std::string_view css, unsigned depth);
  void add_rule(std::string_view selectors, const Style& style);

  std::unordered_map<std::string, Style> rules_;                       // "p", ".note", "#top", "p.note"
  std::unordered_map<std::string, std::vector<LongRule>> long_rules_;  // by Selector::key()
  size_t long_rule_count_ = 0;
  mutable std::uint64_t steps_ = kMostSelectorSteps;
};

// Rules kept of one page; Outlook writes about 200.
inline constexpr size_t kMostRules = 5000;

// What a style sheet says to people: comments and quoted strings (generated content).
std::string text_of_css(std::string_view css);

}  // namespace postern::extract
