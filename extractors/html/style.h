// As much of CSS as it takes to tell shown text from hidden text.
//
// Declarations in style attributes, and rules of <style> with the selectors of
// selector.h. Of @media those for every screen count; those for print or with
// conditions (widths), and rules whose selectors are not read, are doubtful: they count in a
// reading of their own.
// A mistake here only changes a label: hidden text is extracted as well.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extractors/html/colour.h"
#include "extractors/html/css_text.h"
#include "extractors/html/generated.h"
#include "extractors/html/placement.h"
#include "extractors/html/selector.h"

namespace postern::extract {

// text-transform
enum class LetterCase : std::uint8_t { as_written, upper, lower };

enum class Display : std::uint8_t { unset, none, inline_, block };

struct Style {
  std::string_view hides;  // what hides it, a literal: "display:none"; empty when nothing does
  bool shows = false;      // an explicit visibility:visible undoes an inherited visibility:hidden
  Display display = Display::unset;
  bool keeps_space = false;  // white-space: pre and its like
  std::optional<Colour> colour;
  std::optional<Colour> background;
  bool transparent = false;           // color: transparent
  std::optional<bool> right_to_left;  // direction
  bool overrides = false;             // unicode-bidi: every letter goes in that direction
  bool in_a_row = false;              // its blocks stand beside each other: display: flex and its like
  bool is_atom = false;               // display: inline-block
  bool floats = false;
  bool unpadded = false;       // padding: 0
  bool readable_size = false;  // a font size that can be read
  bool struck = false;         // text-decoration: line-through
  std::optional<LetterCase> letter_case;
  std::optional<bool> monospaced;              // the letters of its font
  bool moves = false;                          // it may make text stand elsewhere than it is written
  std::shared_ptr<const Placement> placement;  // null where it says nothing, and where places are not asked for

  std::shared_ptr<const Style> important;  // those of its declarations that are, which win at last

  // Declarations that come later win.
  void apply(const Style& later);
};

// What is asked for: whether text is shown, or where it stands as well, which costs more.
enum class Detail : std::uint8_t { shown, placed };

Style parse_declarations(std::string_view css, Detail detail = Detail::shown,
                         const CustomProperties* properties = nullptr);

// Elements that selectors are compared with on one page: a second's work, a hundred times what a long page takes.
inline constexpr std::uint64_t kMostSelectorSteps = 20'000'000;
// @media inside @supports inside @layer; deeper ones are passed over.
inline constexpr unsigned kMostRuleDepth = 4;

class StyleSheet {
 public:
  explicit StyleSheet(Detail detail) : detail_(detail) {}
  // `media`: what the sheet is for, as the attribute of its element says.
  void add(std::string_view css, std::string_view media = {});
  // Whether places among siblings have to be counted.
  bool asks_for_siblings() const { return asks_for_siblings_; }
  bool empty() const { return rules_.empty() && long_rules_.empty() && generated_.empty(); }
  // Whether rules hide text of which some programs only see that they apply: those for narrow screens or print, and
  // those of selectors that are not read here.
  // What `var()` means in declarations; null when nothing asks for it.
  const CustomProperties* properties() const { return properties_.empty() ? nullptr : &properties_; }
  bool has_doubtful() const { return doubtful_ > 0; }
  // Whether some of them put text elsewhere, or would where programs meet their conditions.
  bool has_doubtful_moves() const { return doubtful_moves_ > 0; }
  // From now on doubtful rules apply too.
  void apply_doubtful() { applies_doubtful_ = true; }
  // All that apply to the element at the end of `path`, which leads to it from the outermost one: rules with one part
  // first, the id's last, then those of several parts.
  Style style_of(const std::vector<StyledElement>& path) const;
  // Whether rules put text before or after elements.
  bool has_generated() const { return !generated_.empty(); }
  // The `content` that is put on this side of what is in the element at the end of `path`; empty when none is.
  std::string_view generated_of(const std::vector<StyledElement>& path, Side side) const;

 private:
  enum class Certainty : std::uint8_t { certain, doubtful };
  struct LongRule {
    Selector selector;
    Style style;
    Certainty certainty;
  };
  void add_rules(std::string_view css, unsigned depth, Certainty certainty);
  void add_rule(std::string_view selectors, std::string_view declarations, Certainty certainty);
  void add_selector(std::string selector, const Style& style, std::string_view declarations, Certainty certainty);
  void add_generated(std::string selector, Side side);
  void add_long(Selector selector, const Style& style, Certainty certainty);

  const Detail detail_;
  CustomProperties properties_;
  struct ShortRule {
    Style style;
    size_t number = 0;  // in the order of the sheets, of the last one with this selector
  };
  std::unordered_map<std::string, ShortRule> rules_;                          // "p", ".note", "#top", "p.note"
  std::unordered_map<std::string, std::vector<LongRule>> long_rules_;         // by Selector::key()
  std::unordered_map<std::string, std::vector<GeneratedContent>> generated_;  // the same
  // `content` of the rule that is being added, once it was asked for: long ones are kept once for all its selectors.
  std::optional<std::shared_ptr<const std::string>> content_;
  size_t long_rule_count_ = 0, rule_number_ = 0;
  size_t doubtful_ = 0, doubtful_moves_ = 0;
  bool applies_doubtful_ = false;
  bool asks_for_siblings_ = false;
  mutable std::uint64_t steps_ = kMostSelectorSteps;
};

// Rules kept of one page; Outlook writes about 200.
inline constexpr size_t kMostRules = 5000;

}  // namespace postern::extract
