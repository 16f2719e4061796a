#include "extractors/html/page.h"

#include <algorithm>
#include <array>
#include <utility>

#include "extractors/html/css_text.h"
#include "extractors/html/element.h"
#include "extractors/html/strip.h"
#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DIR:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_LEGEND:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_P:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_PLAINTEXT:
    case GUMBO_TAG_LISTING:
      return true;
    default:
      return false;
  }
}

// Letters whose case counts: those of keys, which have digits, too.
bool may_be_a_key(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::string_view kNoBreakSpace = "\u00A0";

// Whether a cell holds one letter, or none, as those do that spell a word.
enum class CellContent : std::uint8_t { text, letter, blank };
CellContent content_of_cell(const GumboNode& cell) {
  constexpr int kMostElements = 4;  // around it, inside each other
  const GumboNode* node = &cell;
  for (int i = 0; i < kMostElements; i++) {
    const GumboVector& children = node->v.element.children;
    if (children.length == 0) return CellContent::blank;
    if (children.length > 1) return CellContent::text;
    node = static_cast<const GumboNode*>(children.data[0]);
    if (node->type != GUMBO_NODE_ELEMENT) break;
  }
  if (node->type != GUMBO_NODE_TEXT && node->type != GUMBO_NODE_WHITESPACE) return CellContent::text;
  constexpr size_t kLongestCharacter = 4;
  const std::string_view word = trim(node->v.text.text);
  if (word.empty() || word == kNoBreakSpace) return CellContent::blank;
  if (word.size() > kLongestCharacter) return CellContent::text;
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return std::count_if(word.begin(), word.end(), begins) == 1 ? CellContent::letter : CellContent::text;
}

// What hides an element so that it takes no room: what stands before and behind it is one line.
bool takes_no_room(std::string_view hides) {
  return hides == "display:none" || hides == "hidden attribute" || hides == "not shown";
}

// The beginning of an element's text, as the label of a link.
std::string label_of(const GumboNode& node) {
  constexpr size_t kLongest = 80;
  constexpr int kMostNodes = 64;
  std::string out;
  std::vector<const GumboNode*> stack = {&node};
  for (int seen = 0; seen < kMostNodes && !stack.empty() && out.size() < kLongest; seen++) {
    const GumboNode* const at = stack.back();
    stack.pop_back();
    if (at->type == GUMBO_NODE_TEXT) out += at->v.text.text;
    if (at->type != GUMBO_NODE_ELEMENT) continue;
    const GumboVector& children = at->v.element.children;
    for (unsigned i = std::min<unsigned>(children.length, kMostNodes); i > 0; i--)
      stack.push_back(static_cast<const GumboNode*>(children.data[i - 1]));
  }
  Flow flow;
  flow.text(std::string_view(out).substr(0, kLongest));
  return flow.str();
}

}  // namespace

void PageReader::tell(Place place, std::string_view at, std::string_view text) {
  if (hit_ == LimitHit::none && !trim(text).empty()) hit_ = sink_.text(place, at, text);
}

LimitHit PageReader::read(const HtmlTree& tree) {
  collect_styles(tree.document());
  std::vector<Frame> stack;
  stack.push_back({&tree.document(), 0, State{}, Break::none});
  constexpr unsigned kNodesPerCheck = 1024;
  unsigned since_check = 0;
  while (!stack.empty() && hit_ == LimitHit::none) {
    if (++since_check == kNodesPerCheck) {
      since_check = 0;
      if (sink_.stopped()) break;
    }
    Frame& frame = stack.back();
    const GumboVector& children =
        frame.node->type == GUMBO_NODE_DOCUMENT ? frame.node->v.document.children : frame.node->v.element.children;
    if (frame.next_child >= children.length) {
      const Frame done = frame;
      stack.pop_back();
      path_.resize(std::min(path_.size(), stack.size()));
      leave(done);
      continue;
    }
    const GumboNode& node = *static_cast<const GumboNode*>(children.data[frame.next_child++]);
    switch (node.type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        see_text(node, frame.state);
        break;
      case GUMBO_NODE_COMMENT:
        see_comment(node.v.text.text);
        break;
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE: {
        State state = frame.state;
        Break ends = Break::none;
        path_.resize(std::min(path_.size(), stack.size() - 1));  // the document is no element
        if (enter(node, frame.state, state, ends)) stack.push_back({&node, 0, state, ends});
        break;
      }
      case GUMBO_NODE_DOCUMENT:
        break;
    }
  }
  if (layout_) {
    tell_layout();
    return hit_;
  }
  part(Break::line);
  tell_body();
  tell_shown(Place::quoted, &PageReader::quoted_);
  tell_shown(Place::forwarded, &PageReader::forwarded_);
  tell_shown(Place::signature, &PageReader::signature_);
  if (scope_ == Scope::everything) {
    tell(Place::body, "beside each other", glued_);
    tell(Place::body, "letters of lists", list_letters_.chosen());
    tell(Place::hidden_text, why_hidden_, hidden_.str());
    tell(Place::hidden_text, "shown and hidden text of a line", line_.mixed());
    for (const PlacedText& one : line_.without_parts()) tell(one.place, "without parts of words", one.text);
    if (!trim(hidden_.str()).empty()) sink_.fact("hidden-text");
  }
  return hit_;
}

bool PageReader::is_shown_as_block(const GumboElement& element, const Style& style) {
  return style.display == Display::block || (is_block(element.tag) && style.display != Display::inline_);
}

bool PageReader::enter(const GumboNode& node, const State& around, State& state, Break& ends) {
  const GumboElement& element = node.v.element;
  const Style style = apply_style(element, around, state);
  state.in_a_row = style.in_a_row;
  see_arrangement(element, style, around, state);
  if (layout_) return enter_layout(node, style, state, ends);
  if (scope_ == Scope::everything) see_attributes(element);
  list_letters_.enter(element);

  const bool everything = scope_ == Scope::everything;
  switch (element.tag) {
    case GUMBO_TAG_SCRIPT:
      if (everything) {
        const std::string script = raw_text(element);
        tell(Place::script, "", script);
        see_data_uris_in(script);
      }
      return false;
    case GUMBO_TAG_STYLE:
      if (everything) tell(Place::attribute, "style", text_of_css(raw_text(element)));
      return false;
    case GUMBO_TAG_TITLE:
      if (element.tag_namespace != GUMBO_NAMESPACE_HTML) break;
      if (everything) tell(Place::property, "title", raw_text(element));
      return false;
    case GUMBO_TAG_TEXTAREA:
      if (everything) tell(Place::form_field, "textarea", raw_text(element));
      return false;
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
      // Raw text to the parser, a page to programs without frames.
      if (everything) tell(Place::hidden_text, tag_name(element), strip_html(raw_text(element)).text);
      return false;
    case GUMBO_TAG_TEMPLATE:
      state.hides = "template";
      break;
    case GUMBO_TAG_BR:
      flow_of(state).forced_line_end();
      finish_line();
      finish_glued_line();
      return false;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH: {
      Flow& flow = flow_of(state);
      flow.cell_gap();
      line_.cell_gap();
      const CellContent content = content_of_cell(node);
      if (content == CellContent::blank) blank_due_ = true;
      state.is_letter_cell = content == CellContent::letter;
      state.touches = state.unpadded || style.unpadded;
      state.glues = state.touches || content != CellContent::text;
      if (state.glues) {
        joint_ = true;
      } else {
        finish_glued_line();
      }
      return true;
    }
    case GUMBO_TAG_TABLE:
      state.unpadded = attribute(element, "cellpadding") == "0" || style.unpadded;
      break;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_PLAINTEXT:
      state.keeps_space = true;
      break;
    default:
      break;
  }
  if (element.tag == GUMBO_TAG_A && everything) {
    see_link(label_of(node), attribute(element, "href"));
  }
  const bool block = is_shown_as_block(element, style);
  state.owner = block ? nullptr : owner_of(element, around);
  if (block) ends = takes_no_room(state.hides) ? Break::hidden_line : Break::line;
  const bool beside = around.in_a_row || style.floats;
  if (block && !beside) apply_mail_place(node, state);
  if (beside && ends != Break::hidden_line) {
    ends = block ? Break::block_joint : Break::joint;
    state.glues = state.touches = true;
  }
  part(ends);
  return true;
}

// Whose style may hide a text that stands inside a word. What every program shows is left out: marks without a style.
const GumboElement* PageReader::owner_of(const GumboElement& element, const State& around) const {
  switch (element.tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_B:
    case GUMBO_TAG_BIG:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_SUB:
    case GUMBO_TAG_SUP:
    case GUMBO_TAG_U:
      return element.attributes.length == 0 && sheet_.empty() ? around.owner : &element;
    default:
      return &element;
  }
}

void PageReader::leave(const Frame& frame) {
  if (layout_) return leave_layout(*frame.node, frame.state);
  if (frame.node->type == GUMBO_NODE_ELEMENT) list_letters_.leave(frame.node->v.element);
  part(frame.ends);
}

void PageReader::part(Break how) {
  if (how == Break::hidden_line) {
    hidden_.line_end();
    line_.hidden_line_end();
  }
  if (how == Break::line || how == Break::block_joint) end_lines();
  if (how == Break::line) finish_glued_line();
  if (how == Break::joint || how == Break::block_joint) joint_ = true;
}

Place PageReader::place_of(const State& state) const {
  return quoted_to_the_end_ && state.place != Place::forwarded ? Place::quoted : state.place;
}

Flow& PageReader::flow_of(const State& state) {
  if (!state.hides.empty()) return hidden_;
  switch (place_of(state)) {
    case Place::quoted:
      return quoted_;
    case Place::forwarded:
      return forwarded_;
    case Place::signature:
      return signature_;
    default:
      return body_;
  }
}

void PageReader::see_text(const GumboNode& node, const State& state) {
  put(state, node.v.text.text);
}

void PageReader::put(const State& state, std::string_view text) {
  if (layout_) return lay_text(state, text, Layout::Source::page);
  if (state.letter_case != LetterCase::as_written && may_be_a_key(text)) rearranged_ = true;
  Flow& flow = flow_of(state);
  flow.set_override(state.override_scope);
  if (last_shown_ != nullptr && last_shown_ != &flow && state.hides.empty()) see_seam(flow, text);
  if (state.keeps_space) {
    flow.verbatim(text);
  } else {
    flow.text(text);
  }
  line_.add(text, state.hides.empty() ? LinePieces::Seen::shown : LinePieces::Seen::hidden, state.owner,
            place_of(state));
  if (state.glues && state.hides.empty()) put_glued(text, state);
  if (trim(text).empty()) return;
  if (state.hides.empty()) {
    last_shown_ = &flow;
  } else {
    why_hidden_ = why_hidden_.empty() || why_hidden_ == state.hides ? state.hides : "in several ways"sv;
  }
}

void PageReader::put_glued(std::string_view text, const State& state) {
  constexpr size_t kLongestGlued = 400;  // what stands beside each other on a screen
  if (glued_line_.str().size() > kLongestGlued) return;
  const std::string_view word = trim(text);
  if (joint_) {
    if (word.empty() || word == kNoBreakSpace) return;
    joint_ = false;
    glued_line_.glue();
    // Numbers that touch are columns; nobody reads two cells as one number, but for a digit a cell.
    const bool letters = !glued_line_.empty() && is_letter(glued_line_.str().back()) && is_letter(word.front());
    if ((letters && state.touches) || (state.is_letter_cell && !glued_line_.empty())) {
      (letters && state.touches ? joints_ : spelled_)++;
      if (std::exchange(blank_due_, false)) glued_line_.text(" ");
    } else {
      glued_line_.cell_gap();
    }
    text.remove_prefix(static_cast<size_t>(word.data() - text.data()));
  }
  glued_line_.text(text);
}

void PageReader::finish_glued_line() {
  constexpr unsigned kLeastSpelled = 3;  // between four letters, a cell each
  if (joints_ > 0 || spelled_ >= kLeastSpelled) {
    glued_ += glued_line_.str();
    glued_ += '\n';
  }
  glued_line_.clear();
  joints_ = spelled_ = 0;
  joint_ = blank_due_ = false;
}

void PageReader::end_lines() {
  for (Flow* const flow : {&body_, &quoted_, &forwarded_, &signature_, &hidden_}) flow->line_end();
  finish_line();
}

void PageReader::finish_line() {
  line_.end_line();
  pictures_of_line_ = 0;
}

void PageReader::see_comment(std::string_view text) {
  const std::string_view condition = trim(text);
  const bool conditional = condition.starts_with("[if ") || condition.starts_with("[if(");
  // "[if !mso]" is for everybody but Outlook.
  if (conditional && condition.substr(0, condition.find(']')).find('!') == std::string_view::npos) {
    const size_t end = condition.find(']');
    if (end != std::string_view::npos && !trim(strip_html(condition.substr(end + 1)).text).empty())
      has_outlook_content_ = true;
  }
  if (scope_ == Scope::everything) tell(Place::comment, "", text);
}

}  // namespace postern::extract
