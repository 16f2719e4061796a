#include "extractors/html/page.h"

#include <algorithm>
#include <array>

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

// The text of an element without child elements, such as <script>.
std::string raw_text(const GumboElement& element) {
  std::string out;
  for (unsigned i = 0; i < element.children.length; i++) {
    const auto* const child = static_cast<const GumboNode*>(element.children.data[i]);
    if (child->type != GUMBO_NODE_ELEMENT && child->type != GUMBO_NODE_TEMPLATE && child->type != GUMBO_NODE_DOCUMENT)
      out += child->v.text.text;
  }
  return out;
}

std::string attribute_names(const GumboElement& element) {
  std::string out;
  for (unsigned i = 0; i < element.attributes.length; i++) {
    out += static_cast<const GumboAttribute*>(element.attributes.data[i])->name;
    out += ' ';
  }
  return to_lower(out);
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
    tell(Place::hidden_text, why_hidden_, hidden_.str());
    tell(Place::hidden_text, "shown and hidden text of a line", mixed_);
    if (!trim(hidden_.str()).empty()) sink_.fact("hidden-text");
  }
  return hit_;
}

void PageReader::collect_styles(const GumboNode& root) {
  if (scope_ == Scope::doubtful_rules) sheet_.apply_doubtful();
  std::vector<std::pair<const GumboNode*, unsigned>> stack = {{&root, 0}};
  while (!stack.empty()) {
    auto& [node, next] = stack.back();
    const GumboVector& children =
        node->type == GUMBO_NODE_DOCUMENT ? node->v.document.children : node->v.element.children;
    if (next >= children.length) {
      stack.pop_back();
      continue;
    }
    const GumboNode* const child = static_cast<const GumboNode*>(children.data[next++]);
    if (child->type != GUMBO_NODE_ELEMENT && child->type != GUMBO_NODE_TEMPLATE) continue;
    if (child->v.element.tag == GUMBO_TAG_STYLE) {
      sheet_.add(raw_text(child->v.element));
    } else {
      stack.emplace_back(child, 0);
    }
  }
}

// HTML 15.3.5: <bdo> overrides the direction of each letter, `dir` says in which direction the rest goes.
void PageReader::apply_direction(const GumboElement& element, Style& style, State& state) {
  if (const std::string_view dir = attribute(element, "dir"); !dir.empty() && !style.right_to_left)
    style.right_to_left = same_name(dir, "rtl");
  if (element.tag == GUMBO_TAG_BDO) style.overrides = true;
  if (style.right_to_left) state.right_to_left = *style.right_to_left;
  if (style.overrides) state.override_scope = state.right_to_left ? ++overrides_ : 0;
}

Style PageReader::apply_style(const GumboElement& element, const State& around, State& state) {
  Style style;
  if (!sheet_.empty()) {
    path_.push_back({tag_name(element), to_lower(attribute(element, "class")), to_lower(attribute(element, "id")), {}});
    if (scope_ == Scope::doubtful_rules) path_.back().attributes = attribute_names(element);
    style = sheet_.style_of(path_);
  }
  if (const std::string_view colour = attribute(element, "color"); !colour.empty()) {
    if (const auto parsed = parse_colour(to_lower(colour))) style.colour = parsed;
  }
  if (const std::string_view ground = attribute(element, "bgcolor"); !ground.empty()) {
    if (const auto parsed = parse_colour(to_lower(ground))) style.background = parsed;
  }
  if (const std::string_view css = attribute(element, "style"); !css.empty())
    style.apply(parse_declarations(css, detail_of(scope_)));
  apply_direction(element, style, state);

  if (style.colour) {
    state.colour = *style.colour;
    state.coloured = true;
  }
  if (style.background) state.ground = *style.background;
  if (style.keeps_space) state.keeps_space = true;
  if (has_attribute(element, "hidden") && style.display == Display::unset) style.hides = "hidden attribute";
  if (!style.hides.empty() && (around.hides.empty() || around.inherits_invisible)) {
    state.hides = style.hides;
    state.inherits_invisible = style.hides == "visibility:hidden";
  } else if (around.hides == "font-size:0" && style.readable_size) {
    state.hides = {};
  } else if (around.inherits_invisible && style.shows) {
    state.hides = {};
    state.inherits_invisible = false;
  }
  if (state.hides.empty()) {
    if (style.transparent) state.hides = "transparent";
    if (state.coloured && hard_to_see(state.colour, state.ground)) state.hides = "colour of the ground";
  } else if (state.hides == "colour of the ground" && !hard_to_see(state.colour, state.ground)) {
    state.hides = {};
  }
  return style;
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
      finish_mixed_line();
      finish_glued_line();
      return false;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH: {
      Flow& flow = flow_of(state);
      flow.cell_gap();
      mixed_line_.push_back(kCellGap);
      state.glues = state.unpadded || style.unpadded;
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
  if (block) ends = Break::line;
  const bool beside = around.in_a_row || style.floats;
  if (block && !beside) apply_mail_place(node, state);
  if (beside) {
    ends = block ? Break::block_joint : Break::joint;
    state.glues = true;
  }
  part(ends);
  return true;
}

void PageReader::leave(const Frame& frame) {
  if (layout_) return leave_layout(*frame.node, frame.state);
  part(frame.ends);
}

void PageReader::part(Break how) {
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
  mixed_line_.push_back(text);
  if (state.glues && state.hides.empty()) put_glued(text);
  if (trim(text).empty()) return;
  if (state.hides.empty()) {
    line_has_shown_ = true;
    last_shown_ = &flow;
  } else {
    line_has_hidden_ = true;
    why_hidden_ = why_hidden_.empty() || why_hidden_ == state.hides ? state.hides : "in several ways"sv;
  }
}

void PageReader::put_glued(std::string_view text) {
  constexpr size_t kLongestGlued = 400;  // what stands beside each other on a screen
  if (glued_line_.str().size() > kLongestGlued) return;
  const std::string_view word = trim(text);
  if (joint_) {
    if (word.empty()) return;
    joint_ = false;
    glued_line_.glue();
    // Numbers that touch are columns; nobody reads two cells as one number.
    if (!glued_line_.empty() && is_letter(glued_line_.str().back()) && is_letter(word.front())) {
      joints_++;
    } else {
      glued_line_.cell_gap();
    }
    text.remove_prefix(static_cast<size_t>(word.data() - text.data()));
  }
  glued_line_.text(text);
}

void PageReader::finish_glued_line() {
  if (joints_ > 0) {
    glued_ += glued_line_.str();
    glued_ += '\n';
  }
  glued_line_.clear();
  joints_ = 0;
  joint_ = false;
}

void PageReader::end_lines() {
  for (Flow* const flow : {&body_, &quoted_, &forwarded_, &signature_, &hidden_}) flow->line_end();
  finish_mixed_line();
}

void PageReader::finish_mixed_line() {
  if (line_has_shown_ && line_has_hidden_) {
    Flow line;
    for (const std::string_view piece : mixed_line_) {
      if (piece.data() == kCellGap.data()) {
        line.cell_gap();
      } else {
        line.text(piece);
      }
    }
    mixed_ += line.str();
    mixed_ += '\n';
  }
  mixed_line_.clear();
  line_has_shown_ = line_has_hidden_ = false;
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
