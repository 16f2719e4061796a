// The page as it is displayed: what its styles move, generate and change (layout.h).
#include <algorithm>
#include <array>

#include "extractors/html/element.h"
#include "extractors/html/page.h"
#include "extractors/mail/header.h"
#include "extractors/text/display_order.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// What an element is shown as whose style does not say it.
BoxKind natural_kind(const GumboElement& element, bool block) {
  switch (element.tag) {
    case GUMBO_TAG_TR:
      return BoxKind::row;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
      return BoxKind::cell;
    case GUMBO_TAG_BUTTON:
      return BoxKind::inline_block;
    default:
      return block ? BoxKind::block : BoxKind::in_line;
  }
}

// The text that a control shows: its value, or what stands in for it. Of pictures that are not loaded their
// alternative text.
std::string_view text_in_place_of(const GumboElement& element) {
  if (element.tag == GUMBO_TAG_IMG || element.tag == GUMBO_TAG_AREA) return attribute(element, "alt");
  if (element.tag != GUMBO_TAG_INPUT) return {};
  static constexpr std::array kWithoutText = {"hidden"sv, "checkbox"sv, "radio"sv, "password"sv,
                                              "file"sv,   "range"sv,    "color"sv, "image"sv};
  const std::string type = to_lower(attribute(element, "type"));
  if (std::find(kWithoutText.begin(), kWithoutText.end(), type) != kWithoutText.end()) return {};
  const std::string_view value = attribute(element, "value");
  return value.empty() ? attribute(element, "placeholder") : value;
}

bool is_struck(GumboTag tag) {
  return tag == GUMBO_TAG_DEL || tag == GUMBO_TAG_S || tag == GUMBO_TAG_STRIKE;
}

bool is_annotation(GumboTag tag) {
  return tag == GUMBO_TAG_RT || tag == GUMBO_TAG_RTC;
}

// In which order the parts of a table are displayed, wherever they stand in it (HTML 4.9); 0 for others.
unsigned section_of(GumboTag tag) {
  constexpr unsigned kHead = 1, kBody = 2, kFoot = 3;
  switch (tag) {
    case GUMBO_TAG_THEAD:
      return kHead;
    case GUMBO_TAG_TBODY:
      return kBody;
    case GUMBO_TAG_TFOOT:
      return kFoot;
    default:
      return 0;
  }
}

void apply_section(const GumboElement& element, Placement& placement) {
  if (element.tag == GUMBO_TAG_TABLE && placement.box == BoxKind::unset) {
    placement.box = BoxKind::flex;
    placement.column = true;
    placement.reversed = false;
  }
  if (const unsigned section = section_of(element.tag); section != 0 && !placement.order)
    placement.order = static_cast<int>(section);
}

bool is_svg_text(const GumboElement& element) {
  if (element.tag_namespace != GUMBO_NAMESPACE_SVG) return false;
  const std::string tag = tag_name(element);
  return tag == "text" || tag == "tspan" || (tag == "g" && has_attribute(element, "transform"));
}

// SVG 1.1, 10.5: a text begins at its x and y.
void apply_svg_position(const GumboElement& element, Placement& placement) {
  if (!is_svg_text(element)) return;
  const std::string_view x = attribute(element, "x"), y = attribute(element, "y");
  const std::string_view transform = attribute(element, "transform");
  if (x.empty() && y.empty() && transform.empty()) return;
  placement.position = Positioning::absolute;
  if (!x.empty() || !transform.empty()) placement.left = pixels(x).value_or(0.F);
  if (!y.empty() || !transform.empty()) placement.top = pixels(y).value_or(0.F);
  if (!transform.empty()) apply_placement("transform", to_lower(transform), placement);
}

std::string in_case(std::string_view text, LetterCase letter_case) {
  std::string out(text);
  for (char& c : out) {
    if (letter_case == LetterCase::upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if (letter_case == LetterCase::lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

}  // namespace

void PageReader::see_arrangement(const GumboElement& element, const Style& style, const State& around, State& state) {
  if (style.monospaced) state.monospaced = *style.monospaced;
  if (style.letter_case) state.letter_case = *style.letter_case;
  state.struck = around.struck || style.struck || is_struck(element.tag);
  state.annotates = around.annotates || is_annotation(element.tag);
  if (rearranged_ || layout_) return;
  const bool in_a_row = element.tag == GUMBO_TAG_TR || style.in_a_row || style.is_atom;
  rearranged_ = style.moves || (state.right_to_left && in_a_row) || (state.struck && !around.struck) ||
                (state.annotates && !around.annotates) || is_svg_text(element) || sheet_.has_generated();
  // Words that stand before a float are displayed behind it.
  if (style.floats && line_.has_shown()) rearranged_ = true;
  if (element.tag == GUMBO_TAG_TABLE && same_name(attribute(element, "align"), "right")) rearranged_ = true;
  if (element.tag == GUMBO_TAG_TABLE) section_ = 0;
  if (const unsigned section = section_of(element.tag); section != 0) {
    if (section < section_) rearranged_ = true;
    section_ = section;
  }
  if (element.tag == GUMBO_TAG_TEXTAREA) rearranged_ = true;
  if (element.tag == GUMBO_TAG_INPUT) rearranged_ = rearranged_ || !trim(text_in_place_of(element)).empty();
  if (element.tag == GUMBO_TAG_IMG) {
    // One is a picture of something; several beside each other, or a letter, may be words of a sentence.
    constexpr size_t kOfALetter = 3;
    const std::string_view alt = trim(attribute(element, "alt"));
    if (!alt.empty()) rearranged_ = rearranged_ || ++pictures_of_line_ > 1 || alt.size() <= kOfALetter;
  }
}

bool PageReader::enter_layout(const GumboNode& node, const Style& style, State& state, Break& ends) {
  const GumboElement& element = node.v.element;
  ends = Break::none;
  switch (element.tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_RP:
      return false;
    case GUMBO_TAG_TEXTAREA:
      layout_->open({}, BoxKind::inline_block, Layout::Direction::left_to_right);
      lay_text(state, raw_text(element), Layout::Source::added);
      layout_->close();
      return false;
    case GUMBO_TAG_BR:
      if (state.hides.empty()) layout_->line_break();
      return false;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_PLAINTEXT:
      state.keeps_space = true;
      state.monospaced = style.monospaced.value_or(true);
      break;
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_TT:
      state.monospaced = style.monospaced.value_or(true);
      break;
    default:
      break;
  }
  const bool block = is_shown_as_block(element, style);
  if (block) apply_mail_place(node, state);
  Placement placement;
  if (style.placement) placement = *style.placement;
  apply_svg_position(element, placement);
  apply_section(element, placement);
  if (element.tag == GUMBO_TAG_TABLE && !placement.floats) {
    const std::string_view align = attribute(element, "align");
    if (same_name(align, "right")) placement.floats = FloatSide::right;
    if (same_name(align, "left")) placement.floats = FloatSide::left;
  }
  layout_->open(placement, natural_kind(element, block),
                state.right_to_left ? Layout::Direction::right_to_left : Layout::Direction::left_to_right);
  lay_text(state, text_in_place_of(element), Layout::Source::added);
  lay_generated(element, state, Side::before);
  return true;
}

void PageReader::leave_layout(const GumboNode& node, const State& state) {
  if (node.type == GUMBO_NODE_DOCUMENT) return;
  lay_generated(node.v.element, state, Side::after);
  layout_->close();
}

void PageReader::lay_generated(const GumboElement& element, const State& state, Side side) {
  if (!sheet_.has_generated() || path_.empty()) return;
  const std::string_view value = sheet_.generated_of(path_, side);
  if (value.empty()) return;
  lay_text(state, generated_text(value, [&](const std::string& name) { return attribute(element, name.c_str()); }),
           Layout::Source::added);
}

void PageReader::lay_text(const State& state, std::string_view text, Layout::Source source) {
  if (!state.hides.empty() || text.empty()) return;
  if (state.struck) return layout_->gap();
  layout_->set_letters(state.monospaced ? Letters::monospaced : Letters::proportional);
  const auto white = state.keeps_space ? Layout::White::stays : Layout::White::collapses;
  if (state.annotates) source = Layout::Source::above;
  std::string changed;
  if (state.letter_case != LetterCase::as_written) {
    changed = in_case(text, state.letter_case);
    if (changed != text && source == Layout::Source::page && text.find_first_of("0123456789") != std::string_view::npos)
      source = Layout::Source::added;
    text = changed;
  }
  if (state.override_scope == 0 || trim(text).empty()) return layout_->text(text, white, place_of(state), source);
  std::string overridden = "\u2066\u202E";
  overridden += trim(text);
  overridden += "\u202C\u2069";
  layout_->text(overridden, white, place_of(state), source);
}

void PageReader::tell_layout() {
  for (const LaidLines& lines : layout_->read()) {
    const std::string displayed = in_display_order(lines.text);
    tell(lines.place, at_, displayed.empty() ? lines.text : displayed);
  }
}

}  // namespace postern::extract
