// Declarations of style attributes and rules (style.h).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "extractors/html/css_text.h"
#include "extractors/html/style.h"

namespace postern::extract {
namespace {

// What stands in a function that only computes: "calc(0px)".
std::string_view inside_computation(std::string_view value) {
  for (const std::string_view function : {"calc(", "min(", "max(", "clamp("}) {
    if (value.starts_with(function)) return inside_computation(css_trim(value.substr(function.size())));
  }
  return value;
}

// The number that a length begins with: "-9999px", "0.0pt". Nothing when there is none.
std::optional<double> number_of(std::string_view value) {
  const std::string text(inside_computation(value).substr(0, 32));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool is_about_zero(std::string_view value) {
  const auto number = number_of(value);
  return number && std::fabs(*number) < 0.05;
}

// What is no wider or higher shows no letter: style sheets for screen readers make boxes of a pixel.
bool is_no_extent(std::string_view value) {
  const auto number = number_of(value);
  return number && (std::fabs(*number) < 0.05 || (*number <= 1 && value.find("px") != std::string_view::npos));
}

// Sizes of up to a pixel or point cannot be read.
bool is_tiny_font(std::string_view value) {
  const auto number = number_of(value);
  if (!number) return false;
  if (value.find('%') != std::string_view::npos) return std::fabs(*number) < 5;
  if (value.find("em") != std::string_view::npos) return std::fabs(*number) < 0.05;
  return *number <= 1.0 && *number >= 0;
}

// The size in the value of `font`, which has other numbers as well: "normal 700 0/0 Arial".
bool has_tiny_font(std::string_view value) {
  while (!value.empty()) {
    const std::string_view word = value.substr(0, value.find(' '));
    value.remove_prefix(std::min(word.size() + 1, value.size()));
    const std::string_view size = word.substr(0, word.find('/'));
    const bool has_unit = size.find_first_of("%ptem") != std::string_view::npos;
    if (is_tiny_font(size) && (has_unit || is_about_zero(size))) return true;
  }
  return false;
}

bool is_monospaced(std::string_view family) {
  constexpr std::array<std::string_view, 5> kNames = {"mono", "courier", "consolas", "menlo", "typewriter"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [family](std::string_view name) { return family.find(name) != std::string_view::npos; });
}

bool is_faint(std::string_view value) {
  const auto number = number_of(value);
  return number && *number < (value.find('%') != std::string_view::npos ? 6 : 0.06);
}

bool is_far_outside(std::string_view value) {
  constexpr float kFar = 500, kFarBehind = 3000;  // pixels: beyond any offset used for layout
  const auto length = pixels(inside_computation(value));
  return length && (*length <= -kFar || *length >= kFarBehind);
}

// The argument of a function in the value of a property: "translatex(" of "scale(2) translatex(-9px)" is "-9px".
std::string_view argument_of(std::string_view value, std::string_view function) {
  const size_t at = value.find(function);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = value.substr(at + function.size());
  return rest.substr(0, rest.find(')'));
}

std::string_view behind_comma(std::string_view arguments) {
  const size_t comma = arguments.find(',');
  return comma == std::string_view::npos ? std::string_view{} : css_trim(arguments.substr(comma + 1));
}

// What hides in `transform`; empty when nothing does.
std::string_view hidden_by_transform(std::string_view value) {
  for (const std::string_view function : {"scale(", "scalex(", "scaley(", "scale3d(", "matrix("}) {
    const std::string_view factor = argument_of(value, function);
    if (!factor.empty() && is_about_zero(factor)) return "scale:0";
  }
  for (const std::string_view function : {"rotatex(", "rotatey("}) {
    const auto angle = number_of(argument_of(value, function));
    if (angle && (std::fabs(*angle) == 90 || std::fabs(*angle) == 270)) return "scale:0";
  }
  for (const std::string_view function : {"translate(", "translatex(", "translatey(", "translate3d("}) {
    const std::string_view arguments = argument_of(value, function);
    if (arguments.find('%') == std::string_view::npos &&
        (is_far_outside(arguments) || is_far_outside(behind_comma(arguments))))
      return "off-screen";
  }
  return {};
}

// rect(top, right, bottom, left) that leaves a pixel or less.
bool clips_all(std::string_view value) {
  std::string_view rest = argument_of(value, "rect(");
  std::array<double, 4> sides{};
  for (double& side : sides) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" ,"), rest.size()));
    const auto number = number_of(rest);
    if (!number) return false;
    side = *number;
    rest.remove_prefix(std::min(rest.find_first_of(" ,"), rest.size()));
  }
  return sides[2] - sides[0] <= 1 || sides[1] - sides[3] <= 1;
}

bool clips_all_by_path(std::string_view value) {
  if (value.starts_with("inset("))
    return value.find("100%") != std::string_view::npos || value.starts_with("inset(50%");
  if (value.starts_with("circle(") || value.starts_with("ellipse("))
    return is_about_zero(value.substr(value.find('(') + 1));
  return value.starts_with("polygon(") && value.find_first_of("123456789") == std::string_view::npos;
}

// Of several the last: colours of gradients, which are of one colour where they are to hide something.
std::optional<Colour> ground_of(std::string_view value) {
  std::optional<Colour> out;
  while (!value.empty()) {
    value.remove_prefix(std::min(value.find_first_not_of(" ,()"), value.size()));
    size_t end = std::min(value.find_first_of(" ,()"), value.size());
    const std::string_view name = value.substr(0, end);
    if (name.starts_with("rgb") || name.starts_with("hsl")) end = std::min(value.find(')'), value.size());
    if (const auto colour = parse_colour(value.substr(0, end))) out = colour;
    value.remove_prefix(end);
  }
  return out;
}

Display display_of(std::string_view value) {
  static constexpr std::array<std::string_view, 13> kBlocks = {
      "block",           "flex",        "grid",         "table",       "list-item", "flow-root",    "table-row",
      "table-row-group", "-webkit-box", "-webkit-flex", "-ms-flexbox", "run-in",    "table-caption"};
  if (value == "none") return Display::none;
  if (value.starts_with("inline") || value == "table-cell" || value == "contents" || value.starts_with("ruby"))
    return Display::inline_;
  return std::find(kBlocks.begin(), kBlocks.end(), value) == kBlocks.end() ? Display::unset : Display::block;
}

// What boxes need more than one declaration to hide.
struct Box {
  bool no_height = false, no_width = false, clips = false, positioned = false, far = false;
};

void apply_declaration(std::string_view name, std::string_view value, Style& style, Box& box) {
  style.moves = style.moves || may_move(name, value);
  if (name == "display") {
    style.display = display_of(value);
    if (value == "none") style.hides = "display:none";
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
    if (is_faint(value)) style.hides = "opacity:0";
  } else if (name == "filter") {
    if (value.find("opacity=0)") != std::string_view::npos || value.find("opacity(0") != std::string_view::npos)
      style.hides = "opacity:0";
  } else if (name == "font-size") {
    if (is_tiny_font(value)) style.hides = "font-size:0";
    style.readable_size = !is_tiny_font(value);
  } else if (name == "font") {
    if (has_tiny_font(value)) style.hides = "font-size:0";
    style.monospaced = is_monospaced(value);
  } else if (name == "font-family") {
    style.monospaced = is_monospaced(value);
  } else if (name == "mso-hide") {
    if (value == "all" || value == "screen") style.hides = "mso-hide";
  } else if (name == "color" || name == "-webkit-text-fill-color") {
    if (is_transparent(value)) style.transparent = true;
    if (const auto colour = parse_colour(value)) style.colour = colour;
  } else if (name == "background" || name == "background-color") {
    if (const auto colour = ground_of(value)) style.background = colour;
  } else if (name == "height" || name == "max-height" || name == "line-height") {
    if (is_no_extent(value)) box.no_height = true;
    if (name == "max-height" && is_about_zero(value)) box.clips = true;
  } else if (name == "width" || name == "max-width") {
    if (is_no_extent(value)) box.no_width = true;
  } else if (name == "overflow" || name == "overflow-y" || name == "overflow-x") {
    if (value == "hidden" || value == "clip") box.clips = true;
  } else if (name == "position") {
    if (value == "absolute" || value == "fixed" || value == "relative") box.positioned = true;
  } else if (name == "left" || name == "top" || name == "right" || name == "bottom") {
    if (is_far_outside(value)) box.far = true;
  } else if (name == "text-indent" || name == "margin-left" || name == "margin-top") {
    if (is_far_outside(value)) style.hides = "off-screen";
  } else if (name == "clip") {
    if (clips_all(value)) style.hides = "clip";
  } else if (name == "clip-path") {
    if (clips_all_by_path(value)) style.hides = "clip";
  } else if (name == "transform" || name == "-webkit-transform") {
    if (const std::string_view hides = hidden_by_transform(value); !hides.empty()) style.hides = hides;
  } else if (name == "translate") {
    if (is_far_outside(value)) style.hides = "off-screen";
  } else if (name == "scale" || name == "zoom") {
    if (is_about_zero(value)) style.hides = "scale:0";
  } else if (name == "content-visibility") {
    if (value == "hidden") style.hides = "content-visibility";
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

// Comments count as nothing, escapes as what they spell.
std::string_view tidy(std::string_view declaration, std::string& kept) {
  if (declaration.find("/*") != std::string_view::npos) {
    kept = without_comments(declaration);
    declaration = kept;
  }
  if (declaration.find('\\') != std::string_view::npos) {
    kept = without_escapes(declaration);
    declaration = kept;
  }
  return css_trim(declaration);
}

}  // namespace

Style parse_declarations(std::string_view css, Detail detail, const CustomProperties* properties) {
  Style style, important;
  bool has_important = false;
  Box box;
  std::shared_ptr<Placement> placement;
  if (detail == Detail::placed) placement = std::make_shared<Placement>();
  const auto has = [css](char c) { return css.find(c) != std::string_view::npos; };
  const bool is_plain = !has('"') && !has('\'') && !has('\\') && !has('*');
  std::string lowered, kept;
  while (!css.empty()) {
    const size_t end = is_plain ? std::min(css.find(';'), css.size()) : find_outside_strings(css, ';', 0);
    const std::string_view declaration = css.substr(0, end);
    css.remove_prefix(std::min(end + 1, css.size()));
    if (declaration.find(':') == std::string_view::npos) continue;
    constexpr size_t kLongestDeclaration = 512;
    lowered.assign((is_plain ? css_trim(declaration) : tidy(declaration, kept)).substr(0, kLongestDeclaration));
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), css_lower);
    const size_t split = lowered.find(':');
    if (split == std::string::npos) continue;
    if (properties != nullptr && lowered.find("var(", split) != std::string::npos) properties->put_in(lowered, split);
    std::string_view value = css_trim(std::string_view(lowered).substr(split + 1));
    const size_t bang = value.find('!');
    if (bang != std::string_view::npos) value = css_trim(value.substr(0, bang));
    const std::string_view name = css_trim(std::string_view(lowered).substr(0, split));
    apply_declaration(name, value, style, box);
    if (bang != std::string_view::npos) {
      apply_declaration(name, value, important, box);
      has_important = true;
    }
    if (placement) apply_placement(name, value, *placement);
  }
  style.placement = std::move(placement);
  if (box.positioned && box.far) style.hides = "off-screen";
  if (box.clips && (box.no_height || box.no_width)) style.hides = "zero-size";
  if (has_important) style.important = std::make_shared<const Style>(std::move(important));
  return style;
}

}  // namespace postern::extract
