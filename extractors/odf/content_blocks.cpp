// The blocks of Content that hold state: bodies, pages, tables, shapes, comments, captured texts.
#include <algorithm>
#include <charconv>
#include <cstdint>

#include "extractors/odf/content.h"
#include "extractors/story/style_names.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::odf {

namespace {

constexpr size_t kLongestGivenName = 24;

// Addresses of the package's own parts, which are read as what they are.
bool is_inside(std::string_view href) {
  constexpr std::string_view kFolders[] = {"./",      "Pictures/", "#Pictures/", "ObjectReplacements/",
                                           "Object ", "#./",       "media/"};
  return std::any_of(std::begin(kFolders), std::end(kFolders),
                     [href](std::string_view folder) { return href.starts_with(folder); });
}

// Names are of letters and digits; others stand in them by their number: "Text_20_body" (ODF 1.3 part 3, 19.502).
std::string decode_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const size_t end = name.find('_', 1);
    std::uint32_t code = 0;
    const bool is_number = name[0] == '_' && end != std::string_view::npos &&
                           std::from_chars(name.data() + 1, name.data() + end, code, 16).ptr == name.data() + end &&
                           end > 1 && code >= 0x20 && code <= 0xFFFF && (code < 0xD800 || code > 0xDFFF);
    if (is_number) append_utf8(out, code);
    if (!is_number) out += name[0];
    name.remove_prefix(is_number ? end + 1 : 1);
  }
  return out;
}

}  // namespace

bool is_default_name(std::string_view name) {
  const size_t letters = name.find_last_not_of("0123456789");
  return name.empty() || letters == std::string_view::npos ||
         (letters + 1 < name.size() && name.size() < kLongestGivenName);
}

void Content::begin_kind(Kind kind) {
  const bool nested = kinds_.size() > 1;
  const bool has_story = nested || kind == Kind::chart;
  kinds_.push_back({kind, has_story});
  if (has_story) stories_.open(kind == Kind::chart ? Place::chart : Place::embedded);
}

void Content::end_kind() {
  if (kinds_.size() == 1) return;
  if (kinds_.back().has_story) stories_.close_into_sides();
  kinds_.pop_back();
}

void Content::begin_page(const XmlAttributes& attributes) {
  pages_++;
  const std::string number = std::to_string(pages_);
  stories_.set_at(prefix_ + (kind() == Kind::drawing ? "page " : "slide ") + number);
  const bool hidden = styles_.is_hidden("drawing-page", attributes.raw("style-name"));
  stories_.open(hidden ? Place::hidden_slide : Place::body);
  if (!is_default_name(attributes.raw("name"))) side_values(Place::attribute, attributes, {"name"});
}

void Content::begin_table(const XmlAttributes& attributes) {
  const bool is_sheet = kind() == Kind::spreadsheet && !sheet_ && stories_.depth() == 1;
  tables_.push_back(is_sheet);
  if (!is_sheet) {
    if (!is_default_name(attributes.raw("name"))) side_values(Place::attribute, attributes, {"name"});
    return;
  }
  const bool hidden = styles_.is_hidden("table", attributes.raw("style-name")) || attributes.raw("display") == "false";
  const std::string name = attributes.get("name");
  sheet_ = std::make_unique<Sheet>(owner_, computed_, prefix_ + name, hidden);
  stories_.set_at(sheet_->name());
  if (hidden) {
    stories_.side(Place::hidden_sheet, name);
  } else {
    stories_.side(Place::cell, name);
  }
}

void Content::end_table() {
  if (tables_.empty()) return;
  if (tables_.back()) {
    sheet_->finish();
    sheet_.reset();
    stories_.set_at(prefix_);
  }
  tables_.pop_back();
}

// On slides and in drawings the shapes are the body.
void Content::begin_story_of_shape() {
  const bool has_story = kind() == Kind::text || kind() == Kind::spreadsheet;
  shapes_.push_back(has_story);
  if (has_story) stories_.open(Place::text_box);
}

void Content::end_story_of_shape() {
  if (shapes_.empty()) return;
  if (shapes_.back()) stories_.close_into_sides();
  shapes_.pop_back();
}

// Also of page styles, lists, layers and categories of captions.
void Content::style_name(const XmlAttributes& attributes) {
  if (in_automatic_styles_) return;
  const std::string name =
      attributes.has("display-name") ? attributes.get("display-name") : decode_name(attributes.get("name"));
  if (!is_programs_style_name(name)) stories_.side(Place::attribute, name);
}

void Content::begin_annotation(const XmlAttributes& attributes) {
  annotations_++;
  author_ = attributes.get("author");
  stories_.open(Place::comment);
}

void Content::end_annotation() {
  if (annotations_ > 0) annotations_--;
  std::string text = stories_.close();
  if (!author_.empty()) text = author_ + ": " + text;
  author_.clear();
  if (in_cell()) {
    owner_.emit(Place::comment, sheet_->cell_at(), text);
  } else {
    stories_.side(Place::comment, text);
  }
}

void Content::begin_hiding(bool hides) {
  hiding_.push_back(hides);
  if (hides) stories_.hide();
}

void Content::end_hiding() {
  if (hiding_.empty()) return;
  if (hiding_.back()) stories_.unhide();
  hiding_.pop_back();
}

void Content::form_control(const XmlAttributes& attributes) {
  if (!is_default_name(attributes.raw("name"))) side_values(Place::form_field, attributes, {"name"});
  side_values(Place::form_field, attributes,
              {"label", "value", "current-value", "string-value", "title", "list-source", "command", "datasource"});
  link(attributes);
}

void Content::capture(Capture what, std::string name) {
  capture_ = what;
  capture_depth_ = 1;
  captured_.clear();
  captured_name_ = std::move(name);
}

void Content::end_capture() {
  const Capture what = capture_;
  capture_ = Capture::none;
  const size_t first = captured_.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return;
  const std::string_view text = std::string_view(captured_).substr(first);
  switch (what) {
    case Capture::creator:
      if (annotations_ > 0) {
        author_ = text;
      } else {
        stories_.side(Place::property, text);
      }
      break;
    case Capture::property:
      owner_.emit(Place::property, captured_name_, text);
      break;
    case Capture::alt:
      stories_.side(Place::alt_text, text);
      break;
    case Capture::header:
      stories_.side(Place::header_footer, text);
      break;
    case Capture::base64:
      owner_.inline_file(text);
      break;
    case Capture::macro:
      owner_.found_macros();
      owner_.emit(Place::macro, captured_name_, text);
      break;
    case Capture::nothing:  // numbers of notes, dates of comments: they would tear words apart
    case Capture::none:
      break;
  }
}

void Content::link(const XmlAttributes& attributes) {
  const std::string href = attributes.get("href");
  if (!href.empty() && !is_inside(href)) stories_.side(Place::link, href);
}

void Content::side_values(Place place, const XmlAttributes& attributes, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (attributes.has(name)) stories_.side(place, attributes.get(name));
  }
}

}  // namespace postern::extract::odf
