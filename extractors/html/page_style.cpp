// What styles make of the elements of a page.
#include <utility>

#include "extractors/html/data_uri.h"
#include "extractors/html/element.h"
#include "extractors/html/page.h"
#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

// What stands in for something, for programs that cannot show that, or has no text of its own.
bool is_never_shown(const GumboElement& element) {
  switch (element.tag) {
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_DATALIST:
    case GUMBO_TAG_METER:
    case GUMBO_TAG_PROGRESS:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_VIDEO:
      return true;
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_DESC:
      return element.tag_namespace == GUMBO_NAMESPACE_SVG;
    case GUMBO_TAG_UNKNOWN: {
      const std::string name = tag_name(element);
      if (element.tag_namespace == GUMBO_NAMESPACE_SVG) return name == "defs" || name == "symbol" || name == "metadata";
      return name == "dialog" && !has_attribute(element, "open");
    }
    default:
      return false;
  }
}

std::string attribute_names(const GumboElement& element) {
  std::string out;
  for (unsigned i = 0; i < element.attributes.length; i++) {
    out += static_cast<const GumboAttribute*>(element.attributes.data[i])->name;
    out += ' ';
  }
  return to_lower(out);
}

}  // namespace

void PageReader::collect_styles(const GumboNode& root) {
  if (scope_ == Scope::doubtful_rules || applies_doubtful_) sheet_.apply_doubtful();
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
      add_sheet(child->v.element);
    } else {
      if (child->v.element.tag == GUMBO_TAG_LINK) add_linked_sheet(child->v.element);
      stack.emplace_back(child, 0);
    }
  }
  if (sheet_.asks_for_siblings()) count_siblings(root);
}

// A sheet that the page brings along in the address (RFC 2397); others are elsewhere.
void PageReader::add_linked_sheet(const GumboElement& element) {
  const std::string_view address = trim(attribute(element, "href"));
  if (!to_lower(address.substr(0, 5)).starts_with("data:")) return;
  if (to_lower(attribute(element, "rel")).find("stylesheet") == std::string::npos) return;
  sheet_.add(decode_data_uri(address), attribute(element, "media"));
}

void PageReader::count_siblings(const GumboNode& root) {
  std::vector<const GumboNode*> open = {&root};
  while (!open.empty()) {
    const GumboNode& parent = *open.back();
    open.pop_back();
    const GumboVector& children =
        parent.type == GUMBO_NODE_DOCUMENT ? parent.v.document.children : parent.v.element.children;
    std::uint32_t count = 0;
    std::unordered_map<std::string, std::uint32_t> of_type;
    const size_t begin = open.size();
    for (unsigned i = 0; i < children.length; i++) {
      const auto* const child = static_cast<const GumboNode*>(children.data[i]);
      if (child->type != GUMBO_NODE_ELEMENT && child->type != GUMBO_NODE_TEMPLATE) continue;
      SiblingPlace& place = places_[&child->v.element];
      place.index = ++count;
      place.type_index = ++of_type[tag_name(child->v.element)];
      open.push_back(child);
    }
    for (size_t i = begin; i < open.size(); i++) {
      SiblingPlace& place = places_[&open[i]->v.element];
      place.from_end = count + 1 - place.index;
      place.type_from_end = of_type[tag_name(open[i]->v.element)] + 1 - place.type_index;
    }
  }
}

void PageReader::add_sheet(const GumboElement& element) {
  const std::string_view type = attribute(element, "type");
  if (type.empty() || same_name(trim(type), "text/css")) sheet_.add(raw_text(element), attribute(element, "media"));
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
    path_.push_back(
        {tag_name(element), to_lower(attribute(element, "class")), to_lower(attribute(element, "id")), {}, {}});
    if (const auto found = places_.find(&element); found != places_.end()) path_.back().place = found->second;
    if (scope_ == Scope::doubtful_rules || layout_) path_.back().attributes = attribute_names(element);
    style = sheet_.style_of(path_);
  }
  if (const std::string_view colour = attribute(element, "color"); !colour.empty()) {
    if (const auto parsed = parse_attribute_colour(to_lower(colour))) style.colour = parsed;
  }
  if (const std::string_view ground = attribute(element, "bgcolor"); !ground.empty()) {
    if (const auto parsed = parse_attribute_colour(to_lower(ground))) style.background = parsed;
  }
  if (const std::string_view css = attribute(element, "style"); !css.empty())
    style.apply(parse_declarations(css, detail_of(scope_), sheet_.properties()));
  if (style.important) style.apply(*std::exchange(style.important, nullptr));
  apply_direction(element, style, state);

  if (style.colour) {
    state.colour = *style.colour;
    state.coloured = true;
  }
  if (style.background) state.ground = *style.background;
  if (style.keeps_space) state.keeps_space = true;
  if (is_never_shown(element)) style.hides = "not shown";
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

}  // namespace postern::extract
