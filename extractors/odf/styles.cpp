#include "extractors/odf/styles.h"

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
      if (display == "true" || visibility == "visible") current_->shown = true;
      return;
    }
    default:
      return;
  }
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
