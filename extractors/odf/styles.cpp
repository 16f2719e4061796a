#include "extractors/odf/styles.h"

#include <charconv>

#include "extractors/story/seen_paragraph.h"

namespace postern::extract::odf {

namespace {

std::string key_of(std::string_view family, std::string_view name) {
  std::string key(family);
  return key.append(1, ':').append(name);
}

}  // namespace

void Styles::start(XmlTag tag, const XmlAttributes& attributes) {
  switch (tag) {
    case st_style: {
      family_ = attributes.raw("family");
      if (styles_.size() >= kMaxStyles) {
        current_ = nullptr;
        return;
      }
      current_ = &styles_[key_of(family_, attributes.raw("name"))];
      const std::string_view parent = attributes.raw("parent-style-name");
      if (!parent.empty()) current_->parent = key_of(family_, parent);
      return;
    }
    case st_text_properties:
    case st_table_properties:
    case st_drawing_page_properties:
    case st_properties: {
      if (current_ == nullptr) return;
      const std::string_view display = attributes.raw("display");
      const std::string_view visibility = attributes.raw("visibility");
      if (display == "none" || display == "false" || visibility == "hidden") current_->hidden = true;
      note_look(attributes);
      if (display == "true" || visibility == "visible") current_->shown = true;
      return;
    }
    default:
      return;
  }
}

void Styles::note_look(const XmlAttributes& attributes) {
  const std::string_view color = attributes.raw("color");
  const std::string_view behind = attributes.raw("background-color");
  const bool is_white = color == "#ffffff" || color == "#FFFFFF";
  const bool is_bare = behind.empty() || behind == "transparent" || behind == "#ffffff";
  std::string_view size = attributes.raw("font-size");
  double points = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), points);
  const bool is_tiny = error == std::errc() && std::string_view(end, size.data() + size.size()) == "pt" &&
                       points * 2 <= kUnseenHalfPoints;
  if ((is_white && is_bare) || is_tiny) current_->unseen = true;
  const std::string_view through = attributes.raw("text-line-through-style");
  if (!through.empty() && through != "none") current_->struck = true;
  const std::string_view letters = attributes.raw("text-transform");
  if (!letters.empty()) current_->letters = letters == "uppercase" ? Style::Case::capitals : Style::Case::other;
}

bool Styles::is_in_capitals(std::string_view family, std::string_view name) const {
  if (name.empty()) return false;
  constexpr int kDeepest = 20;  // chains may also be circles
  auto found = styles_.find(key_of(family, name));
  for (int depth = 0; depth < kDeepest && found != styles_.end(); depth++) {
    if (found->second.letters != Style::Case::as_parent) return found->second.letters == Style::Case::capitals;
    found = styles_.find(found->second.parent);
  }
  return false;
}

bool Styles::is_unseen(std::string_view family, std::string_view name) const {
  if (name.empty()) return false;
  const auto found = styles_.find(key_of(family, name));
  return found != styles_.end() && found->second.unseen;
}

bool Styles::is_struck(std::string_view family, std::string_view name) const {
  if (name.empty()) return false;
  const auto found = styles_.find(key_of(family, name));
  return found != styles_.end() && found->second.struck;
}

bool Styles::is_hidden(std::string_view family, std::string_view name) const {
  if (name.empty()) return false;
  auto found = styles_.find(key_of(family, name));
  for (unsigned i = 0; i < kMaxStyleAncestors && found != styles_.end(); i++) {
    if (found->second.hidden) return true;
    if (found->second.shown || found->second.parent.empty()) return false;
    found = styles_.find(found->second.parent);
  }
  return false;
}

}  // namespace postern::extract::odf
