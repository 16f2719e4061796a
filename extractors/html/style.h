// As much of CSS as it takes to tell shown text from hidden text.
//
// Declarations in style attributes and rules of <style> with simple selectors
// (tag, .class, #id, tag.class). Media queries and combinators are passed over.
// A mistake here only changes a label: hidden text is extracted as well.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

class StyleSheet {
 public:
  void add(std::string_view css);
  bool empty() const { return rules_.empty(); }
  // All that apply to an element, the id's last.
  Style style_of(std::string_view tag, std::string_view classes, std::string_view id) const;

 private:
  std::unordered_map<std::string, Style> rules_;  // "p", ".note", "#top", "p.note"
};

// Rules kept of one page; Outlook writes about 200.
inline constexpr size_t kMostRules = 5000;

// What a style sheet says to people: comments and quoted strings (generated content).
std::string text_of_css(std::string_view css);

}  // namespace postern::extract
